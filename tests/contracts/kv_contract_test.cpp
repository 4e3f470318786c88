// The promises of core/ports/kv_store.h, for every store.

#include "tests/contracts/kv_contract.h"

#include <algorithm>
#include <set>

namespace cutover::contracts {
namespace {

std::string all_bytes() {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  return bytes;
}

const std::vector<std::string>& odd_keys() {
  static const std::vector<std::string> keys = {"a/b",
                                                "/a",
                                                "a//b",
                                                "../x",
                                                "a?b=c&d#e",
                                                "%2F",
                                                "%zz",
                                                " ",
                                                "+",
                                                "a:b",
                                                "\"",
                                                "\\n",
                                                "a\tb",
                                                "\xC3\xA9",
                                                "~'()*",
                                                "...",
                                                "{}",
                                                "[]",
                                                "a=b",
                                                "a;b,c@",
                                                "\xE6\x97\xA5\xE6\x9C\xAC",
                                                "\xF0\x9F\x93\x9A"};
  return keys;
}

void put(KvStore& kv, std::string_view key, std::string_view value,
         const KvPutOptions& options = {}) {
  const auto stored = kv.put(key, value, options);
  ASSERT_TRUE(stored) << key << ": " << describe(stored.error());
}

std::string bytes_of(KvStore& kv, std::string_view key) {
  const auto value = kv.get(key);
  if (!value) return "failed: " + describe(value.error());
  return *value ? (*value)->bytes : "(absent)";
}

// All pages of a listing. No page may have more keys than asked for.
std::vector<KvListedKey> list_all(KvStore& kv, const std::string& prefix, std::size_t limit) {
  std::vector<KvListedKey> keys;
  KvListQuery query{prefix, limit, ""};
  for (int pages = 0; pages < 1000; ++pages) {
    auto page = kv.list(query);
    EXPECT_TRUE(page) << describe(page.error());
    if (!page) return keys;
    EXPECT_LE(page->keys.size(), limit);
    EXPECT_EQ(page->complete, page->cursor.empty());
    for (KvListedKey& key : page->keys) keys.push_back(std::move(key));
    if (page->complete) return keys;
    query.cursor = page->cursor;
  }
  ADD_FAILURE() << "the listing has no end";
  return keys;
}

std::vector<std::string> names_of(const std::vector<KvListedKey>& keys) {
  std::vector<std::string> names;
  for (const KvListedKey& key : keys) names.push_back(key.name);
  return names;
}

template <class T>
void expect_kv_refuses(const Outcome<T>& outcome, FailureKind kind, std::string_view what) {
  ASSERT_FALSE(outcome) << what << " was accepted";
  EXPECT_EQ(outcome.error().kind, kind) << what << ": " << describe(outcome.error());
  EXPECT_EQ(outcome.error().effect, Effect::not_applied) << what;
  EXPECT_FALSE(outcome.error().retryable) << what;
  EXPECT_EQ(outcome.error().service, Service::kv) << what;
  EXPECT_FALSE(outcome.error().message.empty()) << what;
}

TEST_P(KvContract, AValueComesBackByteForByte) {
  run([&](KvStore& kv) {
    const std::vector<std::string> values = {
        "", "text", "{\"a\":\"\xC3\xA9\"}", all_bytes(), std::string("\0x\0", 3), "\xEF\xBF\xBD"};
    for (std::size_t i = 0; i < values.size(); ++i) put(kv, "v" + std::to_string(i), values[i]);
    stand().settle();
    for (std::size_t i = 0; i < values.size(); ++i) {
      EXPECT_EQ(bytes_of(kv, "v" + std::to_string(i)), values[i]) << i;
    }
  });
}

TEST_P(KvContract, AnAbsentKeyIsNothingAndNoFailure) {
  run([&](KvStore& kv) {
    const auto alone = kv.get("nobody");
    ASSERT_TRUE(alone) << describe(alone.error());
    EXPECT_FALSE(*alone);
    const std::vector<std::string> keys = {"nobody"};
    const auto many = kv.get_many(keys);
    ASSERT_TRUE(many) << describe(many.error());
    ASSERT_EQ(many->size(), 1U);
    EXPECT_FALSE(many->front());
    EXPECT_TRUE(kv.remove("nobody"));
  });
}

TEST_P(KvContract, GetManyAnswersInTheOrderAskedAndRepeatsWhatIsAskedTwice) {
  run([&](KvStore& kv) {
    put(kv, "one", "1");
    put(kv, "two", "2");
    stand().settle();
    const std::vector<std::string> keys = {"two", "none", "one", "two"};
    const auto values = kv.get_many(keys);
    ASSERT_TRUE(values) << describe(values.error());
    const std::vector<std::optional<std::string>> expected = {"2", std::nullopt, "1", "2"};
    EXPECT_EQ(*values, expected);
  });
}

TEST_P(KvContract, GetManyReadsAHundredKeysAtOnce) {
  run([&](KvStore& kv) {
    std::vector<std::string> keys;
    for (int i = 0; i < 100; ++i) {
      keys.push_back("key-" + std::to_string(i));
      put(kv, keys.back(), "value of " + keys.back());
    }
    stand().settle();
    const auto values = kv.get_many(keys);
    ASSERT_TRUE(values) << describe(values.error());
    ASSERT_EQ(values->size(), keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) EXPECT_EQ((*values)[i], "value of " + keys[i]);
  });
}

TEST_P(KvContract, GetManyReadsTextWhereGetReadsBytes) {
  run([&](KvStore& kv) {
    put(kv, "bytes", "a\xFFz");
    stand().settle();
    const std::vector<std::string> keys = {"bytes"};
    const auto values = kv.get_many(keys);
    ASSERT_TRUE(values) << describe(values.error());
    EXPECT_EQ(values->front(), "a\xEF\xBF\xBDz");
    EXPECT_EQ(bytes_of(kv, "bytes"), "a\xFFz");
  });
}

TEST_P(KvContract, AKeyMayBeAnyTextWhateverItMeansInAnAddress) {
  run([&](KvStore& kv) {
    for (const std::string& key : odd_keys()) put(kv, key, "of " + key);
    stand().settle();
    for (const std::string& key : odd_keys()) EXPECT_EQ(bytes_of(kv, key), "of " + key);
    const auto values = kv.get_many(odd_keys());
    ASSERT_TRUE(values) << describe(values.error());
    for (std::size_t i = 0; i < odd_keys().size(); ++i) {
      EXPECT_EQ((*values)[i], "of " + odd_keys()[i]);
    }
    const auto listed = names_of(list_all(kv, "", 1000));
    const std::set<std::string> in_order(odd_keys().begin(), odd_keys().end());
    EXPECT_EQ(listed, std::vector<std::string>(in_order.begin(), in_order.end()));
    for (const std::string& key : odd_keys()) EXPECT_TRUE(kv.remove(key)) << key;
    stand().settle();
    for (const std::string& key : odd_keys()) EXPECT_EQ(bytes_of(kv, key), "(absent)");
  });
}

TEST_P(KvContract, MetadataComesBackFromGetAndFromList) {
  run([&](KvStore& kv) {
    KvPutOptions with_metadata;
    with_metadata.metadata = R"({"cachedAt":1764000000000,"tags":["a",null,true],"\u00e9":1})";
    put(kv, "with", "1", with_metadata);
    put(kv, "without", "2");
    stand().settle();
    const auto with = kv.get("with");
    ASSERT_TRUE(with && *with);
    const auto without = kv.get("without");
    ASSERT_TRUE(without && *without);
    EXPECT_EQ((*without)->metadata, "");
    const auto listed = list_all(kv, "", 1000);
    ASSERT_EQ(listed.size(), 2U);
    EXPECT_EQ(listed[1].metadata, "");
    // JSON text: the same value, not always the same spelling.
    for (const std::string& metadata : {(*with)->metadata, listed[0].metadata}) {
      EXPECT_NE(metadata.find("1764000000000"), std::string::npos) << metadata;
      EXPECT_NE(metadata.find("[\"a\",null,true]"), std::string::npos) << metadata;
    }
    EXPECT_EQ((*with)->metadata, listed[0].metadata);
  });
}

TEST_P(KvContract, AnExpiryIsListedInSecondsSince1970) {
  run([&](KvStore& kv) {
    KvPutOptions in_an_hour;
    in_an_hour.expiration_ttl = 3600;
    KvPutOptions at_a_moment;
    at_a_moment.expiration = stand().now() + 7200;
    const std::int64_t before = stand().now();
    put(kv, "ttl", "1", in_an_hour);
    const std::int64_t after = stand().now();
    put(kv, "moment", "2", at_a_moment);
    put(kv, "never", "3");
    stand().settle();
    const auto listed = list_all(kv, "", 1000);
    ASSERT_EQ(names_of(listed), (std::vector<std::string>{"moment", "never", "ttl"}));
    EXPECT_EQ(listed[0].expiration, at_a_moment.expiration);
    EXPECT_FALSE(listed[1].expiration);
    ASSERT_TRUE(listed[2].expiration);
    EXPECT_GE(*listed[2].expiration, before + 3600);
    EXPECT_LE(*listed[2].expiration, after + 3600);
  });
}

TEST_P(KvContract, APutReplacesValueMetadataAndExpiry) {
  run([&](KvStore& kv) {
    KvPutOptions first;
    first.metadata = "{\"a\":1}";
    first.expiration_ttl = 3600;
    put(kv, "key", "first", first);
    stand().settle();
    put(kv, "key", "second");
    stand().settle();
    const auto value = kv.get("key");
    ASSERT_TRUE(value && *value);
    EXPECT_EQ(**value, (KvValue{"second", ""}));
    const auto listed = list_all(kv, "", 1000);
    ASSERT_EQ(listed.size(), 1U);
    EXPECT_EQ(listed[0], (KvListedKey{"key", std::nullopt, ""}));
  });
}

TEST_P(KvContract, ARemovedKeyIsGoneFromGetAndFromList) {
  run([&](KvStore& kv) {
    put(kv, "goes", "1");
    put(kv, "stays", "2");
    stand().settle();
    ASSERT_TRUE(kv.remove("goes"));
    stand().settle();
    EXPECT_EQ(bytes_of(kv, "goes"), "(absent)");
    EXPECT_EQ(names_of(list_all(kv, "", 1000)), std::vector<std::string>{"stays"});
  });
}

TEST_P(KvContract, AListGoesThroughAllKeysOnceInByteOrderWhateverTheLimit) {
  run([&](KvStore& kv) {
    std::set<std::string> expected = {"B", "_", "a", "a/", "a0", "a:", "b", "\xC3\xA9"};
    for (int i = 0; i < 25; ++i) expected.insert("k" + std::to_string(i));
    for (const std::string& key : expected) put(kv, key, "x");
    stand().settle();
    const std::vector<std::string> in_order(expected.begin(), expected.end());
    for (const std::size_t limit : {1, 3, 9, 10, 11, 33, 1000}) {
      EXPECT_EQ(names_of(list_all(kv, "", limit)), in_order) << "limit " << limit;
    }
  });
}

TEST_P(KvContract, APrefixSelectsByBytesAndNothingInItIsAWildcard) {
  run([&](KvStore& kv) {
    for (const char* key : {"a%b:1", "a%b:2", "a%c", "aXb:3", "a_", "A%b:4", "a%b", "b"}) {
      put(kv, key, "x");
    }
    stand().settle();
    EXPECT_EQ(names_of(list_all(kv, "a%b", 1000)),
              (std::vector<std::string>{"a%b", "a%b:1", "a%b:2"}));
    EXPECT_EQ(names_of(list_all(kv, "a%b:", 1)), (std::vector<std::string>{"a%b:1", "a%b:2"}));
    EXPECT_EQ(names_of(list_all(kv, "a_", 1000)), std::vector<std::string>{"a_"});
    EXPECT_TRUE(list_all(kv, "z", 1000).empty());
  });
}

TEST_P(KvContract, ACursorThatIsNoneIsMalformed) {
  run([&](KvStore& kv) {
    put(kv, "key", "x");
    stand().settle();
    expect_kv_refuses(kv.list({"", 1000, "!!!not a cursor"}), FailureKind::malformed, "a cursor");
  });
}

TEST_P(KvContract, WhatKvNeverTakesIsRefusedWithoutEffect) {
  run([&](KvStore& kv) {
    const std::string long_key(513, 'k');
    for (const char* key : {"", ".", ".."}) {
      expect_kv_refuses(kv.get(key), FailureKind::malformed, key);
      expect_kv_refuses(kv.put(key, "x", {}), FailureKind::malformed, key);
      expect_kv_refuses(kv.remove(key), FailureKind::malformed, key);
    }
    expect_kv_refuses(kv.get(long_key), FailureKind::limit_exceeded, "a key of 513 bytes");
    expect_kv_refuses(kv.put(long_key, "x", {}), FailureKind::limit_exceeded, "a key of 513 bytes");
    expect_kv_refuses(kv.get_many(std::vector<std::string>(101, "k")), FailureKind::limit_exceeded,
                      "101 keys");
    expect_kv_refuses(kv.get_many({}), FailureKind::limit_exceeded, "no key");
    KvPutOptions short_ttl;
    short_ttl.expiration_ttl = 59;
    expect_kv_refuses(kv.put("k", "x", short_ttl), FailureKind::limit_exceeded, "59 seconds");
    KvPutOptions past;
    past.expiration = stand().now() - 1;
    expect_kv_refuses(kv.put("k", "x", past), FailureKind::limit_exceeded, "a moment in the past");
    KvPutOptions long_metadata;
    long_metadata.metadata = "\"" + std::string(1024, 'm') + "\"";
    expect_kv_refuses(kv.put("k", "x", long_metadata), FailureKind::limit_exceeded, "1,026 bytes");
    const std::string long_value(KvLimits::value_bytes_max + 1, 'v');
    expect_kv_refuses(kv.put("k", long_value, {}), FailureKind::limit_exceeded,
                      "a value of 25 MiB");
    expect_kv_refuses(kv.list({"", 0, ""}), FailureKind::limit_exceeded, "limit 0");
    expect_kv_refuses(kv.list({"", 1001, ""}), FailureKind::limit_exceeded, "limit 1001");
    EXPECT_TRUE(list_all(kv, "", 1000).empty());
  });
}

TEST_P(KvContract, AKeyOf512BytesAndMetadataOf1024AreTaken) {
  run([&](KvStore& kv) {
    const std::string key(512, 'k');
    KvPutOptions options;
    options.metadata = "\"" + std::string(1022, 'm') + "\"";
    put(kv, key, "x", options);
    stand().settle();
    const auto value = kv.get(key);
    ASSERT_TRUE(value && *value);
    EXPECT_EQ(**value, (KvValue{"x", options.metadata}));
  });
}

}  // namespace
}  // namespace cutover::contracts
