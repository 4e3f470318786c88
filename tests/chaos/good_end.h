// A good end of a run, made by hand, for the tests of the invariants: twelve books, one of them
// written by live traffic, a shelf, answers. Each test makes one thing bad, and says which
// invariants must refuse it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "chaos/invariants/invariants.h"
#include "chaos/invariants/watch.h"
#include "scenarios/direct_database.h"
#include "scenarios/generate.h"

namespace cutover::chaos {

using Names = std::set<std::string>;

class GoodEnd : public testing::Test {
 protected:
  GoodEnd() {
    scenarios::apply_schema(world);
    for (std::uint64_t i = 0; i < 12; ++i) {
      const std::string number = std::to_string(i);
      aftermath.sources.push_back(
          {"book:isbn:" + isbn(i),
           R"({"title":"Book )" + number + R"(","authors":["A"],"publisher":"P )" + number + "\"}",
           std::nullopt, ""});
      world.kv().load(aftermath.sources.back());
    }
    aftermath.migration = migrate_all(world, {}, migrate::Begin::fresh);
    aftermath.finished = true;
    played.isolates = 1;
    answered(isbn(1), 200, {}, "\"Book 1\"");
    execute("INSERT INTO UserLibrary (user_id, isbn, status) VALUES ('u', '" + isbn(2) +
            "', 'want_to_read')");
    ShelfNote& note = aftermath.live.shelves[{"u", isbn(2)}];
    note.confirmed = true;
    note.possible = {{true, "want_to_read", 0, "", false, false}};
    aftermath.written[isbn(3)].insert("Live");
    execute("UPDATE Books SET origin = 'live', source_time = 1000 WHERE isbn = '" + isbn(3) + "'");
    aftermath.acknowledged.push_back({isbn(3), 1000});
  }

  static std::string isbn(std::uint64_t index) { return scenarios::isbn13_of(index); }

  Answered& answered(const std::string& of, int status, Duration at = {},
                     const std::string& title = "") {
    Answered answer;
    answer.isbn = of;
    answer.status = status;
    answer.title = title;
    answer.asked = answer.answered = at;
    answer.source = status == 200 ? "cache" : "";
    aftermath.live.answers.push_back(std::move(answer));
    return aftermath.live.answers.back();
  }

  void execute(const std::string& sql) {
    const auto done = scenarios::DirectDatabase(world.d1()).query({sql, {}});
    ASSERT_TRUE(done.has_value()) << describe(done.error());
  }

  static Names names_of(const std::vector<Violation>& violations) {
    Names names;
    for (const Violation& violation : violations) names.insert(violation.invariant);
    return names;
  }
  Names violated() { return names_of(judge(aftermath)); }
  Names watched() const { return names_of(watches.found()); }

  // What an observer of the history is told.
  void happens(sim::EventKind kind, const std::string& what, const std::string& key,
               const std::string& result, std::uint32_t process = 0, Duration at = {}) {
    sim::Event event;
    event.at = at;
    event.process = process;
    event.kind = kind;
    event.what = what;
    event.key = key;
    event.result = result;
    world.scheduler().history().record(event);
  }

  sim::FaultPlan no_faults;
  scenarios::World world{scenarios::WorldOptions{}, no_faults};
  Watches watches{world};
  StormCase played;
  Aftermath aftermath{played, world, {}, {}, {}, false, {}, {}};
};

}  // namespace cutover::chaos
