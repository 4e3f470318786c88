#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>

#include "adapters/sqlite/connection.h"
#include "tests/adapters/sqlite/connection_steps.h"
#include "tests/adapters/sqlite/temporary_directory.h"

namespace cutover::sqlite {
namespace {

using ::testing::HasSubstr;

TEST(ConnectionFile, AFileThatIsNoDatabaseIsRefusedWhenItIsOpened) {
  const TemporaryDirectory directory;
  std::ofstream(directory.file("notes.txt")) << std::string(4096, 'x');
  const auto opened = Connection::open({.path = directory.file("notes.txt"),
                                        .vfs = {},
                                        .numbers_as_real = false,
                                        .statements_cached_max = 8,
                                        .read_only = false,
                                        .busy_timeout_ms = 0});
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, SQLITE_NOTADB);
}

TEST(ConnectionFile, AnEmptyPathAnUnknownVfsAndAMissingDirectoryAreRefused) {
  const TemporaryDirectory directory;
  Connection::Options options;
  EXPECT_EQ(Connection::open(options).error().code, SQLITE_CANTOPEN);
  options.path = directory.file("missing/file.sqlite");
  EXPECT_EQ(Connection::open(options).error().code, SQLITE_CANTOPEN);
  options.path = ":memory:";
  options.vfs = "no-such-vfs";
  EXPECT_THAT(Connection::open(options).error().message, HasSubstr("no such vfs"));
}

TEST(ConnectionFile, AReadOnlyConnectionReadsAndDoesNotWrite) {
  const TemporaryDirectory directory;
  Connection::Options options;
  options.path = directory.file("books.sqlite");
  options.read_only = true;
  EXPECT_EQ(Connection::open(options).error().code, SQLITE_CANTOPEN);
  {
    options.read_only = false;
    auto writer = Connection::open(options);
    ASSERT_TRUE(writer.has_value());
    run(**writer, "CREATE TABLE t (x); INSERT INTO t VALUES (1)");
  }
  options.read_only = true;
  auto reader = Connection::open(options);
  ASSERT_TRUE(reader.has_value());
  const std::vector<Statement> batch = {{"SELECT x FROM t", {}}, {"SELECT count(*) FROM t", {}}};
  EXPECT_TRUE((*reader)->run_all(batch).has_value());
  EXPECT_EQ(count(**reader, "t"), 1);
  EXPECT_EQ(error_of(**reader, "INSERT INTO t VALUES (2)").code, SQLITE_READONLY);
}

TEST(ConnectionFile, ALockOfAnotherConnectionIsReportedAsBusyAndLeavesNoTransactionOpen) {
  const TemporaryDirectory directory;
  Connection::Options options;
  options.path = directory.file("books.sqlite");
  auto first = Connection::open(options);
  auto second = Connection::open(options);
  ASSERT_TRUE(first.has_value());
  ASSERT_TRUE(second.has_value());
  run(**first, "CREATE TABLE t (x)");
  run(**first, "BEGIN IMMEDIATE");
  const std::vector<Statement> batch = {{"INSERT INTO t VALUES (1)", {}}};
  auto refused = (*second)->run_all(batch);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, SQLITE_BUSY);
  run(**first, "COMMIT");
  EXPECT_TRUE((*second)->run_all(batch).has_value());
}

TEST(NameOfCode, FallsBackToThePrimaryCode) {
  EXPECT_EQ(name_of_code(SQLITE_CONSTRAINT), "SQLITE_CONSTRAINT");
  EXPECT_EQ(name_of_code(SQLITE_IOERR_FSYNC), "SQLITE_IOERR_FSYNC");
  EXPECT_EQ(name_of_code(SQLITE_IOERR | (200 << 8)), "SQLITE_IOERR");
  EXPECT_EQ(name_of_code(255), "SQLITE_UNKNOWN");
}

}  // namespace
}  // namespace cutover::sqlite
