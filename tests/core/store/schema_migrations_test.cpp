#include "core/store/schema_migrations.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/core/store/test_database.h"

namespace cutover::store {
namespace {

using testing::_;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::NiceMock;
using testing::SizeIs;

std::vector<std::string> names(const std::vector<MigrationFile>& files) {
  std::vector<std::string> out;
  for (const MigrationFile& file : files) out.push_back(file.name);
  return out;
}

std::vector<MigrationFile> two_files() {
  return {{"0001_a.sql", "CREATE TABLE a(x);"},
          {"0002_b.sql", "CREATE TABLE b(x); INSERT INTO b VALUES (1);"}};
}

std::int64_t tables_named(Database& database, const std::string& name) {
  return number(database, "SELECT COUNT(*) FROM sqlite_master WHERE name = '" + name + "'");
}

ApplyReport applied(Database& database, const std::vector<MigrationFile>& files) {
  const Outcome<ApplyReport> report = apply(database, files, false);
  EXPECT_TRUE(report.has_value());
  return report ? *report : ApplyReport();
}

std::string only_refusal(Database& database, const std::vector<MigrationFile>& files,
                         SchemaProblem problem) {
  const std::int64_t before = number(database, "SELECT COUNT(*) FROM sqlite_master");
  const ApplyReport report = applied(database, files);
  EXPECT_FALSE(report.ok());
  EXPECT_THAT(report.applied, IsEmpty());
  EXPECT_EQ(number(database, "SELECT COUNT(*) FROM sqlite_master"), before);
  if (report.refusals.size() != 1 || report.refusals[0].problem != problem)
    return "another refusal";
  return report.refusals[0].message;
}

TEST(EmbeddedMigrations, R1_5_AreTheFilesOfTheFolderInOrder) {
  std::vector<MigrationFile> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(CUTOVER_SOURCE_DIR) + "/migrations")) {
    if (!is_migration_name(entry.path().filename().string())) continue;
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    files.push_back({entry.path().filename().string(), text.str()});
  }
  ASSERT_FALSE(files.empty());
  EXPECT_EQ(embedded_migrations(), in_order(files));
  EXPECT_EQ(embedded_migrations()[0].name, "0001_initial_schema.sql");
}

TEST(MigrationOrder, R1_5_IsByLeadingNumberAndFilesWithoutOneComeLast) {
  const std::vector<MigrationFile> files = {{"0010_ten.sql", ""},
                                            {"notanumber.sql", ""},
                                            {"9_nine.sql", ""},
                                            {"0008.sql", ""},
                                            {"99999999999999999999999_huge.sql", ""},
                                            {"0006 six.sql", ""},
                                            {"a.sql", ""}};
  EXPECT_THAT(names(in_order(files)),
              ElementsAre("0006 six.sql", "0008.sql", "9_nine.sql", "0010_ten.sql",
                          "99999999999999999999999_huge.sql", "a.sql", "notanumber.sql"));
}

TEST(MigrationNames, EndInSqlInLowerCase) {
  EXPECT_TRUE(is_migration_name("0001_a.sql"));
  EXPECT_FALSE(is_migration_name("0001_a.SQL"));
  EXPECT_FALSE(is_migration_name("README.md"));
  EXPECT_FALSE(is_migration_name(".sql"));
  EXPECT_FALSE(is_migration_name("old/0001_a.sql"));
}

TEST(MigrationChecksum, IsTheSha256OfTheTextWithPlainLineEnds) {
  EXPECT_EQ(checksum_of({"a.sql", "abc"}),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(checksum_of({"a.sql", "a\r\nb\r\n"}), checksum_of({"b.sql", "a\nb\n"}));
  EXPECT_NE(checksum_of({"a.sql", "a\rb"}), checksum_of({"a.sql", "ab"}));
}

TEST(SchemaStatus, R1_5_OfAnEmptyDatabaseIsThatAllIsPendingAndNothingIsWritten) {
  const auto database = empty_database();
  const Outcome<SchemaStatus> found = status(*database, two_files());
  ASSERT_TRUE(found.has_value());
  EXPECT_THAT(found->applied, IsEmpty());
  EXPECT_THAT(found->pending, ElementsAre("0001_a.sql", "0002_b.sql"));
  EXPECT_FALSE(found->up_to_date());
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM sqlite_master"), 0);
}

TEST(SchemaApply, R1_5_AppliesAllFilesAndRecordsThemAsWranglerDoes) {
  const auto database = empty_database();
  const ApplyReport report = applied(*database, embedded_migrations());
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.applied, names(embedded_migrations()));
  EXPECT_THAT(report.pending, IsEmpty());
  const auto ledger =
      rows_of(*database, "SELECT id, name, applied_at FROM d1_migrations ORDER BY id");
  ASSERT_EQ(ledger.size(), embedded_migrations().size());
  EXPECT_EQ(as_int(ledger[0].at(0)), 1);
  EXPECT_EQ(as_text(ledger[0].at(1)), "0001_initial_schema.sql");
  EXPECT_EQ(as_text(ledger[0].at(2)).size(), std::string_view("2026-01-31 12:00:00").size());
  EXPECT_EQ(as_text(rows_of(*database, "SELECT sql FROM sqlite_master WHERE name = 'd1_migrations'")
                        .at(0)
                        .at(0)),
            "CREATE TABLE d1_migrations(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, "
            "applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)");

  const Outcome<SchemaStatus> after = status(*database, embedded_migrations());
  ASSERT_TRUE(after.has_value());
  EXPECT_TRUE(after->up_to_date());
  ASSERT_EQ(after->applied.size(), embedded_migrations().size());
  EXPECT_EQ(after->applied[0].checksum, ChecksumState::same);
}

TEST(SchemaApply, W07_R1_5_AppliedAgainDoesNothing) {
  const auto database = migrated_database();
  NiceMock<MockDatabase> watched(*database);
  EXPECT_CALL(watched, batch).Times(0);
  const ApplyReport report = applied(watched, embedded_migrations());
  EXPECT_TRUE(report.ok());
  EXPECT_THAT(report.applied, IsEmpty());
}

TEST(SchemaApply, R1_5_DryRunTellsWhatWouldBeAppliedAndWritesNothing) {
  const auto database = empty_database();
  const Outcome<ApplyReport> report = apply(*database, two_files(), true);
  ASSERT_TRUE(report.has_value());
  EXPECT_TRUE(report->ok());
  EXPECT_THAT(report->pending, ElementsAre("0001_a.sql", "0002_b.sql"));
  EXPECT_THAT(report->applied, IsEmpty());
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM sqlite_master"), 0);
}

TEST(SchemaApply, R1_5_SendsEachFileInOneBatchWhoseLastStatementIsItsLedgerEntry) {
  const auto database = empty_database();
  NiceMock<MockDatabase> watched(*database);
  EXPECT_CALL(watched, batch).Times(2).WillRepeatedly([&](std::span<const Statement> statements) {
    EXPECT_EQ(statements.back().sql, "INSERT INTO d1_migrations (name) VALUES (?1)");
    return database->batch(statements);
  });
  EXPECT_TRUE(applied(watched, two_files()).ok());
}

TEST(SchemaApply, R1_5_AFailingFileLeavesNothingAndFilesBeforeItStay) {
  const auto database = empty_database();
  std::vector<MigrationFile> files = two_files();
  files[1].sql = "CREATE TABLE b(x);\nINSERT INTO nowhere VALUES (1);";
  files.push_back({"0003_c.sql", "CREATE TABLE c(x);"});
  const ApplyReport report = applied(*database, files);
  EXPECT_THAT(report.applied, ElementsAre("0001_a.sql"));
  EXPECT_THAT(report.pending, ElementsAre("0002_b.sql", "0003_c.sql"));
  ASSERT_TRUE(report.failed.has_value());
  EXPECT_EQ(report.failed->name, "0002_b.sql");
  EXPECT_THAT(report.failed->message, HasSubstr("0002_b.sql: d1 "));
  EXPECT_THAT(report.failed->message, HasSubstr("no such table: nowhere"));
  EXPECT_THAT(report.failed->message, HasSubstr("Nothing of this file is applied"));
  EXPECT_THAT(report.failed->message, HasSubstr("Correct the file and apply again"));
  EXPECT_EQ(tables_named(*database, "a"), 1);
  EXPECT_EQ(tables_named(*database, "b"), 0);

  files[1].sql = "CREATE TABLE b(x);";
  EXPECT_THAT(applied(*database, files).applied, ElementsAre("0002_b.sql", "0003_c.sql"));
}

TEST(SchemaApply, R1_5_AppliesTriggersAndFilesThatOnlyComment) {
  const auto database = empty_database();
  const std::vector<MigrationFile> files = {
      {"1_t.sql",
       "CREATE TABLE a(x); CREATE TRIGGER t AFTER INSERT ON a BEGIN\r\n"
       "UPDATE a SET x = CASE WHEN x > 1 THEN 1 ELSE 0 END; END;\r\nINSERT INTO a VALUES (5);"},
      {"2_nothing.sql", "-- reserved\n"}};
  EXPECT_TRUE(applied(*database, files).ok());
  EXPECT_EQ(number(*database, "SELECT x FROM a"), 1);
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM d1_migrations"), 2);
}

TEST(SchemaApply, RefusesAFileThatFillsAGap) {
  const auto database = empty_database();
  std::vector<MigrationFile> files = two_files();
  EXPECT_TRUE(applied(*database, {files[1]}).ok());
  EXPECT_THAT(only_refusal(*database, files, SchemaProblem::gap),
              HasSubstr("0001_a.sql is not applied, but 0002_b.sql, which comes after it, is"));
  EXPECT_THAT(status(*database, files)->gaps, ElementsAre("0001_a.sql"));
}

TEST(SchemaApply, TakesAFileWithoutANumberAsNoGap) {
  const auto database = empty_database();
  EXPECT_TRUE(applied(*database, {{"extra.sql", "CREATE TABLE e(x);"}}).ok());
  std::vector<MigrationFile> files = two_files();
  files.push_back({"extra.sql", "CREATE TABLE e(x);"});
  files.push_back({"more.sql", "CREATE TABLE m(x);"});
  EXPECT_THAT(applied(*database, files).applied,
              ElementsAre("0001_a.sql", "0002_b.sql", "more.sql"));
}

TEST(SchemaApply, RefusesTwoFilesOfOneNumberOrName) {
  const auto database = empty_database();
  EXPECT_THAT(
      only_refusal(*database, {{"0001_a.sql", ""}, {"1_b.sql", ""}}, SchemaProblem::duplicate),
      HasSubstr("1_b.sql and 0001_a.sql have the same number"));
  EXPECT_THAT(only_refusal(*database, {{"a.sql", ""}, {"a.sql", ""}}, SchemaProblem::duplicate),
              HasSubstr("a.sql was given twice"));
}

TEST(SchemaApply, RefusesADatabaseThatRecordsAnUnknownFile) {
  const auto database = empty_database();
  EXPECT_TRUE(applied(*database, two_files()).ok());
  EXPECT_THAT(only_refusal(*database, {two_files()[0]}, SchemaProblem::unknown),
              HasSubstr("records 0002_b.sql as applied, but there is no such file"));
  EXPECT_THAT(status(*database, std::vector{two_files()[0]})->unknown, ElementsAre("0002_b.sql"));
}

TEST(SchemaApply, RefusesAFileThatWasChangedAfterItWasApplied) {
  const auto database = empty_database();
  std::vector<MigrationFile> files = two_files();
  EXPECT_TRUE(applied(*database, files).ok());
  files[0].sql += " -- one more thought";
  EXPECT_THAT(only_refusal(*database, files, SchemaProblem::changed),
              HasSubstr("0001_a.sql was changed after it was applied (SHA-256 was "));
  EXPECT_EQ(status(*database, files)->applied.at(0).checksum, ChecksumState::changed);
}

TEST(SchemaApply, R1_5_ToleratesFilesThatWranglerApplied) {
  const auto database = empty_database();
  const std::vector<MigrationFile> files = two_files();
  for (const std::string_view sql :
       {"CREATE TABLE \"d1_migrations\"(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, "
        "applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)",
        "CREATE TABLE a(x)", "INSERT INTO d1_migrations (name) VALUES ('0001_a.sql')"}) {
    ASSERT_TRUE(database->query({sql, {}}).has_value());
  }
  EXPECT_THAT(applied(*database, files).applied, ElementsAre("0002_b.sql"));
  const Outcome<SchemaStatus> after = status(*database, files);
  EXPECT_TRUE(after->up_to_date());
  EXPECT_EQ(after->applied.at(0).checksum, ChecksumState::unknown);
  EXPECT_EQ(after->applied.at(1).checksum, ChecksumState::same);
}

TEST(SchemaApply, RefusesFilesThatCannotBeSentBeforeAnythingIsApplied) {
  const auto database = empty_database();
  const auto refused = [&](const std::string& name, const std::string& sql) {
    return only_refusal(*database, {two_files()[0], {name, sql}}, SchemaProblem::unusable);
  };
  EXPECT_THAT(refused("2.sql", "SELECT 1;\nSELECT 'open"),
              HasSubstr("2.sql cannot be applied: line 2"));
  EXPECT_THAT(refused("2.sql", "CREATE TABLE c(x);\ncommit;"),
              HasSubstr("may not contain: commit"));
  EXPECT_THAT(refused("2.sql", "SELECT '" + std::string(100'000, 'x') + "'"),
              HasSubstr("100,000 bytes or more"));
  EXPECT_THAT(refused("2.sql", std::string(MigrationFile::sql_bytes_max + 1, ' ')),
              HasSubstr("more than 10,000,000 bytes"));
  EXPECT_THAT(refused("2.txt", ""), HasSubstr("its name must be like"));
}

TEST(SchemaApply, FailsWhenTheLedgerCannotBeRead) {
  const auto database = migrated_database();
  for (int failing = 0; failing < 3; ++failing) {
    NiceMock<MockDatabase> broken(*database);
    int call = 0;
    ON_CALL(broken, query).WillByDefault([&](const Statement& statement) -> Outcome<ResultSet> {
      if (call++ == failing) return overloaded();
      return database->query(statement);
    });
    EXPECT_EQ(apply(broken, embedded_migrations(), false).error().kind, FailureKind::overloaded);
    call = 0;
    EXPECT_EQ(status(broken, embedded_migrations()).error().kind, FailureKind::overloaded);
  }
}

TEST(SchemaApply, R1_5_GoesOnWhenTheReplyWasLostButTheFileGotIn) {
  const auto database = empty_database();
  NiceMock<MockDatabase> flaky(*database);
  EXPECT_CALL(flaky, batch).WillOnce(flaky.applied_but_lost()).WillOnce([&](auto statements) {
    return database->batch(statements);
  });
  const ApplyReport report = applied(flaky, two_files());
  EXPECT_TRUE(report.ok());
  EXPECT_THAT(report.applied, ElementsAre("0001_a.sql", "0002_b.sql"));
}

TEST(SchemaApply, R1_5_StopsWhenTheRequestWasLostAndTheFileDidNotGetIn) {
  const auto database = empty_database();
  NiceMock<MockDatabase> flaky(*database);
  EXPECT_CALL(flaky, batch).WillOnce(fails_with(lost_reply()));
  const ApplyReport report = applied(flaky, two_files());
  EXPECT_THAT(report.pending, ElementsAre("0001_a.sql", "0002_b.sql"));
  ASSERT_TRUE(report.failed.has_value());
  EXPECT_THAT(report.failed->message, HasSubstr("Nothing of this file is applied"));
  EXPECT_THAT(report.failed->message, HasSubstr("Apply again later"));
}

TEST(SchemaApply, R1_5_SaysSoWhenItCannotTellWhetherTheFileGotIn) {
  const auto database = empty_database();
  NiceMock<MockDatabase> gone(*database);
  EXPECT_CALL(gone, batch).WillOnce(gone.applied_but_lost());
  EXPECT_CALL(gone, query)
      .WillOnce([&](const Statement& statement) { return database->query(statement); })
      .WillRepeatedly(query_fails_with(overloaded()));
  const ApplyReport report = applied(gone, two_files());
  ASSERT_TRUE(report.failed.has_value());
  EXPECT_THAT(report.failed->message,
              HasSubstr("whole or not at all, but the ledger could not be"));
}

TEST(SchemaApply, SaysToComeBackWhenTheServiceIsOverloaded) {
  const auto database = empty_database();
  NiceMock<MockDatabase> busy(*database);
  EXPECT_CALL(busy, batch).WillOnce(fails_with(overloaded()));
  const ApplyReport report = applied(busy, two_files());
  ASSERT_TRUE(report.failed.has_value());
  EXPECT_THAT(report.failed->message, HasSubstr("D1 DB is overloaded"));
  EXPECT_THAT(report.failed->message, HasSubstr("Apply again later"));
}

TEST(SchemaApply, R1_5_LetsOneOfTwoAppliersWinEachFile) {
  const auto database = empty_database();
  NiceMock<MockDatabase> slow(*database);
  EXPECT_CALL(slow, batch).WillRepeatedly([&](std::span<const Statement> statements) {
    EXPECT_TRUE(applied(*database, {two_files()[0]}).ok());  // somebody else, just before us
    return database->batch(statements);
  });
  const Outcome<ApplyReport> report = apply(slow, std::vector{two_files()[0]}, false);
  ASSERT_TRUE(report.has_value());
  EXPECT_TRUE(report->ok());
  EXPECT_THAT(report->applied_elsewhere, ElementsAre("0001_a.sql"));
  EXPECT_THAT(report->applied, IsEmpty());
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM d1_migrations"), 1);
}

TEST(SchemaApply, StopsWhenSomebodyElseAppliesAnotherFileOfTheSameName) {
  const auto database = empty_database();
  NiceMock<MockDatabase> slow(*database);
  EXPECT_CALL(slow, batch).WillOnce([&](std::span<const Statement> statements) {
    EXPECT_TRUE(applied(*database, {{"0001_a.sql", "CREATE TABLE a(other);"}}).ok());
    return database->batch(statements);
  });
  const Outcome<ApplyReport> report = apply(slow, two_files(), false);
  ASSERT_TRUE(report.has_value() && report->failed.has_value());
  EXPECT_THAT(report->failed->message, HasSubstr("a different file of this name"));
}

TEST(SchemaNames, AreForPeople) {
  EXPECT_EQ(name_of(SchemaProblem::gap), "gap");
  EXPECT_EQ(name_of(SchemaProblem::duplicate), "duplicate");
  EXPECT_EQ(name_of(SchemaProblem::unknown), "unknown");
  EXPECT_EQ(name_of(SchemaProblem::changed), "changed");
  EXPECT_EQ(name_of(SchemaProblem::unusable), "unusable");
  EXPECT_EQ(name_of(ChecksumState::same), "same");
  EXPECT_EQ(name_of(ChecksumState::changed), "changed");
  EXPECT_EQ(name_of(ChecksumState::unknown), "applied elsewhere, checksum unknown");
}

}  // namespace
}  // namespace cutover::store
