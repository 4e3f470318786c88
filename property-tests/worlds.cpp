// Whole worlds: RapidCheck draws a small world, commands with times (start, stop, kill, write,
// read, outages, Time Travel, what an operator does) and faults of calls, and plays it as a storm
// is played (R8.2, R8.4). No invariant may be violated, and the end must be what a small model
// allows.
//
// A campaign draws its storms from a seed, and chaos/shrink.h makes a failing one smaller; here
// RapidCheck draws, and looks for the smallest world with the same rules. What it prints last is a
// case file for `cutover replay` (worlds/play.h).
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "chaos/shrink.h"
#include "property-tests/worlds/play.h"
#include "scenarios/direct_database.h"
#include "scenarios/generate.h"

namespace cutover::worlds {
namespace {

using chaos::Aftermath;
using chaos::Happen;

bool has(const chaos::CaseFile& file, Happen what) {
  const auto& list = file.played.happenings;
  return std::any_of(list.begin(), list.end(),
                     [what](const chaos::Happening& one) { return one.what == what; });
}

RC_GTEST_PROP(Worlds, R8_2_NoneBreaksAnInvariantOrTheModel, (const DrawnWorld& drawn)) {
  const Played played = play(drawn);
  RC_CLASSIFY(!played.file.faults.empty(), "faults happened");
  RC_CLASSIFY(has(played.file, Happen::write_book), "a book was written");
  RC_CLASSIFY(has(played.file, Happen::time_travel), "Time Travel");
  RC_CLASSIFY(played.file.played.isolates > 0, "the live system");
  RC_CLASSIFY(played.file.played.migrators == 2, "two migrators");
  if (!played.holds()) RC_FAIL(report(played));
}

RC_GTEST_PROP(Worlds, R8_4_EachPlaysAgainFromItsCaseFile, (const DrawnWorld& drawn)) {
  RC_PRE(drawn.world.seed % 4 == 0);  // it is the same draw as above
  const Played played = play(drawn);
  const auto file = chaos::case_from_json(to_json(played.file));
  RC_ASSERT(file.has_value());
  RC_ASSERT(*file == played.file);
  RC_ASSERT(chaos::replay(*file).digest == played.result.digest);
}

// ---- That the model can disagree: one world that holds, and what is spoilt at its end ----

class WorldsModel : public testing::Test {
 protected:
  WorldsModel() {
    drawn.world.keys = 3;
    drawn.world.writers = 0;
    drawn.world.readers = 0;
    drawn.world.odd_per_mille = 0;
    drawn.world.storm_seconds = 20;
    drawn.commands = {{Happen::write_book, 10'000, 1, 7}};
  }

  static std::string isbn(std::uint64_t index) { return scenarios::isbn13_of(index); }

  // What the model says when this is done to D1 at the end.
  std::vector<std::string> after(const std::string& sql) const {
    return play(drawn,
                [&sql](const Aftermath& end) {
                  const auto done = scenarios::DirectDatabase(end.world.d1()).query({sql, {}});
                  EXPECT_TRUE(done.has_value()) << describe(done.error());
                })
        .disagreements;
  }
  // ... when this entry of KV is replaced, or taken away.
  std::vector<std::string> after(const std::string& key, const char* value) const {
    return play(drawn,
                [&](const Aftermath& end) {
                  auto entries = end.world.kv().entries();
                  std::erase_if(entries, [&key](const KvRecord& one) { return one.key == key; });
                  if (value != nullptr) entries.push_back({key, value, std::nullopt, ""});
                  end.world.kv().restore(entries);
                })
        .disagreements;
  }

  using Said = std::vector<std::string>;
  DrawnWorld drawn;
};

TEST_F(WorldsModel, AgreesWithAWorldThatNothingWasDoneTo) {
  const Played played = play(drawn);
  EXPECT_TRUE(played.holds()) << report(played);
}

TEST_F(WorldsModel, KnowsARowThatIsMissingAndOneOfNobody) {
  EXPECT_EQ(after("DELETE FROM Books WHERE isbn = '" + isbn(0) + "'"),
            Said{"D1 has no row " + isbn(0)});
  EXPECT_EQ(after("DELETE FROM Books WHERE isbn = '" + isbn(1) + "'"),
            Said{"D1 has no row " + isbn(1)});
  EXPECT_EQ(after("UPDATE Books SET isbn = '" + isbn(9) + "' WHERE isbn = '" + isbn(1) + "'"),
            (Said{"D1's row " + isbn(9) + " is a book of nobody", "D1 has no row " + isbn(1)}));
}

TEST_F(WorldsModel, KnowsATitleOfNobodyAndALostUpdate) {
  EXPECT_EQ(after("UPDATE Books SET title = 'other' WHERE isbn = '" + isbn(2) + "'"),
            Said{"D1's row " + isbn(2) + " has the title 'other' from nobody"});
  const Said older = {"D1's row " + isbn(1) + " shows something older than what D1 confirmed"};
  EXPECT_EQ(after("UPDATE Books SET source_time = 1 WHERE isbn = '" + isbn(1) + "'"), older);
  EXPECT_EQ(after("UPDATE Books SET origin = 'backfill' WHERE isbn = '" + isbn(1) + "'"), older);
}

TEST_F(WorldsModel, KnowsTheTitleThatWasConfirmedFromAnEarlierOne) {
  drawn.commands.push_back({Happen::write_book, 15'000, 1, 8});
  EXPECT_EQ(after("UPDATE Books SET title = 'live 7' WHERE isbn = '" + isbn(1) + "'"),
            Said{"D1's row " + isbn(1) + " has the title 'live 7', and another one was confirmed"});
}

TEST_F(WorldsModel, KnowsAMigrationOfNobody) {
  drawn.world.migrators = 0;
  EXPECT_TRUE(play(drawn).holds());
  EXPECT_EQ(after("UPDATE Books SET origin = 'backfill'").back(),
            "D1 has migrated rows, and nobody migrated");
}

TEST_F(WorldsModel, KnowsAValueOfNobodyAndAnEntryThatIsGone) {
  const std::string key = "book:isbn:" + isbn(2);
  EXPECT_EQ(after(key, "{}"), Said{"KV's " + key + " has the value '{}' from nobody"});
  EXPECT_EQ(after(key, nullptr), Said{"KV's " + key + " is gone"});
}

}  // namespace
}  // namespace cutover::worlds
