#include "adapters/sqlite/sqlite_kv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>

#include "tests/adapters/sqlite/temporary_directory.h"
#include "tests/adapters/sqlite/wall_clock_runtime.h"

namespace cutover::sqlite {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;

class SqliteKvTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = SqliteKv::open(path, runtime);
    ASSERT_TRUE(opened.has_value()) << opened.error();
    kv = std::move(*opened);
  }
  void put(std::string_view key, std::string_view value, const KvPutOptions& options = {}) {
    const auto stored = kv->put(key, value, options);
    ASSERT_TRUE(stored.has_value()) << stored.error().message;
  }
  // "" stands for nothing there.
  std::string get(std::string_view key) {
    const auto value = kv->get(key);
    EXPECT_TRUE(value.has_value()) << value.error().message;
    return value && *value ? (*value)->bytes : std::string();
  }
  std::vector<std::string> names(const KvListQuery& query) {
    const auto page = kv->list(query);
    EXPECT_TRUE(page.has_value()) << page.error().message;
    std::vector<std::string> found;
    if (page) {
      for (const KvListedKey& key : page->keys) found.push_back(key.name);
    }
    return found;
  }
  static KvListQuery with_prefix(const std::string& prefix) {
    KvListQuery query;
    query.prefix = prefix;
    return query;
  }
  Failure put_failure(std::string_view key, std::string_view value,
                      const KvPutOptions& options = {}) {
    const auto stored = kv->put(key, value, options);
    EXPECT_FALSE(stored.has_value());
    return stored ? Failure{} : stored.error();
  }
  std::string ttl_failure(std::int64_t ttl) {
    KvPutOptions options;
    options.expiration_ttl = ttl;
    const Failure failure = put_failure("k", "v", options);
    EXPECT_EQ(failure.kind, FailureKind::limit_exceeded);
    return failure.message;
  }
  std::string expiration_failure(std::int64_t expiration) {
    KvPutOptions options;
    options.expiration = expiration;
    const Failure failure = put_failure("k", "v", options);
    EXPECT_EQ(failure.kind, FailureKind::limit_exceeded);
    return failure.message;
  }
  [[nodiscard]] std::int64_t now() const { return runtime.wall().seconds(); }

  TemporaryDirectory directory;
  std::string path = directory.file("kv.sqlite");
  WallClockRuntime runtime;
  std::unique_ptr<SqliteKv> kv;
};

TEST_F(SqliteKvTest, ValuesAndMetadataComeBackByteForByte) {
  const std::string bytes("\x00\xff\x80", 3);
  KvPutOptions options;
  options.metadata = R"({"a":1})";
  put("k", bytes, options);
  EXPECT_THAT(kv->get("k").value(), Optional(KvValue{bytes, R"({"a":1})"}));
  put("empty", "");
  EXPECT_THAT(kv->get("empty").value(), Optional(KvValue{"", ""}));
  EXPECT_EQ(kv->get("missing").value(), std::nullopt);
}

TEST_F(SqliteKvTest, APutReplacesValueMetadataAndExpiry) {
  KvPutOptions options;
  options.metadata = "1";
  options.expiration_ttl = 60;
  put("k", "old", options);
  put("k", "new");
  EXPECT_THAT(kv->get("k").value(), Optional(KvValue{"new", ""}));
  EXPECT_THAT(kv->list({}).value().keys, ElementsAre(KvListedKey{"k", std::nullopt, ""}));
}

TEST_F(SqliteKvTest, RemovingSucceedsAlsoWhenThereIsNothing) {
  put("k", "v");
  EXPECT_TRUE(kv->remove("k").has_value());
  EXPECT_TRUE(kv->remove("k").has_value());
  EXPECT_EQ(kv->get("k").value(), std::nullopt);
}

TEST_F(SqliteKvTest, EntriesOutliveTheProgram) {
  put("k", "v");
  kv.reset();
  SetUp();
  EXPECT_EQ(get("k"), "v");
}

TEST_F(SqliteKvTest, OddKeysRoundTrip) {
  const std::vector<std::string> keys = {
      "...", "a/b",  "/a", "../x", "a?b=c&d#e",        "%2F",
      " ",   "\t\n", ":",  "'",    "\xF0\x9F\x98\x80", {"a\0b", 3}};
  for (const std::string& key : keys) put(key, "value of " + key);
  for (const std::string& key : keys) EXPECT_EQ(get(key), "value of " + key);
  std::vector<std::string> sorted = keys;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(names({}), sorted);
}

TEST_F(SqliteKvTest, KeysAreListedInByteOrder) {
  const std::vector<std::string> ordered = {"B",
                                            "_",
                                            "a",
                                            "a/",
                                            "a0",
                                            "a:",
                                            "b",
                                            "\xC3\xA9",
                                            "\xE6\x97\xA5",
                                            "\xEF\xBF\xBF",
                                            "\xF0\x9F\x98\x80",
                                            "\xF4\x8F\xBF\xBF"};
  for (auto key = ordered.rbegin(); key != ordered.rend(); ++key) put(*key, "v");
  EXPECT_EQ(names({}), ordered);
}

TEST_F(SqliteKvTest, APrefixIsExactBytes) {
  for (const char* key : {"A", "a", "a%", "a%b", "a_", "ab", "b"}) put(key, "v");
  EXPECT_THAT(names(with_prefix("a%")), ElementsAre("a%", "a%b"));
  EXPECT_THAT(names(with_prefix("a_")), ElementsAre("a_"));
  EXPECT_THAT(names(with_prefix("a")), ElementsAre("a", "a%", "a%b", "a_", "ab"));
  EXPECT_THAT(names(with_prefix("c")), ElementsAre());
  put("\xF4\x8F\xBF\xBFz", "v");
  EXPECT_THAT(names(with_prefix("\xF4\x8F\xBF\xBF")), ElementsAre("\xF4\x8F\xBF\xBFz"));
  EXPECT_THAT(names(with_prefix("\xFF")), ElementsAre());
}

TEST_F(SqliteKvTest, PagesTogetherHoldEveryKeyOnce) {
  std::vector<std::string> expected;
  for (int n = 1000; n < 1500; ++n) {
    const std::string key = "n:" + std::to_string(n);
    expected.push_back(key);
    put(key, "v");
  }
  put("m", "v");
  put("o", "v");
  for (const std::size_t limit : {1U, 7U, 100U, 250U, 500U, 501U}) {
    KvListQuery query = with_prefix("n:");
    query.limit = limit;
    std::vector<std::string> found;
    std::size_t pages = 0;
    for (bool complete = false; !complete; ++pages) {
      ASSERT_LE(pages, 600U);
      const auto page = kv->list(query);
      ASSERT_TRUE(page.has_value()) << page.error().message;
      for (const KvListedKey& key : page->keys) found.push_back(key.name);
      complete = page->complete;
      EXPECT_EQ(page->cursor.empty(), complete);
      query.cursor = page->cursor;
    }
    EXPECT_EQ(found, expected) << limit;
    EXPECT_EQ(pages, (expected.size() + limit - 1) / limit) << limit;  // no empty extra page
  }
}

TEST_F(SqliteKvTest, ACursorOutlivesTheDeletionOfItsKey) {
  for (const char* key : {"a", "b", "c"}) put(key, "v");
  KvListQuery query;
  query.limit = 1;
  query.cursor = kv->list(query).value().cursor;
  ASSERT_TRUE(kv->remove("a").has_value());
  put("a0", "v");  // ahead of the cursor: seen
  query.limit = 1000;
  EXPECT_THAT(names(query), ElementsAre("a0", "b", "c"));
}

TEST_F(SqliteKvTest, ACursorThatIsNoHexIsMalformed) {
  for (const std::string& cursor : {std::string("!!!"), std::string("6"), std::string("6g"),
                                    std::string("bjowMDk5OQ=="), std::string(2 * 513, 'a')}) {
    KvListQuery query;
    query.cursor = cursor;
    const auto page = kv->list(query);
    ASSERT_FALSE(page.has_value()) << cursor;
    EXPECT_EQ(page.error().kind, FailureKind::malformed);
    EXPECT_EQ(page.error().message, "KV GET failed: 400 Invalid cursor.");
    EXPECT_EQ(page.error().effect, Effect::not_applied);
  }
}

TEST_F(SqliteKvTest, AListLimitIsBetweenOneAndAThousand) {
  KvListQuery query;
  query.limit = 1001;
  EXPECT_EQ(kv->list(query).error().message,
            "KV GET failed: 400 Invalid key_count_limit of 1001. Please specify an integer less "
            "than 1000.");
  query.limit = 0;
  EXPECT_EQ(kv->list(query).error().kind, FailureKind::limit_exceeded);
  query.limit = 1000;
  EXPECT_TRUE(kv->list(query).has_value());
  EXPECT_EQ(kv->list(with_prefix(std::string(513, 'a'))).error().message,
            "KV GET failed: 414 UTF-8 encoded length of 513 exceeds key length limit of 512.");
}

TEST_F(SqliteKvTest, AnEntryIsGoneFromTheSecondOfItsExpiryOn) {
  KvPutOptions options;
  options.expiration_ttl = 60;
  runtime.wall_micros += 999'999;
  put("k", "v", options);
  put("other", "v");
  const std::int64_t expiration = now() + 60;
  EXPECT_THAT(kv->list({}).value().keys,
              ElementsAre(KvListedKey{"k", expiration, ""}, KvListedKey{"other", {}, ""}));

  runtime.wall_micros = expiration * 1'000'000 - 1;
  EXPECT_EQ(get("k"), "v");
  EXPECT_THAT(names({}), ElementsAre("k", "other"));

  runtime.wall_micros = expiration * 1'000'000;
  EXPECT_EQ(kv->get("k").value(), std::nullopt);
  EXPECT_THAT(names({}), ElementsAre("other"));
  const std::vector<std::string> keys = {"k", "other"};
  EXPECT_THAT(kv->get_many(keys).value(), ElementsAre(std::nullopt, Optional(std::string("v"))));
  put("k", "again");
  EXPECT_EQ(get("k"), "again");
}

TEST_F(SqliteKvTest, AnAbsoluteExpirationIsKeptAsItIs) {
  KvPutOptions options;
  options.expiration = now() + 60;
  put("k", "v", options);
  EXPECT_EQ(kv->list({}).value().keys.at(0).expiration, now() + 60);
}

TEST_F(SqliteKvTest, TimesOutOfRangeAreRefusedInKvsWords) {
  EXPECT_EQ(ttl_failure(59),
            "KV PUT failed: 400 Invalid expiration_ttl of 59. Expiration TTL must be at least 60.");
  EXPECT_EQ(ttl_failure(0),
            "KV PUT failed: 400 Invalid expiration_ttl of 0. Please specify integer greater than "
            "0.");
  EXPECT_THAT(ttl_failure(-1), HasSubstr("expiration_ttl of -1. Please specify"));
  EXPECT_THAT(ttl_failure(31'536'000'000), HasSubstr("Value out of range."));
  EXPECT_THAT(expiration_failure(INT64_MAX), HasSubstr("Value out of range."));
  EXPECT_EQ(expiration_failure(0),
            "KV PUT failed: 400 Invalid expiration of 0. Please specify integer greater than the "
            "current number of seconds since the UNIX epoch.");
  EXPECT_THAT(expiration_failure(now()), HasSubstr("greater than the current number"));
  EXPECT_EQ(expiration_failure(now() + 59),
            "KV PUT failed: 400 Invalid expiration of " + std::to_string(now() + 59) +
                ". Expiration times must be at least 60 seconds in the future.");
  EXPECT_EQ(kv->get("k").value(), std::nullopt);
}

TEST_F(SqliteKvTest, OfTwoExpiriesTheTtlCounts) {
  KvPutOptions options;
  options.expiration_ttl = 100;
  options.expiration = 1;
  put("k", "v", options);
  EXPECT_EQ(kv->list({}).value().keys.at(0).expiration, now() + 100);
}

TEST_F(SqliteKvTest, KeysAreAtMost512Bytes) {
  const std::string longest(512, 'k');
  const std::string too_long(513, 'k');
  put(longest, "v");
  EXPECT_EQ(get(longest), "v");
  const std::string reason =
      " failed: 414 UTF-8 encoded length of 513 exceeds key length limit of 512.";
  EXPECT_EQ(put_failure(too_long, "v").message, "KV PUT" + reason);
  EXPECT_EQ(put_failure(too_long, "v").kind, FailureKind::limit_exceeded);
  EXPECT_EQ(kv->get(too_long).error().message, "KV GET" + reason);
  EXPECT_EQ(kv->remove(too_long).error().message, "KV DELETE" + reason);
  const std::vector<std::string> keys = {"a", too_long};
  EXPECT_EQ(kv->get_many(keys).error().message, "KV GET_BULK" + reason);
}

TEST_F(SqliteKvTest, SomeNamesCanNeverBeKeys) {
  EXPECT_EQ(kv->get("").error().message, "Key name cannot be empty.");
  EXPECT_EQ(kv->get("").error().kind, FailureKind::malformed);
  EXPECT_EQ(put_failure(".", "v").message, "\".\" is not allowed as a key name.");
  EXPECT_EQ(kv->remove("..").error().message, "\"..\" is not allowed as a key name.");
  EXPECT_EQ(put_failure("\xED\xA0\x80", "v").message,
            "KV PUT failed: 400 Could not URL-decode key name");
  const std::vector<std::string> keys = {"a", ""};
  EXPECT_EQ(kv->get_many(keys).error().message,
            "KV GET_BULK failed: 400 Key names must not be empty");
}

TEST_F(SqliteKvTest, ValuesAreAtMost25MiBAndMetadata1024Bytes) {
  const std::string value(KvLimits::value_bytes_max + 1, 'v');
  EXPECT_EQ(put_failure("k", value).message,
            "KV PUT failed: 413 Value length of 26214401 exceeds limit of 26214400.");
  EXPECT_EQ(kv->get("k").value(), std::nullopt);
  put("k", std::string_view(value).substr(1));
  EXPECT_EQ(get("k").size(), KvLimits::value_bytes_max);

  KvPutOptions options;
  options.metadata = std::string(1025, '1');
  EXPECT_EQ(put_failure("m", "v", options).message,
            "KV PUT failed: 413 Metadata length of 1025 exceeds limit of 1024.");
  options.metadata.pop_back();
  put("m", "v", options);
}

TEST_F(SqliteKvTest, GetManyAnswersInTheOrderAskedAndInText) {
  put("a", "1");
  put("b", std::string("\x00\xff\x80", 3));
  const std::vector<std::string> keys = {"b", "missing", "a", "b"};
  const std::string text = std::string("\0", 1) + "\xEF\xBF\xBD\xEF\xBF\xBD";
  EXPECT_THAT(kv->get_many(keys).value(), ElementsAre(Optional(text), std::nullopt,
                                                      Optional(std::string("1")), Optional(text)));
}

TEST_F(SqliteKvTest, GetManyTakesOneToAHundredKeysAnd25MiB) {
  const std::vector<std::string> hundred(100, "k");
  EXPECT_TRUE(kv->get_many(hundred).has_value());
  const std::vector<std::string> more(101, "k");
  EXPECT_EQ(kv->get_many(more).error().message,
            "KV GET_BULK failed: 400 You can request a maximum of 100 keys");
  EXPECT_EQ(kv->get_many({}).error().message,
            "KV GET_BULK failed: 400 You must request a minimum of 1 key");
  put("k", std::string(KvLimits::value_bytes_max / 2, 'v'));
  const std::vector<std::string> two(2, "k");
  EXPECT_TRUE(kv->get_many(two).has_value());
  const std::vector<std::string> three(3, "k");
  EXPECT_EQ(kv->get_many(three).error().kind, FailureKind::limit_exceeded);
}

TEST_F(SqliteKvTest, ItIsAlwaysCurrent) {
  EXPECT_EQ(kv->staleness_bound(), Duration{0});
}

TEST_F(SqliteKvTest, AReadOnlyNamespaceRefusesWritesAsUnavailable) {
  put("k", "v");
  kv.reset();
  FileOptions options;
  options.read_only = true;
  auto opened = SqliteKv::open(path, runtime, options);
  ASSERT_TRUE(opened.has_value()) << opened.error();
  kv = std::move(*opened);
  EXPECT_EQ(get("k"), "v");
  const Failure failure = put_failure("k", "w");
  EXPECT_EQ(failure.kind, FailureKind::unavailable);
  EXPECT_EQ(failure.service, Service::kv);
  EXPECT_EQ(failure.operation, "put");
  EXPECT_FALSE(kv->remove("k").has_value());
  EXPECT_EQ(get("k"), "v");
}

TEST_F(SqliteKvTest, ALockOfAnotherProcessIsOverload) {
  FileOptions impatient;
  impatient.busy_timeout = std::chrono::milliseconds(10);
  kv = std::move(*SqliteKv::open(path, runtime, impatient));
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  const Failure failure = put_failure("k", "v");
  EXPECT_EQ(failure.kind, FailureKind::overloaded);
  EXPECT_TRUE(failure.retryable);
  sqlite3_close(other);
  put("k", "v");
}

}  // namespace
}  // namespace cutover::sqlite
