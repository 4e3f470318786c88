// Which tier answers, with what, and what it leaves behind.
#include "tests/core/lookup/reading.h"

namespace cutover::lookup {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;

class LookupAnswers : public Reading {};

TEST_F(LookupAnswers, R12_EachTierSaysThatItAnsweredAndStoresNoneOfThat) {
  provider.put_book(potter, book_titled("P"));
  EXPECT_EQ(say(), "provider P");
  EXPECT_EQ(say(), "cache P");
  EXPECT_EQ(kv_entry()->value.find("ource"), std::string::npos);
  world.kv().restore({});
  EXPECT_EQ(say(), "d1 P");
  EXPECT_EQ(events.count("lookup.read tier=provider stale=0 remembered=0"), 1);
  EXPECT_EQ(events.count("lookup.read tier=cache stale=0 remembered=0"), 1);
  EXPECT_EQ(events.count("lookup.read tier=d1 stale=0 remembered=0"), 1);
}

TEST_F(LookupAnswers, R15_EveryTierGivesOneRepresentation) {
  provider.put_book(potter, R"({"title":"T","authors":["A"],"publishedDate":2008,"pageCount":"7",)"
                            R"("imageLinks":{"smallThumbnail":"http://books.google.com/s"}})");
  std::vector<std::string> books;
  const auto keep = [&](Reader& reader) {
    const Answer answer = reader.find();
    ASSERT_TRUE(std::holds_alternative<Found>(answer)) << in_words(answer);
    books.push_back(std::get<Found>(answer).book);
  };
  read(keep);  // provider
  read(keep);  // cache
  const std::string in_kv = kv_entry()->value;
  world.kv().restore({});
  read(keep);  // d1
  read(keep);  // cache, filled from D1
  world.kv().restore({});
  sql("DELETE FROM Books");
  put_kv("search:isbn:isbn=0439708184", in_kv);
  read(keep);  // an older key
  ASSERT_EQ(books.size(), 5U);
  for (const std::string& book : books) EXPECT_EQ(book, books.front());
  EXPECT_EQ(provider.calls(), 1);
}

TEST_F(LookupAnswers, R08_ACorrectedColumnIsWhatPeopleSeeOnceKvIsFresh) {
  put_d1("Old");
  sql("UPDATE Books SET title = 'Corrected', version = version + 1");
  EXPECT_EQ(say(), "d1 Corrected");
  EXPECT_EQ(say(), "cache Corrected");
}

TEST_F(LookupAnswers, R01_AnUnknownBookIsNotFoundAndRememberedForAShortTime) {
  read([&](Reader& reader) {
    EXPECT_EQ(reader.say(), "not found");
    EXPECT_EQ(reader.say(), "not found remembered");
    reader.wait(seconds(5));
    EXPECT_EQ(reader.say(), "not found remembered");
  });
  const auto entry = kv_entry(potter_missing);
  ASSERT_TRUE(entry);
  EXPECT_FALSE(kv_entry(potter_key)) << "an absence is no book";
  EXPECT_EQ(say(), "not found remembered") << "another isolate, by the KV entry";
  EXPECT_EQ(provider.calls(), 1);

  provider.put_book(potter, book_titled("Late"));
  world.wait(seconds(options.missing_seconds) + seconds(60));
  EXPECT_EQ(say(), "provider Late");
}

TEST_F(LookupAnswers, R09_AnotherEditionIsNotFoundAndNeverCachedAsTheBook) {
  provider.put_other_edition(potter, "9780140328721", book_titled("Other"));
  EXPECT_EQ(say(), "not found");
  EXPECT_EQ(say(), "not found remembered");
  EXPECT_FALSE(kv_entry());
  EXPECT_EQ(d1_title(), "(none)");
}

TEST_F(LookupAnswers, R09_AnotherEditionThatOlderCodeCachedIsAMiss) {
  put_kv(potter_key, R"({"title":"Other","isbn":"9780140328721"})");
  provider.put_book(potter, book_titled("Right"));
  EXPECT_EQ(say(), "provider Right");
  EXPECT_EQ(kv_title(), "Right");
}

TEST_F(LookupAnswers, R09_ABookWithoutIdentifiersCountsAsTheOneAskedFor) {
  provider.put_unidentified(potter, book_titled("Nameless"));
  EXPECT_EQ(say(), "provider Nameless");
}

TEST_F(LookupAnswers, R11_AMalformedEntryIsAMissAndIsOverwritten) {
  for (const char* value : {R"({"title":"Trunc)", "", "[1]", "\xFF\xFE", R"({"error":"quota"})"}) {
    world.kv().restore({});
    put_kv(potter_key, value);
    put_d1("Good " + std::to_string(world.kv().counts().put),
           1'763'000'000'000 + world.kv().counts().put);
    EXPECT_EQ(say(), "d1 " + d1_title()) << value;
    EXPECT_EQ(kv_title(), d1_title()) << value;
  }
  EXPECT_EQ(events.count("lookup.malformed reason="), 5);
}

TEST_F(LookupAnswers, R16_WhatWasFilledTogetherDoesNotEndTogether) {
  std::set<std::int64_t> ends;
  for (std::uint64_t i = 0; i < 40; ++i) {
    provider.put_book(scenarios::isbn13_of(i), book_titled("B"));
  }
  std::int64_t now = 0;
  read([&](Reader& reader) {
    for (std::uint64_t i = 0; i < 40; ++i) reader.find(scenarios::isbn13_of(i));
    now = reader.isolate.runtime.wall().seconds();
  });
  for (const KvRecord& record : world.kv().entries()) {
    const std::int64_t fresh = *ValueReader().read_stamp(record.metadata).fresh_until - now;
    EXPECT_GE(fresh, options.fresh_seconds * 9 / 10 - 60);
    EXPECT_LE(fresh, options.fresh_seconds + 60);
    EXPECT_NEAR(static_cast<double>(*record.expiration - now - fresh),
                static_cast<double>(options.stale_seconds), 2);
    ends.insert(fresh / 60);
  }
  EXPECT_GT(ends.size(), 25U) << "minutes in which one of forty entries ends";
}

TEST_F(LookupAnswers, R10_AnOldRowIsAnsweredAndThenLookedUpAgain) {
  put_d1("First");
  provider.put_book(potter, book_titled("Second"));
  world.wait(hours(24 * 34));
  EXPECT_EQ(say(), "d1 First");
  EXPECT_EQ(d1_title(), "Second");
  EXPECT_EQ(kv_title(), "Second");
  EXPECT_EQ(events.count("lookup.refresh ok=1"), 1);
}

TEST_F(LookupAnswers, R10_ARecentRowIsNotLookedUpAgain) {
  put_d1("First");
  provider.put_book(potter, book_titled("Second"));
  world.wait(hours(24 * 29));
  EXPECT_EQ(say(), "d1 First");
  EXPECT_EQ(provider.calls(), 0);
}

TEST_F(LookupAnswers, R10_NothingGoodIsReplacedByNothing) {
  put_d1("Good");
  world.wait(hours(24 * 34));
  EXPECT_EQ(say(), "d1 Good") << "the provider has forgotten it";
  EXPECT_EQ(d1_title(), "Good");
  world.kv().restore({});
  provider.put_book(potter, R"({"title":"","authors":[]})");
  world.wait(hours(1));
  EXPECT_EQ(say(), "d1 Good") << "the provider has an empty record";
  EXPECT_EQ(d1_title(), "Good");
  EXPECT_EQ(kv_title(), "Good");
  EXPECT_EQ(provider.calls(), 2);
}

TEST_F(LookupAnswers, R10_OneIsolateRefreshesABookOnceInAWhile) {
  put_d1("Good");
  provider.fail_between(hours(0), hours(24 * 400), fakes::ProviderTrouble::html);
  world.wait(hours(24 * 34));
  kv_hooks.put = [](std::string_view) {
    return migrate::kv_failure(FailureKind::unavailable, true);
  };
  read([&](Reader& reader) {
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(reader.say(), "d1 Good");
      reader.wait(seconds(5));
    }
  });
  EXPECT_EQ(provider.calls(), 1);
  EXPECT_EQ(events.count("lookup.refresh ok=0"), 1);
}

TEST_F(LookupAnswers, AnEntryOfTheOldCodeIsFreshAsLongAsItLives) {
  put_kv(potter_key, book_titled("Old code"));
  put_d1("In D1");
  world.wait(hours(24 * 100));
  EXPECT_EQ(say(), "cache Old code");
}

TEST_F(LookupAnswers, MetadataOfSomebodyElseIsNotBelieved) {
  for (const char* metadata : {"[]", "{", R"({"version":-1,"freshUntil":"soon"})",
                               R"({"freshUntil":1e300,"version":1e300})", "7"}) {
    put_kv(potter_key, book_titled("Kept"), metadata);
    world.wait(seconds(61));
    EXPECT_EQ(say(), "cache Kept") << metadata;
  }
}

TEST_F(LookupAnswers, AnEntryBeyondItsFreshLifeIsLookedUpAgain) {
  provider.put_book(potter, book_titled("First"));
  EXPECT_EQ(say(), "provider First");
  provider.put_book(potter, book_titled("Second"));
  sql("UPDATE Books SET title = 'Corrected', version = version + 1");
  world.wait(seconds(options.fresh_seconds));
  EXPECT_EQ(say(), "d1 Corrected");
  EXPECT_EQ(kv_title(), "Corrected");
}

TEST_F(LookupAnswers, ABookUnderAnOlderKeyIsFoundWhenD1DoesNotHaveIt) {
  put_kv("book:isbn:0439708184", book_titled("Ten"));
  put_kv("search:isbn:isbn=9780439708180",
         R"({"cachedAt":1700000000000,"data":{"title":"Dated"}})");
  EXPECT_EQ(say(), "cache Dated") << "the preferred one of two";
  put_d1("In D1");
  EXPECT_EQ(say(), "d1 In D1");
  EXPECT_EQ(provider.calls(), 0);
}

TEST_F(LookupAnswers, F04_WithoutD1ReadsAndWritesD1IsNeverAsked) {
  policy.fixed = {false, false, false, false, "phase_kv_only"};
  put_d1("In D1");
  provider.put_book(potter, book_titled("P"));
  const std::int64_t before = d1_hooks.statements;
  EXPECT_EQ(say(), "provider P");
  EXPECT_EQ(say(), "cache P");
  EXPECT_EQ(d1_hooks.statements, before);
  EXPECT_EQ(d1_title(), "In D1");
}

TEST_F(LookupAnswers, F05_AfterARollbackD1AnswersWhatTheProviderCannot) {
  policy.fixed = {false, true, true, false, "rolled_back"};
  put_d1("Only in D1");
  EXPECT_EQ(say(), "d1 Only in D1") << "the provider does not know it";
  world.kv().restore({});
  provider.fail_next(1, fakes::ProviderTrouble::quota);
  EXPECT_EQ(say(), "d1 Only in D1") << "the quota is used up";
}

TEST_F(LookupAnswers, F03_WritesGoToD1WhereItIsNotReadYet) {
  policy.fixed = {false, true, true, false, "dual_write"};
  provider.put_book(potter, book_titled("P"));
  EXPECT_EQ(say(), "provider P");
  EXPECT_EQ(d1_title(), "P");
  EXPECT_EQ(kv_stamp().version, 1);
}

TEST_F(LookupAnswers, AShadowReadTellsWhetherTheTiersAgree) {
  policy.fixed.shadow = true;
  put_kv(potter_key, book_titled("Same"));
  EXPECT_EQ(say(), "cache Same");
  put_d1("Same");
  EXPECT_EQ(say(), "cache Same");
  sql("UPDATE Books SET title = 'Changed'");
  EXPECT_EQ(say(), "cache Same");
  d1_hooks.before = d1_is_down();
  EXPECT_EQ(say(), "cache Same") << "a failure tells nothing";
  using Shadow = ReadPolicy::Shadow;
  EXPECT_THAT(policy.shadows, ElementsAre(Shadow::absent_in_d1, Shadow::same, Shadow::different));
  EXPECT_EQ(events.count("lookup.shadow result=absent"), 1);
  EXPECT_EQ(events.count("lookup.shadow result=same"), 1);
  EXPECT_EQ(events.count("lookup.shadow result=different"), 1);
}

TEST_F(LookupAnswers, AHitOutsideTheSampleDefersNothing) {
  policy.fixed.shadow = true;
  policy.sampled = false;
  put_kv(potter_key, book_titled("Hot"));
  EXPECT_EQ(say(), "cache Hot");
  EXPECT_EQ(policy.asked, 0);
  EXPECT_EQ(d1_hooks.statements, 0);
}

TEST_F(LookupAnswers, AHotValueIsReadAnewWhenItsBytesOrItsMetadataChange) {
  policy.fixed = {false, false, false, false, "phase_kv_only"};
  read([&](Reader& reader) {
    const auto put = [&](std::string_view title, const CacheStamp& stamp) {
      reader.wait(seconds(2));
      KvPutOptions entry;
      entry.metadata = to_metadata(stamp);
      EXPECT_TRUE(reader.isolate.kv.put(potter_key, book_titled(title), entry));
      reader.wait(seconds(120));
    };
    const std::int64_t now = reader.isolate.runtime.wall().seconds();
    put("One", {1, 0, 0, now + 10'000});
    EXPECT_EQ(reader.say(), "cache One");
    EXPECT_EQ(reader.say(), "cache One");
    put("Two", {1, 0, 0, now + 10'000});
    EXPECT_EQ(reader.say(), "cache Two");
    put("Two", {1, 1, 0, now - 1});
    EXPECT_EQ(reader.say(), "cache Two stale") << "the same bytes, no longer fresh";
    put("not JSON \"", {1, 0, 0, now + 10'000});
    EXPECT_EQ(reader.say(), "not found remembered") << "and no book any more";
  });
}

TEST_F(LookupAnswers, OneFreshHitIsOneReadOfKvAndNothingElse) {
  put_kv(potter_key, book_titled("Hot"));
  const auto before = world.kv().counts();
  read([&](Reader& reader) {
    reader.say();
    const Duration started = reader.isolate.runtime.now();
    EXPECT_EQ(reader.say(), "cache Hot");
    EXPECT_EQ(reader.isolate.runtime.now() - started, world.kv().options().cached_read_latency);
  });
  EXPECT_EQ(world.kv().counts().get - before.get, 2);
  EXPECT_EQ(world.kv().counts().get_many, before.get_many);
  EXPECT_EQ(world.kv().counts().put, before.put);
  EXPECT_EQ(d1_hooks.statements, 0);
}

}  // namespace
}  // namespace cutover::lookup
