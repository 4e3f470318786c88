// Every call of a small migration is killed once before and once after its effect; resumed, each
// run ends exactly as the uninterrupted one (R2.7, R8.5).
#include <gtest/gtest.h>

#include <cstdio>
#include <functional>
#include <memory>

#include "fakes/sim/kill_at.h"
#include "scenarios/final_state.h"
#include "scenarios/generate.h"
#include "tests/scenarios/runs/small_runs.h"

namespace cutover::scenarios {
namespace {

using migrate::Begin;
using migrate::Fate;

// What stands ready before the migrator starts, and how it runs.
struct Scene {
  std::function<void(World&)> prepare;
  MigrationPlan plan = small_plan();
  WorldOptions world;
};

struct Ended {
  MigrationResult result;
  FinalState state;
};

Ended play(const Scene& scene, sim::FaultPlan& faults) {
  World world(scene.world, faults);
  scene.prepare(world);
  Ended ended;
  ended.result = migrate_all(world, scene.plan, Begin::fresh);
  ended.state = final_state(world.d1());
  return ended;
}

// Empty when the killed run ended as the uninterrupted one did.
std::string what_is_wrong(const Ended& killed, const Ended& expected) {
  std::string wrong;
  if (killed.result.kills != 1)
    wrong += " killed " + std::to_string(killed.result.kills) + " times";
  if (!killed.result.complete()) {
    wrong += " ended " + std::string(name_of(killed.result.end));
    if (killed.result.last_failure) wrong += " (" + describe(*killed.result.last_failure) + ")";
  }
  if (killed.state.books != expected.state.books) wrong += " books differ";
  if (killed.state.outcomes != expected.state.outcomes) wrong += " outcomes differ";
  if (killed.state.library != expected.state.library) wrong += " library differs";
  if (killed.state.totals != expected.state.totals) {
    wrong += " totals differ: " + killed.state.totals + " instead of " + expected.state.totals;
  }
  return wrong;
}

// Kills at every call, and prints how many of these runs ended well.
void expect_every_kill_survived(const char* name, const Scene& scene, const Ended& expected,
                                std::uint64_t calls) {
  std::uint64_t survived = 0;
  for (std::uint64_t call = 0; call < calls; ++call) {
    for (const auto ending : {sim::Ending::killed_before, sim::Ending::killed_after}) {
      sim::KillAt faults(scene.plan.role, call, ending);
      const Ended killed = play(scene, faults);
      const std::string wrong =
          faults.fired() ? what_is_wrong(killed, expected) : " the call never came";
      EXPECT_EQ(wrong, "") << name << ": killed "
                           << (ending == sim::Ending::killed_before ? "before" : "after")
                           << " the effect of call " << call;
      if (wrong.empty()) ++survived;
    }
  }
  std::printf("%s: %llu of %llu kill points survived (%llu calls, before and after)\n", name,
              static_cast<unsigned long long>(survived), static_cast<unsigned long long>(calls * 2),
              static_cast<unsigned long long>(calls));
  EXPECT_EQ(survived, calls * 2);
}

// 100 keys, a third of them odd, six of them second keys of an ISBN that comes earlier or later.
std::vector<KvRecord> hundred_records() {
  const DumpGenerator dump({7, 1'764'000'000, 300});
  std::vector<KvRecord> records = dump.records(94);
  const DumpGenerator other({8, 1'764'000'000, 0});
  for (std::uint64_t i = 0; i < 6; ++i) {
    KvRecord alias = other.record(i * 15);
    alias.key = "search:isbn:isbn=" + isbn13_of(i * 15);
    records.push_back(std::move(alias));
  }
  return records;
}

void load(World& world, const std::vector<KvRecord>& records) {
  for (const KvRecord& record : records) world.kv().load(record);
}

// `records` must outlive it.
Scene first_run(const std::vector<KvRecord>& records) {
  Scene scene;
  scene.prepare = [&records](World& world) {
    apply_schema(world);
    load(world, records);
  };
  return scene;
}

TEST(KillPoints, R2_7_R8_5_EveryCallOfAFirstRunMayBeTheLast) {
  const std::vector<KvRecord> records = hundred_records();
  const Scene scene = first_run(records);
  CallCount count(scene.plan.role);
  const Ended expected = play(scene, count);
  ASSERT_TRUE(expected.result.complete());
  const migrate::Totals& totals = expected.result.run.totals;
  EXPECT_EQ(totals.listed, 100);
  EXPECT_TRUE(totals.add_up());
  EXPECT_GT(totals[Fate::rejected], 0);
  EXPECT_GT(totals[Fate::empty], 0);
  EXPECT_GT(totals[Fate::superseded], 0);
  EXPECT_GE(expected.result.run.chunk, 5);
  EXPECT_GE(expected.result.invocations, 3);
  expect_every_kill_survived("first run", scene, expected, count.calls());
}

TEST(KillPoints, R2_7_R8_5_EveryCallOfARunThatReadsAheadMayBeTheLast) {
  const std::vector<KvRecord> records = hundred_records();
  Scene scene = first_run(records);
  scene.plan.invocation = no_limits();
  CallCount count(scene.plan.role);
  const Ended expected = play(scene, count);
  ASSERT_TRUE(expected.result.complete());
  EXPECT_EQ(expected.result.invocations, 1);
  expect_every_kill_survived("run that reads ahead", scene, expected, count.calls());
}

// Keys that the migrator's location remembers as absent, and keys that are still listed though they
// are gone: both wait, are drained after the cache window, and end as rows and as empty.
TEST(KillPoints, R2_7_R8_5_EveryCallOfARunThatDrainsPendingKeysMayBeTheLast) {
  const DumpGenerator dump({9, 1'764'000'000, 100});
  const std::vector<KvRecord> records = dump.records(60);
  Scene scene;
  scene.world.kv.list_lag = std::chrono::hours(6);
  scene.plan.options.chunk_keys = 10;
  scene.prepare = [&records](World& world) {
    apply_schema(world);
    world.invoke("earlier reader", 0, no_limits(), [&records](Isolate& isolate) {
      for (std::size_t i = 0; i < 24; i += 2) {
        ASSERT_TRUE(isolate.kv.get(records[i].key).has_value());
      }
    });
    load(world, records);
    world.invoke("cleaner", 1, no_limits(), [&records](Isolate& isolate) {
      for (std::size_t i = 25; i < 45; i += 4) {
        ASSERT_TRUE(isolate.kv.remove(records[i].key).has_value());
      }
    });
  };
  std::int64_t most_pending = 0;
  std::int64_t draining = 0;
  scene.plan.progress = [&](const migrate::Run& run) {
    most_pending = std::max(most_pending, run.totals[Fate::pending]);
    if (run.place.complete && run.totals[Fate::pending] > 0) ++draining;
  };
  CallCount count(scene.plan.role);
  const Ended expected = play(scene, count);
  scene.plan.progress = nullptr;
  ASSERT_TRUE(expected.result.complete());
  EXPECT_EQ(most_pending, 12 + 5) << "not remembered as absent, or not listed any more";
  EXPECT_GE(draining, 1) << "no invocation ended between the listing and the drain";
  EXPECT_GE(expected.result.run.totals[Fate::empty], 5);
  expect_every_kill_survived("run that drains pending keys", scene, expected, count.calls());
}

TEST(KillPoints, R2_7_R8_5_EveryCallOfASecondRunMayBeTheLast) {
  const std::vector<KvRecord> records = hundred_records();
  const DumpGenerator newer({11, 1'764'000'000, 0});
  Scene scene;
  scene.prepare = [&](World& world) {
    apply_schema(world);
    load(world, records);
    MigrationPlan first = small_plan();
    first.role = "first";
    ASSERT_TRUE(migrate_all(world, first, Begin::fresh).complete());
    // Ten entries change and six are new; what location 0 remembers runs out meanwhile.
    for (std::uint64_t i = 0; i < 100; i += 10) world.kv().load(newer.record(i));
    for (std::uint64_t i = 200; i < 206; ++i) world.kv().load(newer.record(i));
    world.invoke("live", 1, no_limits(), [](Isolate& isolate) {
      const auto written = isolate.d1.query({R"sql(
          UPDATE Books SET title = 'live', origin = 'live', version = version + 1
          WHERE isbn IN (SELECT isbn FROM Books ORDER BY isbn LIMIT 3))sql",
                                             {}});
      ASSERT_TRUE(written.has_value());
    });
    world.wait(std::chrono::minutes(2));
  };
  CallCount count(scene.plan.role);
  const Ended expected = play(scene, count);
  ASSERT_TRUE(expected.result.complete());
  EXPECT_EQ(expected.result.run.run_id, "run-2");
  EXPECT_GT(expected.result.run.totals[Fate::inserted], 0);
  EXPECT_GT(expected.result.run.totals[Fate::updated], 0);
  EXPECT_GT(expected.result.run.totals[Fate::unchanged], 0);
  expect_every_kill_survived("second run", scene, expected, count.calls());
}

// Killed before its run stands in the ledger, a fresh run must still be made: the one that is found
// there is over, and not the one that was asked for.
TEST(KillPoints, ASecondRunThatIsKilledBeforeItBeginsIsNotTakenForTheFirst) {
  sim::KillAt faults("migrator", 0, sim::Ending::killed_before);
  World world({}, faults);
  apply_schema(world);
  load(world, DumpGenerator({}).records(5));
  MigrationPlan first = small_plan();
  first.role = "first";
  ASSERT_TRUE(migrate_all(world, first, Begin::fresh).complete());
  const MigrationResult second = migrate_all(world, small_plan(), Begin::fresh);
  EXPECT_EQ(second.kills, 1);
  ASSERT_TRUE(second.complete());
  EXPECT_EQ(second.run.run_id, "run-2");
}

}  // namespace
}  // namespace cutover::scenarios
