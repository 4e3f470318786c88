// Every row of miniflare-observed section 3 about keys, values and expiration that the port can
// express: what is refused, and in which words.
#include <gmock/gmock.h>

#include "tests/fakes/kv/kv_world.h"

namespace cutover::fakes {
namespace {

using testing::ElementsAre;

constexpr std::int64_t start_seconds = 1'764'000'000;
constexpr std::string_view out_of_range =
    "Value out of range. Must be between -2147483648 and 2147483647 (inclusive).";

struct KeyCase {
  std::string name;
  std::string key;
  FailureKind kind;
  std::string put;
  std::string get;
  std::string remove;
};

class RefusedKey : public testing::TestWithParam<KeyCase> {};

TEST_P(RefusedKey, IsRefusedByPutGetAndRemove) {
  KvWorld world;
  KvClient& kv = world.at(0);
  const KeyCase& row = GetParam();
  world.run([&] {
    EXPECT_TRUE(refused(kv.put(row.key, "v", {}), row.kind, row.put));
    EXPECT_TRUE(refused(kv.get(row.key), row.kind, row.get));
    EXPECT_TRUE(refused(kv.remove(row.key), row.kind, row.remove));
    EXPECT_TRUE(world.service.entries().empty());
  });
}

std::string too_long(const std::string& method) {
  return "KV " + method +
         " failed: 414 UTF-8 encoded length of 513 exceeds key length limit of 512.";
}

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all.append(text);
  return all;
}

INSTANTIATE_TEST_SUITE_P(
    Reference, RefusedKey,
    testing::Values(
        KeyCase{"OfNoBytes", "", FailureKind::malformed, "Key name cannot be empty.",
                "Key name cannot be empty.", "Key name cannot be empty."},
        KeyCase{"Dot", ".", FailureKind::malformed, "\".\" is not allowed as a key name.",
                "\".\" is not allowed as a key name.", "\".\" is not allowed as a key name."},
        KeyCase{"DotDot", "..", FailureKind::malformed, "\"..\" is not allowed as a key name.",
                "\"..\" is not allowed as a key name.", "\"..\" is not allowed as a key name."},
        KeyCase{"Of513Bytes", std::string(513, 'k'), FailureKind::limit_exceeded, too_long("PUT"),
                too_long("GET"), too_long("DELETE")},
        KeyCase{"Of171Characters", repeated("\u20AC", 171), FailureKind::limit_exceeded,
                too_long("PUT"), too_long("GET"), too_long("DELETE")},
        KeyCase{"LoneSurrogate", "a\xED\xA0\x80", FailureKind::malformed,
                "KV PUT failed: 400 Could not URL-decode key name",
                "KV GET failed: 400 Could not URL-decode key name",
                "KV DELETE failed: 400 Could not URL-decode key name"}),
    [](const auto& row) { return row.param.name; });

TEST(KvKeys, OddButValidNamesRoundTripExactlyAlsoInLists) {
  KvWorld world;
  KvClient& kv = world.at(0);
  const std::vector<std::string> keys = {"...",
                                         "a/b",
                                         "/a",
                                         "a//b",
                                         "../x",
                                         "a?b=c&d#e",
                                         "%2F",
                                         "%zz",
                                         " ",
                                         "+",
                                         "\t",
                                         "\n",
                                         ":",
                                         "\U0001F600",
                                         "\u65E5",
                                         std::string("n\0ul", 4),
                                         std::string(512, 'k'),
                                         repeated("\u20AC", 170)};
  world.run([&] {
    for (const std::string& key : keys) ASSERT_TRUE(kv.put(key, "v:" + key, {})) << key;
    for (const std::string& key : keys) EXPECT_EQ(value_of(kv.get(key)), "v:" + key);
    EXPECT_THAT(names_of(kv.list({})), testing::UnorderedElementsAreArray(keys));
  });
}

TEST(KvValues, TheLargestIsKeptAndOneByteMoreIsRefused) {
  KvWorld world;
  KvClient& kv = world.at(0);
  world.run([&] {
    const std::string largest(26'214'400, 'v');
    ASSERT_TRUE(kv.put("large", largest, {}));
    EXPECT_EQ(value_of(kv.get("large")), largest);
    EXPECT_TRUE(refused(kv.put("larger", largest + "v", {}), FailureKind::limit_exceeded,
                        "KV PUT failed: 413 Value length of 26214401 exceeds limit of 26214400."));
    EXPECT_EQ(value_of(kv.get("larger")), "(absent)");
  });
}

TEST(KvValues, AnEmptyValueIsAValue) {
  KvWorld world;
  KvClient& kv = world.at(0);
  world.run([&] {
    ASSERT_TRUE(kv.put("empty", "", {}));
    EXPECT_EQ(value_of(kv.get("empty")), "");
  });
}

TEST(KvValues, AnyBytesAreKeptButReadInBulkAsText) {
  KvWorld world;
  KvClient& kv = world.at(0);
  const std::string bytes("\x00\xFF\x80", 3);
  const std::string surrogate = "\xED\xA0\x80";
  world.run([&] {
    ASSERT_TRUE(kv.put("bytes", bytes, {}));
    ASSERT_TRUE(kv.put("surrogate", surrogate, {}));
    EXPECT_EQ(value_of(kv.get("bytes")), bytes);
    const std::vector<std::string> keys = {"bytes", "surrogate"};
    const auto many = kv.get_many(keys);
    ASSERT_TRUE(many);
    EXPECT_THAT(*many, ElementsAre(std::string("\0\uFFFD\uFFFD", 7), "\uFFFD\uFFFD\uFFFD"));
  });
}

TEST(KvValues, AByteOrderMarkIsLostInABulkReadOnly) {
  KvWorld world;
  KvClient& kv = world.at(0);
  world.run([&] {
    ASSERT_TRUE(kv.put("marked", "\uFEFF{}", {}));
    EXPECT_EQ(value_of(kv.get("marked")), "\uFEFF{}");
    const std::vector<std::string> keys = {"marked"};
    const auto many = kv.get_many(keys);
    ASSERT_TRUE(many);
    EXPECT_THAT(*many, ElementsAre("{}"));
  });
}

TEST(KvPut, OfSeveralMistakesNamesTheBindingsFirstThenValueExpiryAndMetadata) {
  KvWorld world;
  KvClient& kv = world.at(0);
  const std::string too_large(26'214'401, 'v');
  KvPutOptions options;
  options.metadata = '"' + std::string(1023, 'm') + '"';
  options.expiration_ttl = 2'147'483'648;
  world.run([&] {
    EXPECT_TRUE(refused(kv.put("", too_large, options), FailureKind::limit_exceeded, out_of_range));
    options.expiration_ttl = 5;
    EXPECT_TRUE(refused(kv.put("", too_large, options), FailureKind::malformed,
                        "Key name cannot be empty."));
    EXPECT_TRUE(refused(kv.put("k", too_large, options), FailureKind::limit_exceeded,
                        "KV PUT failed: 413 Value length of 26214401 exceeds limit of 26214400."));
    EXPECT_TRUE(refused(kv.put("k", "v", options), FailureKind::limit_exceeded,
                        "KV PUT failed: 400 Invalid expiration_ttl of 5. Expiration TTL must be at "
                        "least 60."));
  });
}

TEST(KvMetadata, NullIsNone) {
  KvWorld world;
  KvClient& kv = world.at(0);
  KvPutOptions options;
  options.metadata = "null";
  world.run([&] {
    ASSERT_TRUE(kv.put("key", "v", options));
    EXPECT_EQ((*kv.get("key"))->metadata, "");
    EXPECT_EQ(kv.list({})->keys[0].metadata, "");
  });
}

TEST(KvMetadata, IsAtMost1024BytesAndIsReplacedWithTheValue) {
  KvWorld world;
  KvClient& kv = world.at(0);
  world.run([&] {
    KvPutOptions options;
    options.metadata = '"' + std::string(1022, 'm') + '"';
    ASSERT_TRUE(kv.put("key", "v", options));
    EXPECT_EQ((*kv.get("key"))->metadata, options.metadata);
    EXPECT_EQ(kv.list({})->keys[0].metadata, options.metadata);
    options.metadata.insert(1, "m");
    EXPECT_TRUE(refused(kv.put("other", "v", options), FailureKind::limit_exceeded,
                        "KV PUT failed: 413 Metadata length of 1025 exceeds limit of 1024."));
    world.wait(std::chrono::seconds(1));
    ASSERT_TRUE(kv.put("key", "v", {}));
    EXPECT_EQ((*kv.get("key"))->metadata, "");
    EXPECT_EQ(kv.list({})->keys[0].metadata, "");
  });
}

struct ExpiryCase {
  std::string name;
  std::optional<std::int64_t> ttl;
  std::optional<std::int64_t> expiration;
  std::string message;
};

class RefusedExpiry : public testing::TestWithParam<ExpiryCase> {};

TEST_P(RefusedExpiry, IsRefusedInTheServicesWords) {
  KvWorld world;
  KvClient& kv = world.at(0);
  KvPutOptions options;
  options.expiration_ttl = GetParam().ttl;
  options.expiration = GetParam().expiration;
  world.run([&] {
    EXPECT_TRUE(
        refused(kv.put("k", "v", options), FailureKind::limit_exceeded, GetParam().message));
    EXPECT_EQ(value_of(kv.get("k")), "(absent)");
  });
}

INSTANTIATE_TEST_SUITE_P(
    Reference, RefusedExpiry,
    testing::Values(
        ExpiryCase{"Ttl59",
                   59,
                   {},
                   "KV PUT failed: 400 Invalid expiration_ttl of 59. Expiration TTL must be at "
                   "least 60."},
        ExpiryCase{"Ttl0",
                   0,
                   {},
                   "KV PUT failed: 400 Invalid expiration_ttl of 0. Please specify integer greater "
                   "than 0."},
        ExpiryCase{"TtlMinus1",
                   -1,
                   {},
                   "KV PUT failed: 400 Invalid expiration_ttl of -1. Please specify integer "
                   "greater than 0."},
        ExpiryCase{"TtlInMilliseconds", 31'536'000'000, {}, std::string(out_of_range)},
        ExpiryCase{"TtlBelow32Bits", -2'147'483'649, {}, std::string(out_of_range)},
        ExpiryCase{"GoodTtlButExpirationOutOfRange", 100, 2'147'483'648, std::string(out_of_range)},
        ExpiryCase{"ExpirationInMilliseconds", {}, start_seconds * 1000, std::string(out_of_range)},
        ExpiryCase{"ExpirationInThePast",
                   {},
                   1,
                   "KV PUT failed: 400 Invalid expiration of 1. Please specify integer greater "
                   "than the current number of seconds since the UNIX epoch."},
        ExpiryCase{"Expiration0",
                   {},
                   0,
                   "KV PUT failed: 400 Invalid expiration of 0. Please specify integer greater "
                   "than the current number of seconds since the UNIX epoch."},
        ExpiryCase{"ExpirationTooSoon",
                   {},
                   start_seconds + 59,
                   "KV PUT failed: 400 Invalid expiration of 1764000059. Expiration times must be "
                   "at least 60 seconds in the future."}),
    [](const auto& row) { return row.param.name; });

TEST(KvExpiry, TheTtlWinsAndTheOtherIsNotEvenChecked) {
  KvWorld world;
  KvClient& kv = world.at(0);
  world.run([&] {
    KvPutOptions both;
    both.expiration_ttl = 100;
    both.expiration = 1;
    ASSERT_TRUE(kv.put("k", "v", both));
    EXPECT_EQ(kv.list({})->keys[0].expiration, start_seconds + 100);
  });
}

TEST(KvExpiry, IsListedInAbsoluteWholeSecondsAlsoWhenGivenAsTtl) {
  KvWorld world;
  KvClient& kv = world.at(0);
  world.run([&] {
    world.wait(std::chrono::milliseconds(1900));
    ASSERT_TRUE(kv.put("ttl", "v", with_ttl(60)));
    KvPutOptions absolute;
    absolute.expiration = start_seconds + 500;
    ASSERT_TRUE(kv.put("absolute", "v", absolute));
    ASSERT_TRUE(kv.put("never", "v", {}));
    const auto page = kv.list({});
    ASSERT_EQ(page->keys.size(), 3U);
    EXPECT_EQ(page->keys[0].expiration, start_seconds + 500);
    EXPECT_EQ(page->keys[1].expiration, std::nullopt);
    EXPECT_EQ(page->keys[2].expiration, start_seconds + 1 + 60);
  });
}

TEST(KvExpiry, AnOverwriteWithoutTtlLivesForEver) {
  KvWorld world;
  KvClient& kv = world.at(0);
  world.run([&] {
    ASSERT_TRUE(kv.put("k", "old", with_ttl(60)));
    world.wait(std::chrono::seconds(2));
    ASSERT_TRUE(kv.put("k", "new", {}));
    world.wait(std::chrono::hours(1));
    EXPECT_EQ(value_of(kv.get("k")), "new");
  });
}

TEST(KvExpiry, HidesTheKeyFromItsExactSecondOnForGetAndForList) {
  KvService::Options options;
  options.cached_read_latency = options.cold_read_latency = options.list_latency = Duration(0);
  KvWorld world(options);
  KvClient& kv = world.at(0);
  world.run([&] {
    ASSERT_TRUE(kv.put("k", "v", with_ttl(60)));  // takes effect 30 ms after the start
    world.wait_until(std::chrono::seconds(60) - Duration(1));
    EXPECT_EQ(value_of(kv.get("k")), "v");
    EXPECT_THAT(names_of(kv.list({})), ElementsAre("k"));
    world.wait_until(std::chrono::seconds(60));
    EXPECT_EQ(value_of(kv.get("k")), "(absent)");
    EXPECT_THAT(names_of(kv.list({})), ElementsAre());
  });
}

TEST(KvExpiry, M13_MayPassBetweenListAndGet) {
  KvWorld world;
  KvClient& kv = world.at(0);
  world.run([&] {
    ASSERT_TRUE(kv.put("k", "v", with_ttl(60)));
    world.wait_until(std::chrono::milliseconds(59'960));
    EXPECT_THAT(names_of(kv.list({})), ElementsAre("k"));
    EXPECT_EQ(value_of(kv.get("k")), "(absent)");
  });
}

struct ManyCase {
  std::string name;
  std::vector<std::string> keys;
  FailureKind kind;
  std::string message;
};

class RefusedGetMany : public testing::TestWithParam<ManyCase> {};

TEST_P(RefusedGetMany, IsRefusedInTheServicesWords) {
  KvWorld world;
  KvClient& kv = world.at(0);
  world.run([&] {
    EXPECT_TRUE(refused(kv.get_many(GetParam().keys), GetParam().kind, GetParam().message));
  });
}

INSTANTIATE_TEST_SUITE_P(
    Reference, RefusedGetMany,
    testing::Values(
        ManyCase{"Of101Keys", std::vector<std::string>(101, "k"), FailureKind::limit_exceeded,
                 "KV GET_BULK failed: 400 You can request a maximum of 100 keys"},
        ManyCase{"OfNoKeys",
                 {},
                 FailureKind::limit_exceeded,
                 "KV GET_BULK failed: 400 You must request a minimum of 1 key"},
        ManyCase{"WithAnEmptyKey",
                 {"a", ""},
                 FailureKind::malformed,
                 "KV GET_BULK failed: 400 Key names must not be empty"},
        ManyCase{"WithAKeyOf513Bytes",
                 {std::string(513, 'k')},
                 FailureKind::limit_exceeded,
                 "KV GET_BULK failed: 414 UTF-8 encoded length of 513 exceeds key length limit of "
                 "512."},
        ManyCase{"WithDots",
                 {"a", ".."},
                 FailureKind::malformed,
                 "KV GET_BULK failed: 400 Illegal key name \"..\". Please use a different name."}),
    [](const auto& row) { return row.param.name; });

TEST(KvGetMany, AnswersInTheOrderAskedWithNothingForAbsentKeys) {
  KvWorld world;
  KvClient& kv = world.at(0);
  world.run([&] {
    ASSERT_TRUE(kv.put("a", "1", {}));
    ASSERT_TRUE(kv.put("b", "2", {}));
    const std::vector<std::string> keys = {"b", "absent", "a", "b"};
    const auto many = kv.get_many(keys);
    ASSERT_TRUE(many);
    EXPECT_THAT(*many, ElementsAre("2", std::nullopt, "1", "2"));
    EXPECT_EQ(world.service.counts().get_many, 1);
    EXPECT_EQ(world.service.counts().get_many_keys, 4);
  });
}

TEST(KvGetMany, Takes100KeysButNoMoreThan25MiBOfValues) {
  KvWorld world;
  KvClient& kv = world.at(0);
  const std::string half(13'107'200, 'v');
  world.service.load({"a", half, {}, ""});
  world.service.load({"b", half, {}, ""});
  world.service.load({"c", "v", {}, ""});
  world.run([&] {
    std::vector<std::string> keys(98, "absent");
    keys.insert(keys.end(), {"a", "b"});
    EXPECT_TRUE(kv.get_many(keys));
    keys.front() = "a";  // asked for twice, sent once
    EXPECT_TRUE(kv.get_many(keys));
    keys.front() = "c";
    EXPECT_TRUE(refused(kv.get_many(keys), FailureKind::limit_exceeded,
                        "KV GET_BULK failed: 413 Total size of request exceeds the limit of 25MB"));
  });
}

TEST(KvRemove, OfAnAbsentKeySucceeds) {
  KvWorld world;
  KvClient& kv = world.at(0);
  world.run([&] { EXPECT_TRUE(kv.remove("absent")); });
}

}  // namespace
}  // namespace cutover::fakes
