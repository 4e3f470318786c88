#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "fakes/faults/listed_faults.h"
#include "fakes/faults/storm.h"

namespace cutover::faults {
namespace {

using std::chrono::seconds;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Calls as a world would make them, without one.
class Calls {
 public:
  static sim::Call at(std::string_view site, const std::string& key) {
    sim::Call call;
    call.service = site.starts_with("kv") ? Service::kv : Service::d1;
    call.site = site;
    call.key = key;
    call.reads = site == "kv.get" || site == "kv.list";
    return call;
  }

  // Some 1,200 calls of one role.
  std::vector<sim::Decision> make(sim::FaultPlan& plan, const std::string& without_key = "") {
    std::vector<sim::Decision> decisions;
    std::uint64_t ordinal = 0;
    for (int round = 0; round < 10; ++round) {
      for (int key = 0; key < 40; ++key) {
        const std::string name = "k" + std::to_string(key);
        for (const std::string_view site : {"kv.get", "kv.put", "d1.batch"}) {
          if (name == without_key) continue;
          decisions.push_back(plan.decide(process, at(site, name), ordinal, now));
          now += std::chrono::milliseconds(10);
          ++ordinal;
        }
      }
    }
    return decisions;
  }

  sim::Process process{1, "migrator", 1};
  Duration now{0};
};

StormOptions heavy_storm(std::uint64_t seed) {
  StormOptions options;
  options.seed = seed;
  options.plan.rates.fill(200);
  return options;
}

TEST(FaultTable, HasARowForEveryFaultUnderAnUnambiguousName) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < fault_count; ++i) {
    const FaultRow& row = row_of(static_cast<Fault>(i));
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(row_named(row.name), &row);
    EXPECT_FALSE(row.meaning.empty());
  }
  EXPECT_EQ(row_named("no_such_fault"), nullptr);
}

TEST(FaultTable, KeepsEachFaultToTheCallsThatCanHaveIt) {
  EXPECT_TRUE(applies(Fault::overloaded, Calls::at("d1.batch", "x")));
  EXPECT_FALSE(applies(Fault::overloaded, Calls::at("kv.put", "x")));
  EXPECT_TRUE(applies(Fault::throttled, Calls::at("kv.put", "x")));
  EXPECT_FALSE(applies(Fault::throttled, Calls::at("kv.get", "x")));
  EXPECT_FALSE(applies(Fault::cursor_refused, Calls::at("kv.list", "x")));
  EXPECT_FALSE(applies(Fault::quota_used_up, Calls::at("d1.batch", "x")));
}

TEST(Storm, WithEveryRateAtZeroDisturbsNothing) {
  Storm storm(StormOptions{});
  for (const sim::Decision& decision : Calls().make(storm)) {
    EXPECT_EQ(decision.ending, sim::Ending::applied);
    EXPECT_EQ(decision.delay, Duration{0});
  }
  EXPECT_THAT(storm.taken(), IsEmpty());
}

TEST(Storm, IsTheSameForTheSameSeedAndAnotherForAnother) {
  Storm one(heavy_storm(7));
  Storm same(heavy_storm(7));
  Storm other(heavy_storm(8));
  Calls().make(one);
  Calls().make(same);
  Calls().make(other);
  EXPECT_FALSE(one.taken().empty());
  EXPECT_EQ(one.taken(), same.taken());
  EXPECT_NE(one.taken(), other.taken());
}

TEST(Storm, LeavingCallsOutMovesNoFaultOfTheOthers) {
  Storm all(heavy_storm(7));
  Storm fewer(heavy_storm(7));
  Calls().make(all);
  Calls().make(fewer, "k5");
  std::vector<PlannedFault> expected;
  for (const PlannedFault& fault : all.taken()) {
    if (fault.address.key != "k5") expected.push_back(fault);
  }
  EXPECT_LT(expected.size(), all.taken().size());
  EXPECT_EQ(fewer.taken(), expected);
}

TEST(Storm, IsOverWhenTheCalmBegins) {
  StormOptions options = heavy_storm(7);
  options.calm_at = seconds(4);
  Storm storm(options);
  Calls calls;
  const auto decisions = calls.make(storm);
  for (std::size_t i = 400; i < decisions.size(); ++i) {
    ASSERT_EQ(decisions[i].ending, sim::Ending::applied) << i;
  }
  EXPECT_FALSE(storm.taken().empty());
}

TEST(FaultTable, R8_2_AFailureAfterTheEffectNeverSaysThatNothingWasApplied) {
  for (const FaultRow& row : fault_table()) {
    const sim::Decision decision = decision_of(row.fault, 7);
    EXPECT_EQ(decision.name, row.name);
    if (row.ending != sim::Ending::answer_lost) continue;
    const bool silent =
        row.kind == FailureKind::timeout || row.kind == FailureKind::connection_lost;
    EXPECT_TRUE(silent || decision.in_doubt) << row.name;
  }
}

TEST(FaultTable, OneNameMeansOneFault) {
  std::set<std::string_view> names;
  for (const FaultRow& row : fault_table()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(row_named(row.name), &row);
    EXPECT_FALSE(row.meaning.empty()) << row.name;
  }
  EXPECT_EQ(row_named("gremlin"), nullptr);
}

TEST(FaultTable, AStaleAnswerIsNeverOlderThanAMinute) {
  for (const std::uint64_t size : {0, 1, 5'000, 9'999}) {
    EXPECT_LE(decision_of(Fault::stale_answer, size).twist.age, seconds(60)) << size;
  }
  EXPECT_EQ(decision_of(Fault::empty_page, 3).twist.page_keys, 0U);
  EXPECT_GE(decision_of(Fault::short_page, 0).twist.page_keys, 1U);
}

TEST(FaultTable, EachServiceHasFaultsThatTheOthersDoNot) {
  const sim::Call d1 = Calls::at("d1.batch", "UPDATE x");
  const sim::Call kv = Calls::at("kv.get", "k");
  EXPECT_TRUE(applies(Fault::storage_reset_after, d1));
  EXPECT_FALSE(applies(Fault::storage_reset_after, kv));
  EXPECT_TRUE(applies(Fault::stale_answer, kv));
  EXPECT_FALSE(applies(Fault::stale_answer, d1));
  EXPECT_FALSE(applies(Fault::short_page, kv)) << "a get has no page";
  EXPECT_FALSE(applies(Fault::wrong_edition, kv));
}

TEST(Storm, SwarmsDifferInTheFaultsThatAreActive) {
  std::set<std::array<std::uint32_t, fault_count>> swarms;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    swarms.insert(draw_storm(seed, seconds(60)).plan.rates);
  }
  EXPECT_GT(swarms.size(), 45U);
}

TEST(ListedFaults, PlayAStormAgainFaultForFault) {
  Storm storm(heavy_storm(7));
  const auto original = Calls().make(storm);
  ListedFaults listed(storm.taken());
  const auto again = Calls().make(listed);
  ASSERT_EQ(again.size(), original.size());
  for (std::size_t i = 0; i < original.size(); ++i) {
    EXPECT_EQ(again[i].ending, original[i].ending) << i;
    EXPECT_EQ(again[i].kind, original[i].kind) << i;
    EXPECT_EQ(again[i].delay, original[i].delay) << i;
  }
  EXPECT_THAT(listed.unmatched(), IsEmpty());
}

TEST(ListedFaults, NameTheDecisionsWhoseCallNeverCame) {
  const PlannedFault comes{{"migrator", "kv.put", "k1", 0}, Fault::throttled, 0};
  const PlannedFault never{{"migrator", "kv.put", "k1", 99}, Fault::throttled, 0};
  const PlannedFault cannot{{"migrator", "kv.get", "k1", 0}, Fault::throttled, 0};
  ListedFaults listed({comes, never, cannot});
  Calls().make(listed);
  EXPECT_EQ(listed.unmatched(), (std::vector<PlannedFault>{never, cannot}));
  EXPECT_EQ(describe(never.address), "migrator kv.put 'k1' #99");
}

}  // namespace
}  // namespace cutover::faults
