// Migrations of random small dumps with random options: however often one is killed and resumed, or
// how two of them interleave, the end is that of the uninterrupted run (R2.4, R2.7, R2.8, R2.14,
// R2.16).
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "core/migrate/dry_run.h"
#include "scenarios/final_state.h"
#include "scenarios/generate.h"
#include "scenarios/kill_list.h"
#include "scenarios/migration.h"

namespace cutover::scenarios {

// An entry that the generator does not make, or makes rarely: a shape of key and a value.
struct OddEntry {
  std::uint64_t book = 0;  // number of its ISBN; the generated entries have the first numbers
  int key = 0;             // index into key_shapes
  int value = 0;           // index into values
};

struct Case {
  std::uint64_t seed = 1;
  std::uint64_t records = 0;
  std::uint64_t odd_per_thousand = 0;
  std::vector<OddEntry> odd;
  std::size_t chunk_keys = 1;
  std::size_t page_keys = 1;
  std::size_t reads_in_flight = 1;
  std::int64_t d1_queries = 40;
  std::int64_t kv_operations = 40;
  std::vector<std::pair<std::uint64_t, bool>> kills;  // a call, and whether after its effect
  std::int64_t second_starts_ms = 0;                  // the second migrator, after the first
};

namespace {

using migrate::Begin;
using migrate::Fate;

struct KeyShape {
  const char* prefix;
  bool ten;  // the ISBN as ISBN-10
  const char* suffix;
};

constexpr KeyShape key_shapes[] = {{"book:isbn:", false, ""},   {"search:isbn:isbn=", false, ""},
                                   {"book:isbn:", true, ""},    {"search:isbn:isbn=", true, ""},
                                   {"book:isbn:", false, "-X"}, {"book:isbn:", false, " "},
                                   {"book:isbn: ", false, ""},  {"covers:", false, ""}};

const std::vector<std::string> values = {
    "{\"title\":\"Plain\"}",
    "",
    "null",
    "{\"title\":\"Replacement \xEF\xBF\xBD\"}",
    "{\"title\":\"Bytes \xFF\"}",
    "{\"cachedAt\":1763900000000,\"data\":{\"title\":\"Earlier\"}}",
    "{\"cachedAt\":1763900000001,\"data\":{\"title\":\"Later\"}}",
    "{\"title\":\"'); DROP TABLE Books; --\",\"authors\":[\"\\u0000\"]}",
    "[]",
    "{"};

std::string key_of(const OddEntry& entry) {
  const KeyShape& shape = key_shapes[static_cast<std::size_t>(entry.key)];
  std::string isbn = isbn13_of(entry.book);
  if (shape.ten) {
    isbn = isbn.substr(3, 9);
    int sum = 0;
    for (std::size_t i = 0; i < 9; ++i) sum += (isbn[i] - '0') * (10 - static_cast<int>(i));
    const int check = (11 - sum % 11) % 11;
    isbn += check == 10 ? 'X' : static_cast<char>('0' + check);
  }
  return shape.prefix + isbn + shape.suffix;
}

std::vector<KvRecord> records_of(const Case& which) {
  const DumpGenerator dump({which.seed, 1'764'000'000, which.odd_per_thousand});
  std::vector<KvRecord> records = dump.records(which.records);
  for (const OddEntry& entry : which.odd) {
    records.push_back({key_of(entry), values[static_cast<std::size_t>(entry.value)], {}, ""});
  }
  return records;
}

MigrationPlan plan_of(const Case& which) {
  MigrationPlan plan;
  plan.options.chunk_keys = which.chunk_keys;
  plan.options.read.page_keys = which.page_keys;
  plan.options.read.reads_in_flight = which.reads_in_flight;
  if (which.d1_queries < Budget::unlimited) {  // without limits it reads ahead
    plan.invocation = {1000, which.kv_operations, which.d1_queries, std::chrono::minutes(15)};
  } else {
    plan.invocation = no_limits();
  }
  plan.invocations_max = 2000;
  return plan;
}

void prepare(World& world, const Case& which) {
  apply_schema(world);
  for (const KvRecord& record : records_of(which)) world.kv().load(record);
}

WorldOptions world_of(const Case& which) {
  WorldOptions options;
  options.seed = which.seed;
  return options;
}

// One migration in a world of its own, with these kills.
struct Run {
  Run(const Case& which, std::map<std::uint64_t, sim::Ending> kills)
      : faults("migrator", std::move(kills)), world(world_of(which), faults) {
    prepare(world, which);
    result = migrate_all(world, plan_of(which), Begin::fresh);
    state = final_state(world.d1());
  }

  KillList faults;
  World world;
  MigrationResult result;
  FinalState state;
};

void require_complete(const MigrationResult& result) {
  if (!result.complete()) {
    RC_FAIL("the run is " + std::string(name_of(result.end)) + " after " +
            std::to_string(result.invocations) + " invocations" +
            (result.last_failure ? "; " + describe(*result.last_failure) : ""));
  }
}

void require_adding_up(const migrate::Totals& totals) {
  RC_ASSERT(totals.add_up());
  RC_ASSERT(totals[Fate::pending] == 0);
}

rc::Gen<OddEntry> odd_entry() {
  return rc::gen::build<OddEntry>(
      rc::gen::set(&OddEntry::book, rc::gen::inRange<std::uint64_t>(0, 8)),
      rc::gen::set(&OddEntry::key, rc::gen::inRange<int>(0, std::size(key_shapes))),
      rc::gen::set(&OddEntry::value,
                   rc::gen::oneOf(rc::gen::inRange<int>(0, static_cast<int>(values.size())),
                                  rc::gen::element(3, 4))));  // those that are read alone
}

rc::Gen<Case> any_case() {
  return rc::gen::resize(
      20,
      rc::gen::build<Case>(
          rc::gen::set(&Case::seed, rc::gen::inRange<std::uint64_t>(1, 1'000'000)),
          rc::gen::set(&Case::records, rc::gen::inRange<std::uint64_t>(0, 30)),
          rc::gen::set(&Case::odd_per_thousand, rc::gen::element<std::uint64_t>(0, 100, 500, 1000)),
          rc::gen::set(&Case::odd, rc::gen::container<std::vector<OddEntry>>(odd_entry())),
          rc::gen::set(&Case::chunk_keys, rc::gen::inRange<std::size_t>(1, 21)),
          rc::gen::set(&Case::page_keys, rc::gen::inRange<std::size_t>(1, 41)),
          rc::gen::set(&Case::reads_in_flight, rc::gen::inRange<std::size_t>(1, 7)),
          rc::gen::set(&Case::d1_queries,
                       rc::gen::weightedOneOf<std::int64_t>(
                           {{3, rc::gen::inRange<std::int64_t>(30, 200)},
                            {1, rc::gen::just(std::int64_t{Budget::unlimited})}})),
          rc::gen::set(&Case::kv_operations, rc::gen::inRange<std::int64_t>(9, 120)),
          rc::gen::set(
              &Case::kills,
              rc::gen::resize(
                  6, rc::gen::container<std::vector<std::pair<std::uint64_t, bool>>>(rc::gen::pair(
                         rc::gen::inRange<std::uint64_t>(0, 60), rc::gen::arbitrary<bool>())))),
          rc::gen::set(&Case::second_starts_ms, rc::gen::inRange<std::int64_t>(0, 1500))));
}

std::map<std::uint64_t, sim::Ending> kills_of(const Case& which) {
  std::map<std::uint64_t, sim::Ending> kills;
  for (const auto& [call, after] : which.kills) {
    kills[call] = after ? sim::Ending::killed_after : sim::Ending::killed_before;
  }
  return kills;
}

}  // namespace

// What RapidCheck prints of the smallest case.
void showValue(const Case& which, std::ostream& out) {
  out << which.records << " generated records, " << which.odd_per_thousand << " of 1,000 odd, seed "
      << which.seed << "; chunks of " << which.chunk_keys << ", pages of " << which.page_keys
      << ", " << which.reads_in_flight << " reads in flight; each invocation " << which.d1_queries
      << " D1 queries and " << which.kv_operations << " KV operations";
  for (const auto& [call, after] : which.kills) {
    out << "; killed " << (after ? "after" : "before") << " call " << call;
  }
  out << "; a second migrator would start after " << which.second_starts_ms << " ms";
  for (const OddEntry& entry : which.odd) {
    out << "\n  '" << key_of(entry) << "' = ";
    for (const char byte : values[static_cast<std::size_t>(entry.value)]) {
      if (byte >= ' ' && byte <= '~') {
        out << byte;
      } else {
        out << "\\x"
            << "0123456789ABCDEF"[(byte >> 4) & 15] << "0123456789ABCDEF"[byte & 15];
      }
    }
  }
  out << "\n";
}

}  // namespace cutover::scenarios

namespace rc {
template <>
struct Arbitrary<cutover::scenarios::Case> {
  static Gen<cutover::scenarios::Case> arbitrary() { return cutover::scenarios::any_case(); }
};
}  // namespace rc

namespace cutover::scenarios {
namespace {

RC_GTEST_PROP(Migration, R2_7_KilledAndResumedItEndsLikeTheUninterruptedRun, (const Case& which)) {
  const Run whole(which, {});
  require_complete(whole.result);
  require_adding_up(whole.result.run.totals);
  const Run killed(which, kills_of(which));
  require_complete(killed.result);
  require_adding_up(killed.result.run.totals);
  RC_CLASSIFY(killed.result.kills > 0, "killed");
  RC_CLASSIFY(killed.result.kills > 2, "killed more than twice");
  RC_CLASSIFY(whole.result.run.totals[Fate::superseded] > 0, "two keys of one ISBN");
  RC_CLASSIFY(whole.result.invocations > 1, "more than one invocation");
  RC_ASSERT(killed.state.totals == whole.state.totals);
  RC_ASSERT(killed.state.outcomes == whole.state.outcomes);
  RC_ASSERT(killed.state.books == whole.state.books);
}

// However the budget and the chunks cut it: the same as in one piece.
RC_GTEST_PROP(Migration, R2_13_BudgetsAndChunksDoNotShowInTheResult, (const Case& which)) {
  Case in_one_piece = which;
  in_one_piece.chunk_keys = 100;
  in_one_piece.page_keys = 1000;
  in_one_piece.d1_queries = Budget::unlimited;
  in_one_piece.kv_operations = Budget::unlimited;
  const Run whole(in_one_piece, {});
  const Run pieces(which, {});
  require_complete(whole.result);
  require_complete(pieces.result);
  RC_ASSERT(pieces.state.totals == whole.state.totals);
  RC_ASSERT(pieces.state.outcomes == whole.state.outcomes);
  RC_ASSERT(pieces.state.books == whole.state.books);
}

RC_GTEST_PROP(Migration, R2_4_ASecondRunChangesNothing, (const Case& which)) {
  Run run(which, kills_of(which));
  require_complete(run.result);
  const MigrationResult second = migrate_all(run.world, plan_of(which), Begin::fresh);
  require_complete(second);
  require_adding_up(second.run.totals);
  RC_ASSERT(second.run.run_id != run.result.run.run_id);
  RC_ASSERT(second.run.totals[Fate::inserted] == 0);
  RC_ASSERT(second.run.totals[Fate::updated] == 0);
  RC_ASSERT(second.run.totals.listed == run.result.run.totals.listed);
  RC_ASSERT(final_state(run.world.d1()).books == run.state.books);
}

RC_GTEST_PROP(Migration, R2_8_TheDryRunForetellsTheRealRun, (const Case& which)) {
  sim::FaultPlan no_faults;
  World world(world_of(which), no_faults);
  prepare(world, which);
  migrate::DryRunReport foretold;
  const std::string before = world.d1().digest();
  world.invoke("operator", 0, no_limits(), [&](Isolate& isolate) {
    auto report = migrate::dry_run(isolate.kv, isolate.d1, isolate.runtime, isolate.telemetry,
                                   plan_of(which).options, {});
    RC_ASSERT(report.has_value());
    foretold = std::move(*report);
  });
  RC_ASSERT(world.d1().digest() == before);
  const MigrationResult real = migrate_all(world, plan_of(which), Begin::fresh);
  require_complete(real);
  for (const Fate fate : migrate::all_fates) {
    if (foretold.totals[fate] != real.run.totals[fate]) {
      RC_FAIL("the dry run said " + std::to_string(foretold.totals[fate]) + " " +
              std::string(name_of(fate)) + ", it became " + std::to_string(real.run.totals[fate]));
    }
  }
  RC_ASSERT(foretold.totals == real.run.totals);
}

RC_GTEST_PROP(Migration, R2_16_TwoMigratorsInAnyOrderEndInTheSameBooks, (const Case& which)) {
  const Run alone(which, {});
  require_complete(alone.result);
  KillList faults("migrator", kills_of(which));
  World world(world_of(which), faults);
  prepare(world, which);
  const MigrationPlan plan = plan_of(which);
  for (const bool second : {false, true}) {
    world.start(second ? "second" : "migrator", 0, plan.invocation, [&, second](Isolate& isolate) {
      if (second) isolate.runtime.sleep(std::chrono::milliseconds(which.second_starts_ms));
      for (int attempt = 0; attempt < 3; ++attempt) {
        migrate::Migrator migrator(isolate.kv, isolate.d1, isolate.runtime, isolate.telemetry,
                                   plan.options);
        const auto report = migrator.step(attempt == 0 ? Begin::fresh : Begin::resume);
        if (report && report->wait > Duration{0}) isolate.runtime.sleep(report->wait);
      }
    });
  }
  world.run();
  const MigrationResult result = migrate_all(world, plan, Begin::resume);
  require_complete(result);
  require_adding_up(result.run.totals);
  RC_ASSERT(final_state(world.d1()).books == alone.state.books);
}

// Found by the properties above: what had been read was thrown away when reading it had used up the
// KV operations, and the next invocation did the same again, for ever.
TEST(Migration, R2_13_ValuesThatAreReadAloneDoNotStopARunOfASmallBudget) {
  Case which;
  which.chunk_keys = 20;
  which.page_keys = 100;
  which.reads_in_flight = 4;
  which.kv_operations = 9;
  for (std::uint64_t book = 0; book < 60; ++book) which.odd.push_back({book, 0, 3});
  const scenarios::Run run(which, {});
  EXPECT_TRUE(run.result.complete()) << name_of(run.result.end);
  EXPECT_EQ(run.result.run.totals[Fate::inserted], 60);
}

}  // namespace
}  // namespace cutover::scenarios
