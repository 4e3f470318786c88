#include "adapters/sqlite/sqlite_kv_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/sqlite/sqlite_kv.h"
#include "tests/adapters/sqlite/temporary_directory.h"
#include "tests/adapters/sqlite/wall_clock_runtime.h"

namespace cutover::sqlite {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;

class SqliteKvLoaderTest : public ::testing::Test {
 protected:
  std::unique_ptr<SqliteKvLoader> open_loader() {
    auto opened = SqliteKvLoader::open(path, FileOptions{});
    EXPECT_TRUE(opened.has_value()) << opened.error();
    return std::move(*opened);
  }
  std::unique_ptr<SqliteKv> open_kv() {
    auto opened = SqliteKv::open(path, runtime);
    EXPECT_TRUE(opened.has_value()) << opened.error();
    return std::move(*opened);
  }

  TemporaryDirectory directory;
  std::string path = directory.file("kv.sqlite");
  WallClockRuntime runtime;
};

TEST_F(SqliteKvLoaderTest, WhatWasLoadedIsInTheNamespace) {
  auto loader = open_loader();
  const std::int64_t later = runtime.wall().seconds() + 5;
  EXPECT_EQ(loader->add({"b", std::string("\0\xff", 2), later, "{}"}), false);
  EXPECT_EQ(loader->add({"a", "1", std::nullopt, ""}), false);
  EXPECT_EQ(loader->add({"past", "1", 1, ""}), false);
  ASSERT_TRUE(loader->finish().has_value());
  loader.reset();

  auto kv = open_kv();
  EXPECT_THAT(kv->list({}).value().keys,
              ElementsAre(KvListedKey{"a", std::nullopt, ""}, KvListedKey{"b", later, "{}"}));
  EXPECT_THAT(kv->get("b").value(), Optional(KvValue{std::string("\0\xff", 2), "{}"}));
}

TEST_F(SqliteKvLoaderTest, TheLastRecordOfAKeyWinsAndIsReported) {
  auto loader = open_loader();
  EXPECT_EQ(loader->add({"k", "first", 5, "1"}), false);
  EXPECT_EQ(loader->add({"k", "last", std::nullopt, ""}), true);
  EXPECT_EQ(loader->add({"l", "other", std::nullopt, ""}), false);
  ASSERT_TRUE(loader->finish().has_value());
  EXPECT_THAT(open_kv()->get("k").value(), Optional(KvValue{"last", ""}));
}

TEST_F(SqliteKvLoaderTest, AnImportThatWasNotFinishedIsNotTakenForANamespace) {
  auto loader = open_loader();
  ASSERT_EQ(loader->add({"k", "v", std::nullopt, ""}), false);
  loader.reset();
  const auto refused = SqliteKv::open(path, runtime);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error(), AllOf(HasSubstr(path), HasSubstr("import was not finished")));

  loader = open_loader();
  EXPECT_EQ(loader->add({"k", "v", std::nullopt, ""}), false);  // the first try was rolled back
  ASSERT_TRUE(loader->finish().has_value());
  loader.reset();
  EXPECT_THAT(open_kv()->get("k").value(), Optional(KvValue{"v", ""}));
}

TEST_F(SqliteKvLoaderTest, RecordsThatKvCouldNotHoldAreNamedAndLeftOut) {
  auto loader = open_loader();
  const auto error_of = [&](const KvRecord& record) {
    const auto added = loader->add(record);
    EXPECT_FALSE(added.has_value());
    return added ? std::string() : added.error();
  };
  EXPECT_THAT(error_of({std::string(513, 'k'), "v", std::nullopt, ""}),
              AllOf(HasSubstr("kkk...\""), HasSubstr("length of 513 exceeds")));
  EXPECT_THAT(error_of({"", "v", std::nullopt, ""}), HasSubstr("Key name cannot be empty"));
  EXPECT_THAT(error_of({"k", std::string(KvLimits::value_bytes_max + 1, 'v'), std::nullopt, ""}),
              AllOf(HasSubstr("key \"k\""), HasSubstr("Value length")));
  EXPECT_THAT(error_of({"k", "v", std::nullopt, std::string(1025, '1')}),
              HasSubstr("Metadata length"));
  EXPECT_EQ(loader->add({"good", "v", std::nullopt, ""}), false);
  ASSERT_TRUE(loader->finish().has_value());
  EXPECT_EQ(open_kv()->list({}).value().keys.size(), 1U);
}

TEST_F(SqliteKvLoaderTest, MoreRecordsThanOneTransactionHoldsAreAllLoaded) {
  constexpr int records = 120'000;
  auto loader = open_loader();
  for (int n = 0; n < records; ++n) {
    // Not in order, as a dump need not be.
    const std::string key = "k" + std::to_string((n * 7919LL) % records);
    ASSERT_EQ(loader->add({key, "v", std::nullopt, ""}), false) << key;
  }
  ASSERT_TRUE(loader->finish().has_value());
  loader.reset();

  auto kv = open_kv();
  KvListQuery query;
  std::string last;
  int listed = 0;
  for (bool complete = false; !complete;) {
    const KvPage page = kv->list(query).value();
    for (const KvListedKey& key : page.keys) {
      ASSERT_LT(last, key.name);
      last = key.name;
      ++listed;
    }
    complete = page.complete;
    query.cursor = page.cursor;
  }
  EXPECT_EQ(listed, records);
}

TEST_F(SqliteKvLoaderTest, AFileInUseIsAnErrorThatSaysSo) {
  auto first = open_loader();
  ASSERT_EQ(first->add({"k", "v", std::nullopt, ""}), false);
  FileOptions impatient;
  impatient.busy_timeout = std::chrono::milliseconds(10);
  const auto second = SqliteKvLoader::open(path, impatient);
  ASSERT_FALSE(second.has_value());
  EXPECT_THAT(second.error(), AllOf(HasSubstr(path), HasSubstr("other program")));
}

}  // namespace
}  // namespace cutover::sqlite
