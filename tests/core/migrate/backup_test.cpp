#include "core/migrate/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/migrate/platform.h"

namespace cutover::migrate {
namespace {

class Records final : public RecordSink, public RecordSource {
 public:
  bool write(const KvRecord& record) override {
    if (records.size() >= room) return false;
    records.push_back(record);
    return true;
  }
  std::optional<KvRecord> next() override {
    if (at == records.size()) return std::nullopt;
    return records[at++];
  }

  std::vector<KvRecord> records;
  std::size_t room = 1'000'000;
  std::size_t at = 0;
};

class BackupTest : public Platform {
 protected:
  BackupTest() {
    world.kv().load({"book:isbn:1", std::string("\xFF\x00\x01", 3), std::nullopt, R"({"v":1})"});
    world.kv().load({"flag", "on", std::nullopt, ""});
    world.kv().load({"search:x", "", soon + 86'400, ""});
  }

  Outcome<BackupReport> back_up_now() {
    Outcome<BackupReport> report = BackupReport{};
    invoke([&](Services& services) {
      report = back_up(services.kv, services.isolate.runtime, services.isolate.telemetry,
                       options.retry, records);
    });
    return report;
  }
  Outcome<RestoreReport> restore_now() {
    Outcome<RestoreReport> report = RestoreReport{};
    records.at = 0;
    invoke([&](Services& services) {
      report = restore(services.kv, services.isolate.runtime, services.isolate.telemetry,
                       options.retry, records);
    });
    return report;
  }
  Outcome<EntryComparison> compare_now() {
    Outcome<EntryComparison> comparison = EntryComparison{};
    records.at = 0;
    // Another location, which remembers nothing.
    invoke(
        [&](Services& services) {
          comparison = compare_entries(services.kv, services.isolate.runtime,
                                       services.isolate.telemetry, options.retry, records);
        },
        "comparer", location++);
    return comparison;
  }
  std::vector<std::string> differences() {
    std::vector<std::string> found;
    const EntryComparison comparison = compare_now().value();
    for (const auto& difference : comparison.differences) {
      found.push_back(difference.key + ": " + difference.what);
    }
    return found;
  }

  static constexpr std::int64_t soon = 1'764'000'000;
  Records records;
  std::size_t location = 1;
};

TEST_F(BackupTest, O03_KeepsValueMetadataAndExpiryOfEveryEntry) {
  const BackupReport report = back_up_now().value();
  EXPECT_EQ(records.records, world.kv().entries());
  EXPECT_EQ(report.entries, 3);
  EXPECT_EQ(report.bytes, (11 + 3) + (4 + 2) + (8 + 0));
  EXPECT_EQ(report.prefixes.at("book:isbn:"), 1);
  EXPECT_EQ(report.prefixes.at("search:"), 1);
  EXPECT_EQ(report.prefixes.at("(no prefix)"), 1);
  EXPECT_FALSE(report.sink_failed);
}

TEST_F(BackupTest, StopsWhenTheSinkCanTakeNoMore) {
  records.room = 1;
  const BackupReport report = back_up_now().value();
  EXPECT_TRUE(report.sink_failed);
  EXPECT_EQ(report.entries, 1);
}

TEST_F(BackupTest, CountsAnEntryThatVanishesBetweenListAndRead) {
  kv_hooks.get = [this](std::string_view key) -> std::optional<Failure> {
    if (key == "flag") {
      EXPECT_TRUE(world.kv().remove(0, "flag").has_value());
    }
    return std::nullopt;
  };
  const BackupReport report = back_up_now().value();
  EXPECT_EQ(report.vanished, 1);
  EXPECT_EQ(report.entries, 2);
}

TEST_F(BackupTest, WalksMoreThanOnePage) {
  for (int i = 0; i < 1100; ++i) put("many:" + std::to_string(i), "v");
  EXPECT_EQ(back_up_now().value().entries, 1103);
  EXPECT_EQ(records.records, world.kv().entries());
}

TEST_F(BackupTest, AFailedReadOrListingFailsTheBackup) {
  kv_hooks.get = [](auto) { return kv_failure(FailureKind::unauthorized, false); };
  EXPECT_FALSE(back_up_now().has_value());
  EXPECT_FALSE(compare_now().has_value());
  kv_hooks.get = nullptr;
  kv_hooks.list = [](const auto&) { return kv_failure(FailureKind::unauthorized, false); };
  EXPECT_FALSE(back_up_now().has_value());
}

TEST_F(BackupTest, O04_ARestoredNamespaceIsEqualEntryByEntry) {
  ASSERT_TRUE(back_up_now().has_value());
  world.kv().restore({});
  EXPECT_EQ(restore_now().value().entries, 3);
  EXPECT_EQ(world.kv().entries(), records.records);
  const EntryComparison comparison = compare_now().value();
  EXPECT_EQ(comparison.compared, 3);
  EXPECT_EQ(comparison.different, 0);
}

TEST_F(BackupTest, LeavesOutWhatHasExpiredOrCannotBeWrittenAnyMore) {
  records.records = {
      {"old", "v", soon - 1, ""}, {"soon", "v", soon + 30, ""}, {"later", "v", soon + 600, ""}};
  world.kv().restore({});
  const RestoreReport report = restore_now().value();
  EXPECT_EQ(report.already_expired, 2);
  EXPECT_EQ(report.entries, 1);
  EXPECT_EQ(world.kv().entries().at(0).key, "later");
}

TEST_F(BackupTest, AFailedWriteFailsTheRestore) {
  ASSERT_TRUE(back_up_now().has_value());
  kv_hooks.put = [](auto) { return kv_failure(FailureKind::unauthorized, false); };
  EXPECT_FALSE(restore_now().has_value());
}

TEST_F(BackupTest, TheComparisonNamesEachKindOfDifference) {
  ASSERT_TRUE(back_up_now().has_value());
  records.records[0].value = "other";
  records.records[1].metadata = "{}";
  records.records[2].expiration = soon;
  EXPECT_THAT(differences(),
              testing::ElementsAre("book:isbn:1: value", "flag: metadata", "search:x: expiration"));
}

TEST_F(BackupTest, TheComparisonLooksInBothDirections) {
  ASSERT_TRUE(back_up_now().has_value());
  records.records[1].key = "flag2";
  records.records.push_back({"zzz", "v", std::nullopt, ""});
  EXPECT_THAT(differences(),
              testing::ElementsAre("flag: not in the backup", "flag2: missing", "zzz: missing"));
}

TEST_F(BackupTest, AllDifferencesAreCountedThoughAThousandAreKept) {
  for (int i = 0; i < 1500; ++i) {
    records.records.push_back({"a" + std::to_string(10'000 + i), "v", std::nullopt, ""});
  }
  const EntryComparison comparison = compare_now().value();
  EXPECT_EQ(comparison.different, 1503);
  EXPECT_EQ(comparison.differences.size(), 1000U);
}

}  // namespace
}  // namespace cutover::migrate
