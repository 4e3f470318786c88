#include "core/migrate/source_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/migrate/hooked.h"
#include "tests/core/ports/manual_runtime.h"

namespace cutover::migrate {
namespace {

using testing::_;
using testing::ElementsAre;
using testing::Field;
using testing::NiceMock;
using testing::Return;

using Values = std::vector<std::optional<std::string>>;

class MockKv : public KvStore {
 public:
  MOCK_METHOD(Outcome<std::optional<KvValue>>, get, (std::string_view), (override));
  MOCK_METHOD(Outcome<Values>, get_many, (std::span<const std::string>), (override));
  MOCK_METHOD(Outcome<void>, put, (std::string_view, std::string_view, const KvPutOptions&),
              (override));
  MOCK_METHOD(Outcome<void>, remove, (std::string_view), (override));
  MOCK_METHOD(Outcome<KvPage>, list, (const KvListQuery&), (override));
  MOCK_METHOD(Duration, staleness_bound, (), (const, override));
};

constexpr const char* first_key = "book:isbn:9780306406157";
constexpr const char* second_key = "book:isbn:9780439708180";

KvListedKey listed(const std::string& name, std::optional<std::int64_t> expiration = {}) {
  return {name, expiration, ""};
}

KvPage page_of(std::vector<std::string> names, const std::string& cursor) {
  KvPage page;
  for (std::string& name : names) page.keys.push_back(listed(name));
  page.complete = cursor.empty();
  page.cursor = cursor;
  return page;
}

std::vector<std::string> names_of(const SourcePage& page) {
  std::vector<std::string> names;
  for (const KvListedKey& key : page.keys) names.push_back(key.name);
  return names;
}

class SourceReaderTest : public testing::Test {
 protected:
  SourceReaderTest() { options.prefixes = {"a:", "b:"}; }

  std::vector<Item> read(std::vector<KvListedKey> keys, std::size_t chunk = 100) {
    return SourceReader(kv, runtime, telemetry, options).read(keys, chunk);
  }
  Item read_one(const KvListedKey& key) { return read({key}).at(0); }

  NiceMock<MockKv> kv;
  ManualRuntime runtime;
  NamedEvents telemetry;
  ReadOptions options;
};

TEST_F(SourceReaderTest, R2_1_WalksEachPrefixPageByPage) {
  SourceReader reader(kv, runtime, telemetry, options);
  EXPECT_CALL(kv, list(Field(&KvListQuery::prefix, "a:")))
      .WillOnce(Return(page_of({"a:1", "a:2"}, "next")))
      .WillOnce([](const KvListQuery& query) -> Outcome<KvPage> {
        EXPECT_EQ(query.cursor, "next");
        EXPECT_EQ(query.limit, 1000U);
        return page_of({"a:3"}, "");
      });
  EXPECT_CALL(kv, list(Field(&KvListQuery::prefix, "b:"))).WillOnce(Return(page_of({"b:1"}, "")));
  auto page = reader.page({});
  ASSERT_TRUE(page.has_value());
  EXPECT_THAT(names_of(*page), ElementsAre("a:1", "a:2"));
  EXPECT_EQ(page->next, (Place{0, "next", "a:2", false}));
  page = reader.page(page->next);
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(page->next, (Place{1, "", "a:3", false}));
  page = reader.page(page->next);
  ASSERT_TRUE(page.has_value());
  EXPECT_THAT(names_of(*page), ElementsAre("b:1"));
  EXPECT_EQ(page->next, (Place{2, "", "b:1", true}));
}

TEST_F(SourceReaderTest, M15_AnEmptyPageIsNotTheEnd) {
  EXPECT_CALL(kv, list(_)).WillOnce(Return(page_of({}, "more")));
  const auto page = SourceReader(kv, runtime, telemetry, options).page({0, "", "a:0", false});
  ASSERT_TRUE(page.has_value());
  EXPECT_TRUE(page->keys.empty());
  EXPECT_EQ(page->next, (Place{0, "more", "a:0", false}));
}

TEST_F(SourceReaderTest, M15_OnlyTheServicesOwnWordEndsTheListing) {
  KvPage last = page_of({"a:1"}, "");
  last.cursor = "a cursor beside complete";
  EXPECT_CALL(kv, list(_)).WillOnce(Return(last));
  const auto page = SourceReader(kv, runtime, telemetry, options).page({});
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(page->next, (Place{1, "", "a:1", false}));
}

TEST_F(SourceReaderTest, K06_ARefusedCursorStartsThePrefixAgainAndSkipsWhatIsDone) {
  EXPECT_CALL(kv, list(Field(&KvListQuery::cursor, "old")))
      .WillOnce(Return(kv_failure(FailureKind::malformed, false)));
  EXPECT_CALL(kv, list(Field(&KvListQuery::cursor, "")))
      .WillOnce(Return(page_of({"a:1", "a:2", "a:3"}, "new")));
  const auto page = SourceReader(kv, runtime, telemetry, options).page({0, "old", "a:2", false});
  ASSERT_TRUE(page.has_value());
  EXPECT_THAT(names_of(*page), ElementsAre("a:3"));
  EXPECT_EQ(page->next, (Place{0, "new", "a:3", false}));
  EXPECT_EQ(telemetry.count("migrate.cursor_refused"), 1U);
}

TEST_F(SourceReaderTest, AListingThatIsRefusedWithoutACursorIsAFailure) {
  EXPECT_CALL(kv, list(_)).WillOnce(Return(kv_failure(FailureKind::malformed, false)));
  EXPECT_FALSE(SourceReader(kv, runtime, telemetry, options).page({}).has_value());
}

TEST_F(SourceReaderTest, AListingOutOfOrderIsRefusedBecausePlacesWouldMeanNothing) {
  EXPECT_CALL(kv, list(_))
      .WillOnce(Return(page_of({"a:2", "a:1"}, "")))
      .WillOnce(Return(page_of({"a:2", "a:2"}, "")));
  SourceReader reader(kv, runtime, telemetry, options);
  for (int i = 0; i < 2; ++i) {
    const auto page = reader.page({});
    ASSERT_FALSE(page.has_value());
    EXPECT_EQ(page.error().message, "the listing is not in byte order");
  }
}

TEST_F(SourceReaderTest, M08_ATransientFailureOfAListingIsRetried) {
  EXPECT_CALL(kv, list(_))
      .WillOnce(Return(kv_failure(FailureKind::unavailable, true)))
      .WillOnce(Return(page_of({"a:1"}, "")));
  EXPECT_TRUE(SourceReader(kv, runtime, telemetry, options).page({}).has_value());
  EXPECT_EQ(runtime.slept.size(), 1U);
}

TEST_F(SourceReaderTest, ReadsInBulkAndTransforms) {
  EXPECT_CALL(kv, get_many(ElementsAre(first_key, second_key)))
      .WillOnce(Return(Values{R"({"title":"One"})", "null"}));
  EXPECT_CALL(kv, get).Times(0);
  const auto items = read({listed(first_key, 1'800'000'000), listed(second_key)});
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(std::get<books::BookRow>(items[0].what).title, "One");
  EXPECT_EQ(std::get<books::BookRow>(items[0].what).source_expires_at, 1'800'000'000);
  EXPECT_EQ(items[1].listed.name, second_key);
  EXPECT_EQ(std::get<Decided>(items[1].what).fate, Fate::empty);
  EXPECT_EQ(std::get<Decided>(items[1].what).reason, "json_null");
}

TEST_F(SourceReaderTest, AKeyThatNamesNoBookIsRejectedWithItsReason) {
  EXPECT_CALL(kv, get_many).WillOnce(Return(Values{R"({"title":"One"})"}));
  const Item item = read_one(listed("book:isbn:BAD_DATA"));
  EXPECT_EQ(std::get<Decided>(item.what).fate, Fate::rejected);
  EXPECT_FALSE(std::get<Decided>(item.what).reason.empty());
}

TEST_F(SourceReaderTest, R2_2_SplitsIntoChunksWithBoundedConcurrency) {
  std::vector<KvListedKey> keys;
  for (int i = 0; i < 25; ++i) keys.push_back(listed("a:" + std::to_string(100 + i)));
  std::vector<std::size_t> sizes;
  EXPECT_CALL(kv, get_many).WillRepeatedly([&](std::span<const std::string> names) {
    sizes.push_back(names.size());
    return Outcome<Values>(Values(names.size(), "null"));
  });
  const auto items = read(keys, 10);
  EXPECT_THAT(sizes, ElementsAre(10, 10, 5));
  EXPECT_THAT(runtime.group_limits, ElementsAre(options.reads_in_flight));
  for (std::size_t i = 0; i < keys.size(); ++i) EXPECT_EQ(items[i].listed, keys[i]);
}

TEST_F(SourceReaderTest, ReadsNothingWhenThereIsNothing) {
  EXPECT_CALL(kv, get_many).Times(0);
  EXPECT_TRUE(read({}).empty());
}

TEST_F(SourceReaderTest, AnAnswerOverTheLimitIsAskedForInHalves) {
  std::vector<KvListedKey> keys;
  for (int i = 0; i < 5; ++i) keys.push_back(listed("a:" + std::to_string(i)));
  std::vector<std::size_t> sizes;
  EXPECT_CALL(kv, get_many).WillRepeatedly([&](std::span<const std::string> names) {
    sizes.push_back(names.size());
    if (names.size() > 2) return Outcome<Values>(kv_failure(FailureKind::limit_exceeded, false));
    return Outcome<Values>(Values(names.size(), "null"));
  });
  const auto items = read(keys);
  EXPECT_THAT(sizes, ElementsAre(5, 2, 3, 1, 2));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    EXPECT_EQ(items[i].listed, keys[i]);
    EXPECT_TRUE(std::holds_alternative<Decided>(items[i].what)) << i;
  }
}

TEST_F(SourceReaderTest, ASingleKeyOverTheLimitIsLeftForAnotherTry) {
  EXPECT_CALL(kv, get_many).WillOnce(Return(kv_failure(FailureKind::limit_exceeded, false)));
  const Item item = read_one(listed(first_key));
  EXPECT_EQ(std::get<TryAgain>(item.what).reason, "read_failed");
}

TEST_F(SourceReaderTest, T14_TextWithAReplacementCharacterIsReadAgainAsBytes) {
  const std::string bytes = "{\"title\":\"\xFF\"}";
  EXPECT_CALL(kv, get_many).WillOnce(Return(Values{"{\"title\":\"\xEF\xBF\xBD\"}"}));
  EXPECT_CALL(kv, get(first_key)).WillOnce(Return(std::optional(KvValue{bytes, ""})));
  const Item item = read_one(listed(first_key));
  EXPECT_EQ(std::get<Decided>(item.what).fate, Fate::rejected) << "the bytes are not UTF-8";
}

TEST_F(SourceReaderTest, ARealReplacementCharacterSurvives) {
  const std::string bytes = "{\"title\":\"\xEF\xBF\xBD\"}";
  EXPECT_CALL(kv, get_many).WillOnce(Return(Values{bytes}));
  EXPECT_CALL(kv, get(first_key)).WillOnce(Return(std::optional(KvValue{bytes, ""})));
  const Item item = read_one(listed(first_key));
  EXPECT_EQ(std::get<books::BookRow>(item.what).canonical_metadata, bytes);
}

TEST_F(SourceReaderTest, AKeyThatVanishesBeforeItsBytesAreReadIsTriedAgain) {
  EXPECT_CALL(kv, get_many).WillOnce(Return(Values{"\xEF\xBF\xBD"}));
  EXPECT_CALL(kv, get).WillOnce(Return(std::optional<KvValue>()));
  EXPECT_TRUE(std::get<TryAgain>(read_one(listed(first_key)).what).missing);
}

TEST_F(SourceReaderTest, R2_6_AFailingReadLeavesItsKeysForAnotherTry) {
  EXPECT_CALL(kv, get_many)
      .Times(options.retry.attempts_max)
      .WillRepeatedly(Return(kv_failure(FailureKind::unavailable, true)));
  for (const Item& item : read({listed(first_key), listed(second_key)})) {
    const auto& again = std::get<TryAgain>(item.what);
    EXPECT_EQ(again.reason, "read_failed");
    EXPECT_THAT(again.detail, testing::HasSubstr("unavailable"));
    EXPECT_FALSE(again.missing);
    EXPECT_TRUE(again.counts);
  }
}

TEST_F(SourceReaderTest, AFailingReadOfTheBytesLeavesOnlyThatKeyForAnotherTry) {
  EXPECT_CALL(kv, get_many).WillOnce(Return(Values{"\xEF\xBF\xBD", "null"}));
  EXPECT_CALL(kv, get).WillOnce(Return(kv_failure(FailureKind::unauthorized, false)));
  const auto items = read({listed(first_key), listed(second_key)});
  EXPECT_EQ(std::get<TryAgain>(items[0].what).reason, "read_failed");
  EXPECT_TRUE(std::holds_alternative<Decided>(items[1].what));
}

TEST_F(SourceReaderTest, M03_AReadRefusedByASpentBudgetIsNoAttempt) {
  runtime.granted.kv_operations = 0;
  EXPECT_CALL(kv, get_many).WillOnce(Return(kv_failure(FailureKind::throttled, false)));
  const Item item = read_one(listed(first_key));
  EXPECT_EQ(std::get<TryAgain>(item.what).reason, "budget_spent");
  EXPECT_FALSE(std::get<TryAgain>(item.what).counts);
}

TEST_F(SourceReaderTest, M13_AnEntryThatExpiredBetweenListAndGetIsExpired) {
  EXPECT_CALL(kv, get_many).WillOnce(Return(Values{std::nullopt, std::nullopt}));
  const std::int64_t now = runtime.wall().seconds();
  const auto items = read({listed(first_key, now), listed(second_key, now + 1)});
  EXPECT_EQ(std::get<Decided>(items[0].what).fate, Fate::expired);
  EXPECT_EQ(std::get<Decided>(items[0].what).reason, "expired_before_read");
  EXPECT_TRUE(std::get<TryAgain>(items[1].what).missing) << "M14: it should still be there";
}

using SourceReaderDeathTest = SourceReaderTest;

TEST_F(SourceReaderDeathTest, RefusesOptionsThatNoServiceTakes) {
  const auto make = [this](auto change) {
    ReadOptions wrong = options;
    change(wrong);
    SourceReader reader(kv, runtime, telemetry, wrong);
  };
  EXPECT_DEATH(make([](ReadOptions& o) { o.prefixes.clear(); }), "must be a prefix");
  EXPECT_DEATH(make([](ReadOptions& o) { o.prefixes = {"b", "a"}; }), "byte order");
  EXPECT_DEATH(make([](ReadOptions& o) { o.page_keys = 1001; }), "at most 1,000");
  EXPECT_DEATH(make([](ReadOptions& o) { o.reads_in_flight = 7; }), "six connections");
}

}  // namespace
}  // namespace cutover::migrate
