// Lists: order, pages, cursors, tombstones and lag (miniflare-observed section 3, cloudflare-facts
// A3).
#include <gmock/gmock.h>

#include "fakes/kv/cursor.h"
#include "tests/fakes/kv/kv_world.h"

namespace cutover::fakes {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

void load_all(KvService& service, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) service.load({key, "v", {}, ""});
}

// All pages, until complete.
std::vector<std::vector<std::string>> pages_of(KvClient& kv, KvListQuery query) {
  std::vector<std::vector<std::string>> pages;
  while (pages.size() < 100) {
    const auto page = kv.list(query);
    pages.push_back(names_of(page));
    if (!page || page->complete) break;
    query.cursor = page->cursor;
  }
  return pages;
}

TEST(KvList, IsInTheOrderOfUtf8Bytes) {
  KvWorld world;
  KvClient& kv = world.at(0);
  load_all(world.service, {"b", "\U0001F600", "a:", "\uFFFF", "a", "\u00E9", "_", "a0", "B", "a/",
                           "\U0010FFFF", "\u65E5"});
  world.run([&] {
    EXPECT_THAT(names_of(kv.list({})), ElementsAre("B", "_", "a", "a/", "a0", "a:", "b", "\u00E9",
                                                   "\u65E5", "\uFFFF", "\U0001F600", "\U0010FFFF"));
  });
}

TEST(KvList, TakesThePrefixLiterallyAndCaseSensitively) {
  KvWorld world;
  KvClient& kv = world.at(0);
  load_all(world.service, {"book:isbn:1", "book_isbn", "Book:isbn:2", "book:", "%", "bo%"});
  world.run([&] {
    EXPECT_THAT(names_of(kv.list(query_of("book:"))), ElementsAre("book:", "book:isbn:1"));
    EXPECT_THAT(names_of(kv.list(query_of("%"))), ElementsAre("%"));
    EXPECT_THAT(names_of(kv.list(query_of("book_"))), ElementsAre("book_isbn"));
    EXPECT_THAT(names_of(kv.list(query_of("nothing"))), IsEmpty());
  });
}

TEST(KvList, GivesPagesOfTheLimitAndNoEmptyOneAfterwards) {
  KvWorld world;
  KvClient& kv = world.at(0);
  load_all(world.service, {"a", "b", "c", "d"});
  world.run([&] {
    EXPECT_THAT(pages_of(kv, query_of("", 2)),
                ElementsAre(ElementsAre("a", "b"), ElementsAre("c", "d")));
    const auto last = kv.list(query_of("", 4));
    EXPECT_TRUE(last->complete);
    EXPECT_EQ(last->cursor, "");
  });
}

TEST(KvList, HoldsAThousandKeysAtMost) {
  KvWorld world;
  KvClient& kv = world.at(0);
  for (int i = 0; i < 1001; ++i) world.service.load({"n:" + std::to_string(i), "v", {}, ""});
  world.run([&] {
    const auto page = kv.list({});
    EXPECT_EQ(page->keys.size(), 1000U);
    EXPECT_FALSE(page->complete);
    EXPECT_EQ(kv.list(query_of("", 1000, page->cursor))->keys.size(), 1U);
    EXPECT_TRUE(refused(kv.list(query_of("", 1001)), FailureKind::limit_exceeded,
                        "KV GET failed: 400 Invalid key_count_limit of 1001. Please specify an "
                        "integer less than 1000."));
    EXPECT_TRUE(refused(kv.list(query_of("", 0)), FailureKind::limit_exceeded,
                        "KV GET failed: 400 Invalid key_count_limit of 0. Please specify an "
                        "integer greater than 0."));
    EXPECT_TRUE(refused(kv.list(query_of(std::string(513, 'p'))), FailureKind::limit_exceeded,
                        "KV GET failed: 414 UTF-8 encoded length of 513 exceeds key length limit "
                        "of 512."));
  });
}

TEST(KvList, IsStableUnderChangesBetweenPages) {
  KvWorld world(without_tombstones());
  KvClient& kv = world.at(0);
  load_all(world.service, {"b", "d", "f", "h"});
  world.run([&] {
    const auto first = kv.list(query_of("", 2));
    ASSERT_THAT(names_of(first), ElementsAre("b", "d"));
    ASSERT_TRUE(kv.remove("d"));        // the cursor's own key
    ASSERT_TRUE(kv.put("a", "v", {}));  // behind the cursor: missed
    ASSERT_TRUE(kv.put("g", "v", {}));  // ahead of it: seen
    const KvListQuery next = query_of("", 2, first->cursor);
    EXPECT_THAT(names_of(kv.list(next)), ElementsAre("f", "g"));
    EXPECT_THAT(names_of(kv.list(next)), ElementsAre("f", "g")) << "a cursor may be used again";
  });
}

TEST(KvCursor, IsRefusedWhenTheServiceNeverGaveItOut) {
  KvWorld world;
  KvClient& kv = world.at(0);
  load_all(world.service, {"a", "b"});
  world.run([&] {
    const std::string cursor = kv.list(query_of("", 1))->cursor;
    std::string altered = cursor;
    altered[altered.size() / 2] = altered[altered.size() / 2] == 'A' ? 'B' : 'A';
    for (const std::string& bad : {std::string("!!!not base64"), std::string("YQ=="),
                                   std::string("===="), altered, cursor + "AAAA"}) {
      EXPECT_TRUE(refused(kv.list(query_of("", 1, bad)), FailureKind::malformed,
                          "KV GET failed: 400 Invalid cursor."))
          << bad;
    }
  });
}

TEST(KvCursor, IsBoundToItsPrefixAndItsNamespace) {
  KvWorld world;
  KvService::Options other_options;
  other_options.name = "staging";
  KvWorld staging(other_options);
  KvClient& kv = world.at(0);
  KvClient& other = staging.at(0);
  load_all(world.service, {"p:1", "p:2", "q:1"});
  load_all(staging.service, {"p:1", "p:2"});
  std::string cursor;
  world.run([&] {
    cursor = kv.list(query_of("p:", 1))->cursor;
    EXPECT_THAT(names_of(kv.list(query_of("p:", 5, cursor))), ElementsAre("p:2"));
    EXPECT_FALSE(kv.list(query_of("", 1, cursor)));
    EXPECT_FALSE(kv.list(query_of("q:", 1, cursor)));
  });
  staging.run([&] {
    EXPECT_TRUE(refused(other.list(query_of("p:", 1, cursor)), FailureKind::malformed,
                        "KV GET failed: 400 Invalid cursor."));
  });
}

TEST(KvCursor, K06_ExpiresWhenItsLifeIsLimitedAndElseStaysGood) {
  KvService::Options options;
  options.cursor_life = minutes(10);
  for (const bool limited : {true, false}) {
    KvWorld world(limited ? options : KvService::Options());
    KvClient& kv = world.at(0);
    load_all(world.service, {"a", "b"});
    world.run([&] {
      const std::string cursor = kv.list(query_of("", 1))->cursor;
      world.wait(minutes(9));
      EXPECT_THAT(names_of(kv.list(query_of("", 1, cursor))), ElementsAre("b"));
      world.wait(hours(12));
      EXPECT_EQ(kv.list(query_of("", 1, cursor)).has_value(), !limited);
    });
  }
}

TEST(KvCursor, HoldsAnyKeyAndIsNotReadable) {
  for (const std::string& key : {std::string("a"), std::string("ab"), std::string("abc"),
                                 std::string("n\0ul\xC3\xA9", 6), std::string(512, '\xC3')}) {
    const std::string text = encode_cursor({key, 1'764'000'000'000'001}, "scope");
    const auto cursor = decode_cursor(text, "scope");
    ASSERT_TRUE(cursor.has_value());
    EXPECT_EQ(cursor->after, key);
    EXPECT_EQ(cursor->issued_micros, 1'764'000'000'000'001);
    EXPECT_FALSE(decode_cursor(text, "other").has_value());
  }
}

TEST(KvTombstones, M15_RemovedKeysLeaveEmptyPagesBeforeTheEnd) {
  KvWorld world;
  KvClient& kv = world.at(0);
  load_all(world.service, {"a", "b", "c", "d", "e"});
  world.run([&] {
    for (const char* key : {"a", "b", "d"}) ASSERT_TRUE(kv.remove(key));
    EXPECT_THAT(pages_of(kv, query_of("", 2)),
                ElementsAre(IsEmpty(), ElementsAre("c"), ElementsAre("e")));
    ASSERT_TRUE(kv.remove("e"));
    EXPECT_THAT(pages_of(kv, query_of("", 2)), ElementsAre(IsEmpty(), ElementsAre("c"), IsEmpty()));
  });
}

TEST(KvTombstones, ExpiredKeysLeaveThemToo) {
  KvWorld world;
  KvClient& kv = world.at(0);
  world.run([&] {
    ASSERT_TRUE(kv.put("a", "v", with_ttl(60)));
    ASSERT_TRUE(kv.put("b", "v", {}));
    world.wait_until(seconds(61));
    EXPECT_THAT(pages_of(kv, query_of("", 1)), ElementsAre(IsEmpty(), ElementsAre("b")));
  });
}

TEST(KvTombstones, AreSweptAwayAfterTheirTime) {
  KvWorld world;
  KvClient& kv = world.at(0);
  load_all(world.service, {"a", "b"});
  world.run([&] {
    ASSERT_TRUE(kv.remove("a"));
    EXPECT_THAT(pages_of(kv, query_of("", 1)), ElementsAre(IsEmpty(), ElementsAre("b")));
    world.wait(hours(2));
    EXPECT_THAT(pages_of(kv, query_of("", 1)), ElementsAre(ElementsAre("b")));
    ASSERT_TRUE(kv.put("a", "again", {}));
    EXPECT_THAT(pages_of(kv, query_of("", 2)), ElementsAre(ElementsAre("a", "b")));
  });
}

TEST(KvTombstones, CanBeSwitchedOff) {
  KvWorld world(without_tombstones());
  KvClient& kv = world.at(0);
  load_all(world.service, {"a", "b", "c"});
  world.run([&] {
    ASSERT_TRUE(kv.remove("a"));
    ASSERT_TRUE(kv.remove("c"));
    EXPECT_THAT(pages_of(kv, query_of("", 1)), ElementsAre(ElementsAre("b")));
  });
}

TEST(KvListLag, M12_ShowsNoChangeYoungerThanTheLag) {
  KvService::Options options = without_tombstones();
  options.list_lag = seconds(60);
  KvWorld world(options);
  KvClient& kv = world.at(0);
  load_all(world.service, {"removed", "stays"});
  world.run([&] {
    ASSERT_TRUE(kv.put("added", "v", {}));
    ASSERT_TRUE(kv.remove("removed"));
    EXPECT_THAT(names_of(kv.list({})), ElementsAre("removed", "stays"));
    EXPECT_EQ(value_of(kv.get("removed")), "(absent)") << "listed, but not there";
    EXPECT_EQ(value_of(kv.get("added")), "v") << "there, but not listed";
    world.wait(seconds(61));
    EXPECT_THAT(names_of(kv.list({})), ElementsAre("added", "stays"));
  });
}

TEST(KvListLag, ShowsTheStateOfThatTimeAfterSeveralChanges) {
  KvService::Options options = without_tombstones();
  options.list_lag = seconds(60);
  KvWorld world(options);
  KvClient& kv = world.at(0);
  world.run([&] {
    KvPutOptions metadata;
    for (const char* text : {"1", "2", "3"}) {
      metadata.metadata = text;
      ASSERT_TRUE(kv.put("k", "v", metadata));
      world.wait(seconds(20));
    }
    EXPECT_THAT(names_of(kv.list({})), ElementsAre("k"));
    EXPECT_EQ(kv.list({})->keys[0].metadata, "1");
    world.wait(seconds(20));
    EXPECT_EQ(kv.list({})->keys[0].metadata, "2");
    world.wait(seconds(20));
    EXPECT_EQ(kv.list({})->keys[0].metadata, "3");
  });
}

}  // namespace
}  // namespace cutover::fakes
