#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "chaos/show/case_test.h"
#include "chaos/show/story.h"
#include "chaos/show/timeline_html.h"
#include "chaos/show/touch.h"
#include "chaos/show/trace_events.h"

namespace cutover::chaos {
namespace {

using nlohmann::json;
using sim::Event;
using sim::EventKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* hostile = "</script><img src=x onerror=alert(1)>\x1b[31m\xff@DATA@";

Event event(std::int64_t ms, EventKind kind, std::string what, std::string key,
            std::string result = "") {
  return {std::chrono::milliseconds(ms),
          1,
          1,
          1,
          kind,
          std::move(what),
          std::move(key),
          std::move(result),
          0};
}

// A migrator whose second call is applied while its answer is lost; it tries again, and dies.
Played small_run(const std::string& key = "book:isbn:9781234567897") {
  Played played;
  played.file.played.seed = 17;
  played.file.faults = {{{"migrator", "kv.put", key, 0}, faults::Fault::lost_after, 0},
                        {{"migrator", "kv.put", key, 1}, faults::Fault::killed_after, 0}};
  const std::string lost = "kv put: connection lost (effect unknown): injected fault";
  played.events = {event(0, EventKind::process, "started", "migrator"),
                   event(10, EventKind::call, "kv.list", "book:isbn:", "ok"),
                   event(20, EventKind::answer, "kv.list", "book:isbn:", "ok"),
                   event(40, EventKind::call, "kv.put", key, "ok"),
                   event(50, EventKind::answer, "kv.put", key, lost),
                   event(290, EventKind::call, "kv.put", key, "ok"),
                   event(290, EventKind::process, "killed", "migrator")};
  Event again = event(1300, EventKind::process, "started", "migrator");
  again.process = 2;
  played.events.push_back(again);
  const auto note = [&](std::int64_t ms, const char* site, std::string about, std::uint32_t nth,
                        bool hit) {
    played.notes.push_back({std::chrono::milliseconds(ms),
                            1,
                            1,
                            {"migrator", site, std::move(about), nth},
                            hit,
                            Duration{0}});
  };
  note(5, "kv.list", "book:isbn:", 0, false);
  note(30, "kv.put", key, 0, true);
  note(280, "kv.put", key, 1, true);
  played.result.violations = {{"convergence", "9781234567897", "D1 has no row for it"}};
  played.result.virtual_time = std::chrono::seconds(2);
  return played;
}

json data_in(const std::string& page) {
  const std::string begin = R"(<script type="application/json" id="data">)";
  const std::size_t from = page.find(begin) + begin.size();
  return json::parse(page.substr(from, page.find("</script>", from) - from));
}

TEST(Account, ACallGoesFromItsBeginToItsAnswerOrItsCallersDeath) {
  const Account account = account_of(small_run());
  ASSERT_EQ(account.calls.size(), 3U);
  EXPECT_EQ(account.calls[0].begun, std::chrono::milliseconds(5));
  EXPECT_EQ(account.calls[0].taken, std::chrono::milliseconds(10));
  EXPECT_EQ(account.calls[0].ended, std::chrono::milliseconds(20));
  EXPECT_EQ(account.calls[0].end, CallEnd::ok);
  EXPECT_EQ(account.calls[1].end, CallEnd::failed);
  EXPECT_EQ(account.calls[1].hit, Hit::answer_lost);
  EXPECT_EQ(account.calls[1].fault, "lost_after");
  EXPECT_EQ(account.calls[2].end, CallEnd::died);
  EXPECT_EQ(account.calls[2].hit, Hit::killed);
  EXPECT_EQ(account.calls[2].ended, std::chrono::milliseconds(290));
  EXPECT_THAT(account.hits, ElementsAre(1U, 2U));
  ASSERT_EQ(account.lanes.size(), 1U);
  EXPECT_EQ(account.lanes[0].lives.size(), 2U);
}

TEST(Account, AViolationKnowsItsCallsAndTheLastFaultBefore) {
  const Account account = account_of(small_run("book:isbn:1234567890"));
  ASSERT_EQ(account.violations.size(), 1U);
  // The two forms of an ISBN share nine digits.
  EXPECT_THAT(account.violations[0].touching, ElementsAre(1U, 2U));
  EXPECT_EQ(account.violations[0].last_fault, 2U);
  EXPECT_EQ(account.calls[0].touch, Touch::none);
  EXPECT_EQ(account.calls[1].touch, Touch::names);
}

TEST(Account, ABulkReadCoversTheKeysUpToTheNextOne) {
  Played played = small_run();
  played.notes.clear();
  played.events.clear();
  for (const char* first :
       {"book:isbn:9780000000000", "book:isbn:9781234567000", "book:isbn:9785000000000"}) {
    played.events.push_back(event(1, EventKind::call, "kv.get_many", first, "ok"));
    played.events.push_back(event(2, EventKind::answer, "kv.get_many", first, "ok"));
    played.events.push_back(event(3, EventKind::call, "d1.batch", "UPDATE MigrationLease", "ok"));
    played.events.push_back(event(4, EventKind::answer, "d1.batch", "UPDATE MigrationLease", "ok"));
  }
  const Account account = account_of(played);
  std::vector<Touch> touches;
  for (const ShownCall& call : account.calls) touches.push_back(call.touch);
  EXPECT_EQ(std::count(touches.begin(), touches.end(), Touch::covers), 1);
  EXPECT_EQ(account.calls.size(), 6U);
}

TEST(Story, TellsTheFaultItsConsequenceTheDeathAndWhatIsWrong) {
  const std::string text = print(story_of(account_of(small_run())));
  std::string flat;
  std::istringstream words(text);
  for (std::string word; words >> word;) flat += (flat.empty() ? "" : " ") + word;
  EXPECT_THAT(flat, HasSubstr("Who took part: the migrator (2 processes)"));
  EXPECT_THAT(flat, HasSubstr("The migrator's KV write of 'book:isbn:9781234567897' (the 1st) was "
                              "done, but its answer never came"));
  EXPECT_THAT(flat, HasSubstr("It tried again 230 ms later: its caller died meanwhile."));
  EXPECT_THAT(flat, HasSubstr("The migrator died after its KV write of"));
  EXPECT_THAT(flat, HasSubstr("A new one started 1.01 s later."));
  EXPECT_THAT(flat, HasSubstr("Violated: convergence, about 9781234567897: D1 has no row for it."));
}

TEST(Story, OfManyFaultsStaysShortAndCountsTheRest) {
  Played played = small_run();
  for (std::uint32_t i = 0; i < 300; ++i) {
    const std::string key = "key " + std::to_string(i);
    played.events.push_back(event(400 + 2 * i, EventKind::call, "kv.get", key, "kv get: broken"));
    played.events.push_back(event(401 + 2 * i, EventKind::answer, "kv.get", key, "kv get: broken"));
  }
  const std::string text = print(story_of(account_of(played), 40));
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 40);
  EXPECT_THAT(text, HasSubstr("Violated: convergence"));
  EXPECT_THAT(text, HasSubstr("of them failed"));
}

TEST(Story, TellsHappeningsAndStepsAsSentences) {
  Played played;
  played.events = {event(47'009, EventKind::mark, "happening",
                         "at 47.009 s: time_travel, 50 seconds back", "time_travel"),
                   event(48'000, EventKind::mark, "step", "migrator", "more"),
                   event(49'000, EventKind::mark, "step", "migrator", "a new end")};
  const std::string text = print(story_of(account_of(played)));
  EXPECT_THAT(text, HasSubstr("D1 is set back to how it stood, under load [time_travel, 50 seconds "
                              "back]."));
  EXPECT_THAT(text, HasSubstr("The migrator has done a step, and more is left."));
  EXPECT_THAT(text, HasSubstr("Step: migrator a new end."));
}

TEST(Story, OfAnEmptyHistoryAndOfOneEventIsTold) {
  Played played;
  EXPECT_THAT(print(story_of(account_of(played))), HasSubstr("Every invariant holds."));
  EXPECT_THAT(print(story_of(account_of(played))), HasSubstr("nobody made a call"));
  played.events = {event(1, EventKind::call, "kv.get", "k", "ok")};
  EXPECT_THAT(print(story_of(account_of(played))), HasSubstr("1 call without trouble"));
}

TEST(Story, ShowsNoControlCharactersOfAKey) {
  const std::string text = print(story_of(account_of(small_run(hostile))));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_THAT(text, HasSubstr("\\u001b[31m"));
}

TEST(Timeline, AKeyCannotEndTheScriptThatHoldsIt) {
  const std::string page = timeline_html_of(account_of(small_run(hostile)), hostile);
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  std::size_t ends = 0;
  for (std::size_t at = page.find("</script>"); at != std::string::npos;
       at = page.find("</script>", at + 1)) {
    ++ends;
  }
  EXPECT_EQ(ends, 2U);
  const json data = data_in(page);
  EXPECT_THAT(data["calls"][1][4].get<std::string>(), HasSubstr("</script><img"));
  EXPECT_THAT(data["calls"][1][4].get<std::string>(), HasSubstr("@DATA@"));
}

TEST(Timeline, HoldsTheWholeRunAndAsksForNothingElse) {
  const std::string page = timeline_html_of(account_of(small_run()), "case.json");
  const json data = data_in(page);
  EXPECT_EQ(data["command"], "./cutover replay case.json");
  EXPECT_EQ(data["calls"].size(), 3U);
  EXPECT_EQ(data["hits"], json({1, 2}));
  EXPECT_EQ(data["violations"][0]["first"], 1);
  EXPECT_EQ(data["violations"][0]["lastFault"], 2);
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, Not(HasSubstr("http://")));
  EXPECT_THAT(page, Not(HasSubstr("https://")));
  EXPECT_THAT(page, Not(HasSubstr("innerHTML")));
}

TEST(Timeline, OfAnEmptyHistoryAndOfOneEventIsAPage) {
  Played played;
  EXPECT_EQ(data_in(timeline_html_of(account_of(played), "c"))["calls"].size(), 0U);
  played.events = {event(1, EventKind::call, "kv.get", "k", "ok")};
  EXPECT_EQ(data_in(timeline_html_of(account_of(played), "c"))["calls"].size(), 1U);
}

TEST(Trace, HasACompleteEventForEachCallAndInstantsForFaults) {
  const json trace = json::parse(trace_events_of(account_of(small_run(hostile))));
  std::map<std::string, int> kinds;
  for (const json& shown : trace["traceEvents"]) kinds[shown["ph"].get<std::string>()] += 1;
  EXPECT_EQ(kinds["X"], 6);  // three at the caller, three at the service
  EXPECT_EQ(kinds["s"], 3);
  EXPECT_EQ(kinds["f"], 3);
  const auto put =
      std::find_if(trace["traceEvents"].begin(), trace["traceEvents"].end(), [](const json& shown) {
        return shown["ph"] == "X" && shown.contains("args") && shown["args"].contains("fault");
      });
  ASSERT_NE(put, trace["traceEvents"].end());
  EXPECT_EQ((*put)["ts"], 30'000);
  EXPECT_EQ((*put)["dur"], 20'000);
  EXPECT_EQ((*put)["args"]["fault"], "lost_after");
}

CaseFile example_case() {
  auto file = case_from_json(R"({"cutoverCase":1,"scenario":"migration","seed":5,
      "world":{"keys":20,"writers":0,"readers":0},
      "faults":[{"role":"migrator","site":"d1.batch","key":"UPDATE MigrationLease",
                 "occurrence":1,"fault":"lost_after"}]})");
  file->signature = "convergence";
  return *file;
}

// The file beside this one is what the generator makes of the case above; it is built and run too.
TEST(CaseTest, IsExactlyTheFileThatIsBuiltHere) {
  std::ifstream in(CUTOVER_SOURCE_DIR "/tests/chaos/saved_case_test.cpp");
  std::ostringstream text;
  text << in.rdbuf();
  EXPECT_EQ(case_test_of(example_case()), text.str());
}

TEST(CaseTest, AKeyCannotEndTheTextThatHoldsIt) {
  CaseFile file = example_case();
  file.faults[0].address.key = "x)json\"; int main() {";
  // In JSON the quote is escaped, so the usual end does not come; the text stays one literal.
  const std::string code = case_test_of(file);
  EXPECT_EQ(code.find(")json\";"), code.rfind(")json\";"));
}

TEST(Show, ARealStormIsToldAndTheNotesDisturbNothing) {
  CaseFile file = example_case();
  const Played played = play_and_note(file);
  EXPECT_EQ(played.result.digest, play_and_note(file).result.digest);
  EXPECT_TRUE(played.unmatched.empty());
  const Account account = account_of(played);
  const auto of_the_storm = [&](const ShownCall& call) {
    return !account.lanes[call.lane].role.starts_with("sequel");
  };
  EXPECT_EQ(std::count_if(account.calls.begin(), account.calls.end(), of_the_storm),
            static_cast<std::ptrdiff_t>(played.result.calls));
  ASSERT_EQ(account.hits.size(), 1U);
  EXPECT_EQ(account.calls[account.hits[0]].hit, Hit::answer_lost);
  for (const ShownCall& call : account.calls) {
    EXPECT_LE(call.begun, call.taken.value_or(call.begun));
    EXPECT_LE(call.taken.value_or(call.begun), call.ended);
    EXPECT_NE(call.end, CallEnd::open);
  }
  EXPECT_THAT(print(story_of(account)), HasSubstr("lost_after"));
}

}  // namespace
}  // namespace cutover::chaos
