#include "fakes/sim/history.h"

#include <gtest/gtest.h>

#include "fakes/sim/payload.h"

namespace cutover::sim {
namespace {

Event event(std::string what, std::string key = "", std::uint64_t payload = 0) {
  Event made;
  made.at = std::chrono::milliseconds(1500);
  made.process = 2;
  made.incarnation = 1;
  made.task = 17;
  made.kind = EventKind::call;
  made.what = std::move(what);
  made.key = std::move(key);
  made.result = "ok";
  made.payload = payload;
  return made;
}

TEST(History, EqualEventsGiveEqualDigestsWhetherKeptOrNot) {
  History kept(History::Keep::events);
  History digested(History::Keep::digest_only);
  for (int i = 0; i < 100; ++i) {
    kept.record(event("kv.get", std::to_string(i)));
    digested.record(event("kv.get", std::to_string(i)));
  }
  EXPECT_EQ(kept.digest(), digested.digest());
  EXPECT_EQ(kept.digest().size(), 32U);
  EXPECT_EQ(kept.events().size(), 100U);
  EXPECT_TRUE(digested.events().empty());
  EXPECT_EQ(digested.size(), 100U);
}

TEST(History, TheDigestIsTheSameOnEveryMachine) {
  History history(History::Keep::digest_only);
  EXPECT_EQ(history.digest(), "00000000000000000000000000000000");
  history.record(event("kv.get", "book:isbn:9780000000002", 42));
  EXPECT_EQ(history.digest(), "712c4fa4edbf890a7207389bd2a71a7d");
}

TEST(History, TheDigestSeesEveryFieldAndTheOrder) {
  const auto digest_of = [](const std::vector<Event>& events) {
    History history(History::Keep::digest_only);
    for (const Event& each : events) history.record(each);
    return history.digest();
  };
  const Event base = event("kv.get", "k", 1);
  std::vector<Event> variants(10, base);
  variants[1].at += Duration{1};
  variants[2].process += 1;
  variants[3].incarnation += 1;
  variants[4].task += 1;
  variants[5].kind = EventKind::answer;
  variants[6].what = "kv.put";
  variants[7].key = "K";
  variants[8].result = "";
  variants[9].payload += 1;
  for (std::size_t i = 1; i < variants.size(); ++i) {
    EXPECT_NE(digest_of({variants[0]}), digest_of({variants[i]})) << "variant " << i;
  }
  EXPECT_NE(digest_of({variants[1], variants[2]}), digest_of({variants[2], variants[1]}));
  Event moved = base;  // the border between two texts counts
  moved.what = "kv.getk";
  moved.key = "";
  EXPECT_NE(digest_of({base}), digest_of({moved}));
}

TEST(History, AViewAndAnEventAreTheSame) {
  History by_event(History::Keep::events);
  History by_view(History::Keep::events);
  const Event one = event("d1.batch", "insert", 7);
  by_event.record(one);
  by_view.record_view(EventView{one.at, one.process, one.incarnation, one.task, one.kind, one.what,
                                one.key, one.result, one.payload});
  EXPECT_EQ(by_event.digest(), by_view.digest());
  EXPECT_EQ(by_event.events(), by_view.events());
}

TEST(History, FirstDifferenceIsTheIndexOfTheFirstEventThatDiffers) {
  History left(History::Keep::events);
  History right(History::Keep::events);
  EXPECT_EQ(first_difference(left, right), std::nullopt);
  for (int i = 0; i < 5; ++i) {
    left.record(event("kv.get", std::to_string(i)));
    right.record(event("kv.get", i == 3 ? "other" : std::to_string(i)));
  }
  EXPECT_EQ(first_difference(left, right), 3U);
  EXPECT_EQ(first_difference(left, left), std::nullopt);
  History shorter(History::Keep::events);
  shorter.record(event("kv.get", "0"));
  EXPECT_EQ(first_difference(left, shorter), 1U);
}

TEST(History, AnEventReadsAsOneLine) {
  EXPECT_EQ(describe(event("kv.get", "book:isbn:1", 0xAB)),
            "1.500000s process 2.1 task 17 call kv.get [book:isbn:1] -> ok #00000000000000ab");
}

TEST(Payload, EqualAnswersHaveEqualHashesAndOthersDoNot) {
  const KvValue value{"bytes", "{}"};
  EXPECT_EQ(payload_of(std::optional<KvValue>(value)), payload_of(std::optional<KvValue>(value)));
  EXPECT_NE(payload_of(std::optional<KvValue>(value)),
            payload_of(std::optional<KvValue>(KvValue{"bytes{", "}"})));
  EXPECT_EQ(payload_of(std::optional<KvValue>()), 0U);

  using Texts = std::vector<std::optional<std::string>>;
  EXPECT_NE(payload_of(Texts{"a", std::nullopt}), payload_of(Texts{std::nullopt, "a"}));
  EXPECT_NE(payload_of(Texts{""}), payload_of(Texts{std::nullopt}));

  KvPage page;
  page.keys.push_back({"a", 5, ""});
  KvPage other = page;
  other.complete = true;
  EXPECT_NE(payload_of(page), payload_of(other));
}

TEST(Payload, ResultsDifferByTypeAndValueButNotByWhatIsOnlyMeasured) {
  ResultSet result;
  result.columns = {"n"};
  result.rows = {{SqlValue(std::int64_t{5})}};
  ResultSet slower = result;
  slower.meta.duration = Duration{99};
  slower.meta.rows_read = 12;
  EXPECT_EQ(payload_of(result), payload_of(slower));
  ResultSet real = result;
  real.rows = {{SqlValue(5.0)}};
  EXPECT_NE(payload_of(result), payload_of(real));
  ResultSet text = result;
  text.rows = {{SqlValue(std::string("x"))}};
  ResultSet blob = result;
  blob.rows = {{SqlValue(Blob{"x"})}};
  EXPECT_NE(payload_of(text), payload_of(blob));
  const Statement bound{"SELECT ?1", {SqlValue(std::int64_t{1})}};
  const Statement unbound{"SELECT ?1", {}};
  EXPECT_NE(payload_of(bound), payload_of(unbound));
}

}  // namespace
}  // namespace cutover::sim
