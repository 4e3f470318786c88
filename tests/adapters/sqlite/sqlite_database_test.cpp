#include "adapters/sqlite/sqlite_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "tests/adapters/sqlite/temporary_directory.h"

namespace cutover::sqlite {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SqliteDatabaseTest : public ::testing::Test {
 protected:
  std::unique_ptr<SqliteDatabase> open(const FileOptions& options) {
    auto opened = SqliteDatabase::open(path, options);
    EXPECT_TRUE(opened.has_value()) << opened.error();
    return opened ? std::move(*opened) : nullptr;
  }
  std::unique_ptr<SqliteDatabase> open_with_table() {
    auto database = open(FileOptions{});
    run(*database, "CREATE TABLE Books (isbn TEXT PRIMARY KEY, title TEXT NOT NULL)");
    run(*database, "INSERT INTO Books VALUES ('1', 'One')");
    return database;
  }
  static ResultSet run(Database& database, std::string_view sql,
                       std::vector<SqlValue> params = {}) {
    auto result = database.query(Statement{sql, std::move(params)});
    EXPECT_TRUE(result.has_value()) << sql << ": " << result.error().message;
    return result ? std::move(*result) : ResultSet{};
  }
  static Failure failure_of(Database& database, std::string_view sql,
                            std::vector<SqlValue> params = {}) {
    auto result = database.query(Statement{sql, std::move(params)});
    EXPECT_FALSE(result.has_value()) << sql << " was expected to fail";
    return result ? Failure{} : std::move(result.error());
  }

  TemporaryDirectory directory;
  std::string path = directory.file("books.sqlite");
};

TEST_F(SqliteDatabaseTest, RowsOutliveTheProgram) {
  open_with_table().reset();
  auto again = open(FileOptions{});
  EXPECT_THAT(run(*again, "SELECT * FROM Books").rows, ElementsAre(SqlRow{"1", "One"}));
}

TEST_F(SqliteDatabaseTest, AConstraintIsAPermanentFailureWithoutEffect) {
  auto database = open_with_table();
  const Failure failure = failure_of(*database, "INSERT INTO Books VALUES ('1', 'again')");
  EXPECT_EQ(failure.service, Service::d1);
  EXPECT_EQ(failure.operation, "query");
  EXPECT_EQ(failure.kind, FailureKind::constraint);
  EXPECT_EQ(failure.effect, Effect::not_applied);
  EXPECT_FALSE(failure.retryable);
  EXPECT_EQ(failure.message,
            "UNIQUE constraint failed: Books.isbn: SQLITE_CONSTRAINT (extended: "
            "SQLITE_CONSTRAINT_PRIMARYKEY)");
}

TEST_F(SqliteDatabaseTest, ABatchIsAtomicAndItsFailureNamesTheStatement) {
  auto database = open_with_table();
  const std::vector<Statement> batch = {{"INSERT INTO Books VALUES ('2', 'Two')", {}},
                                        {"INSERT INTO Books VALUES ('3', NULL)", {}}};
  const auto result = database->batch(batch);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, FailureKind::constraint);
  EXPECT_THAT(result.error().message, HasSubstr("(statement 2 of 2)"));
  EXPECT_EQ(run(*database, "SELECT * FROM Books").rows.size(), 1U);
}

TEST_F(SqliteDatabaseTest, ABatchAnswersWithOneResultForEachStatement) {
  auto database = open_with_table();
  const std::vector<Statement> batch = {
      {"INSERT INTO Books VALUES (?1, ?2)", {std::string("2"), std::string("Two")}},
      {"SELECT count(*) FROM Books", {}}};
  const auto results = database->batch(batch);
  ASSERT_TRUE(results.has_value());
  EXPECT_EQ(results->at(0).meta.changes, 1);
  EXPECT_THAT(results->at(1).rows, ElementsAre(SqlRow{std::int64_t{2}}));
}

TEST_F(SqliteDatabaseTest, AnEmptyBatchIsMalformed) {
  const auto result = open_with_table()->batch({});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, FailureKind::malformed);
  EXPECT_EQ(result.error().message, "No SQL statements detected.");
}

TEST_F(SqliteDatabaseTest, BadSqlIsMalformed) {
  auto database = open_with_table();
  const Failure failure = failure_of(*database, "SELECT nope FROM Books");
  EXPECT_EQ(failure.kind, FailureKind::malformed);
  EXPECT_EQ(failure.message, "no such column: nope at offset 7: SQLITE_ERROR");
  EXPECT_EQ(failure_of(*database, "SELECT ?1").message,
            "Wrong number of parameter bindings for SQL query.");
}

TEST_F(SqliteDatabaseTest, WhatExceedsD1sLimitsIsRefusedAsSuch) {
  auto database = open_with_table();
  std::string many = "SELECT ?";
  for (int parameter = 1; parameter < 101; ++parameter) many += ",?";
  std::string columns = "CREATE TABLE Wide (c0";
  for (int column = 1; column < 101; ++column) columns += ",c" + std::to_string(column);
  columns += ")";
  const std::string long_text = "SELECT 1 --" + std::string(D1Limits::sql_bytes_max, 'x');
  const std::string long_pattern = "SELECT 'a' LIKE '" + std::string(51, 'a') + "'";
  for (const std::string& sql : {many, std::string("SELECT ?101"), columns, long_text, long_pattern,
                                 std::string("SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT "
                                             "4 UNION SELECT 5 UNION SELECT 6")}) {
    const Failure failure = failure_of(*database, sql);
    EXPECT_EQ(failure.kind, FailureKind::limit_exceeded) << failure.message;
    EXPECT_EQ(failure.effect, Effect::not_applied);
    EXPECT_FALSE(failure.retryable);
  }
  const Failure value =
      failure_of(*database, "SELECT length(?1)", {std::string(D1Limits::value_bytes_max + 1, 'x')});
  EXPECT_EQ(value.kind, FailureKind::limit_exceeded);
  EXPECT_EQ(value.message, "string or blob too big: SQLITE_TOOBIG");
}

TEST_F(SqliteDatabaseTest, AHundredParametersPass) {
  auto database = open_with_table();
  std::string sql = "SELECT ?";
  for (int parameter = 1; parameter < 100; ++parameter) sql += ",?";
  const std::vector<SqlValue> params(D1Limits::parameters_max, SqlValue{std::string("x")});
  EXPECT_EQ(run(*database, sql, params).rows.at(0).size(), 100U);
}

TEST_F(SqliteDatabaseTest, NumbersAreBoundAsRealAsInD1) {
  auto database = open_with_table();
  EXPECT_THAT(run(*database, "SELECT typeof(?1)", {std::int64_t{5}}).rows,
              ElementsAre(SqlRow{"real"}));
}

TEST_F(SqliteDatabaseTest, TransactionsAttachAndForeignPragmasAreRefused) {
  auto database = open_with_table();
  const std::string attach = "ATTACH '" + directory.file("other.sqlite") + "' AS other";
  for (const std::string& sql :
       {std::string("BEGIN"), std::string("COMMIT"), std::string("ROLLBACK"),
        std::string("SAVEPOINT a"), std::string("PRAGMA synchronous=OFF"),
        std::string("PRAGMA User_Version=3"), attach}) {
    const Failure failure = failure_of(*database, sql);
    EXPECT_EQ(failure.kind, FailureKind::malformed) << sql;
    EXPECT_THAT(failure.message, HasSubstr("not authorized: SQLITE_AUTH")) << sql;
  }
}

TEST_F(SqliteDatabaseTest, ForeignKeysCannotBeSwitchedOff) {
  auto database = open_with_table();
  run(*database, "PRAGMA foreign_keys=OFF");
  EXPECT_THAT(run(*database, "PRAGMA foreign_keys").rows, ElementsAre(SqlRow{std::int64_t{1}}));
  run(*database, "CREATE TABLE Child (isbn TEXT REFERENCES Books(isbn))");
  EXPECT_EQ(failure_of(*database, "INSERT INTO Child VALUES ('none')").kind,
            FailureKind::constraint);
}

TEST_F(SqliteDatabaseTest, AllowedPragmasWork) {
  auto database = open_with_table();
  EXPECT_EQ(run(*database, "PRAGMA TABLE_INFO(Books)").rows.size(), 2U);
  EXPECT_EQ(run(*database, "SELECT name FROM pragma_table_info('Books')").rows.size(), 2U);
}

TEST_F(SqliteDatabaseTest, ALockOfAnotherProcessIsOverloadAndPassesWhenItEnds) {
  open_with_table().reset();
  FileOptions impatient;
  impatient.busy_timeout = std::chrono::milliseconds(20);
  auto database = open(impatient);
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);

  const std::string_view write = "UPDATE Books SET title = 'Uno'";
  const Failure failure = failure_of(*database, write);
  EXPECT_EQ(failure.kind, FailureKind::overloaded);
  EXPECT_TRUE(failure.retryable);
  EXPECT_EQ(failure.effect, Effect::not_applied);
  EXPECT_EQ(run(*database, "SELECT * FROM Books").rows.size(), 1U);  // readers are not blocked

  ASSERT_EQ(sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_EQ(run(*database, write).meta.changes, 1);
  sqlite3_close(other);
}

TEST_F(SqliteDatabaseTest, AReadOnlyDatabaseReadsAndRefusesWritesWithoutChangingTheFile) {
  open_with_table().reset();
  const auto bytes_of_file = [&] {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string before = bytes_of_file();
  FileOptions options;
  options.read_only = true;
  {
    auto database = open(options);
    EXPECT_EQ(run(*database, "SELECT * FROM Books").rows.size(), 1U);
    const Failure failure = failure_of(*database, "DELETE FROM Books");
    EXPECT_EQ(failure.kind, FailureKind::unavailable);
    EXPECT_FALSE(failure.retryable);
    const std::vector<Statement> reads = {{"SELECT * FROM Books", {}}};
    EXPECT_TRUE(database->batch(reads).has_value());
    const std::vector<Statement> writes = {{"DROP TABLE Books", {}}};
    EXPECT_FALSE(database->batch(writes).has_value());
  }
  EXPECT_EQ(bytes_of_file(), before);
}

TEST_F(SqliteDatabaseTest, OpeningErrorsNameTheFileAndSayWhatToDo) {
  FileOptions read_only;
  read_only.read_only = true;
  EXPECT_THAT(SqliteDatabase::open(path, read_only).error(),
              AllOf(HasSubstr(path), HasSubstr("must exist")));
  EXPECT_FALSE(std::filesystem::exists(path));

  const std::string in_missing = directory.file("missing/books.sqlite");
  EXPECT_THAT(SqliteDatabase::open(in_missing).error(),
              AllOf(HasSubstr(in_missing), HasSubstr("directory exists")));

  std::ofstream(path) << std::string(4096, 'x');
  EXPECT_THAT(SqliteDatabase::open(path).error(),
              AllOf(HasSubstr(path), HasSubstr("file is not a database"), HasSubstr("backup")));
}

TEST_F(SqliteDatabaseTest, ADamagedFileIsUnavailable) {
  auto database = open_with_table();
  run(*database,
      "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
      "INSERT INTO Books SELECT i, 'a title of some length' FROM n");
  database.reset();
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);  // after the page with the schema
    file << std::string(8 * 4096, '\x5a');
  }
  database = open(FileOptions{});
  const Failure failure = failure_of(*database, "SELECT * FROM Books");
  EXPECT_EQ(failure.kind, FailureKind::unavailable);
  EXPECT_FALSE(failure.retryable);
  EXPECT_THAT(failure.message, HasSubstr("SQLITE_CORRUPT"));
}

TEST_F(SqliteDatabaseTest, ManyThreadsMayUseOneDatabase) {
  auto database = open_with_table();
  run(*database, "CREATE TABLE Hits (n INTEGER)");
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (int worker = 0; worker < 4; ++worker) {
    threads.emplace_back([&] {
      const std::vector<Statement> batch = {{"INSERT INTO Hits VALUES (1)", {}},
                                            {"INSERT INTO Hits VALUES (2)", {}}};
      for (int round = 0; round < 50; ++round) {
        if (!database->batch(batch).has_value()) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(as_int(run(*database, "SELECT count(*) FROM Hits").rows.at(0).at(0)), 400);
}

TEST(ToFailure, OnlyAnInputOutputErrorIsUnavailableAndMayBeTriedAgainWithUnknownEffect) {
  SqlError error;
  error.code = SQLITE_IOERR;
  error.extended_code = SQLITE_IOERR_FSYNC;
  error.message = "disk I/O error";
  Failure failure = to_failure(Service::d1, "batch", error);
  EXPECT_EQ(failure.kind, FailureKind::unavailable);
  EXPECT_TRUE(failure.retryable);
  EXPECT_EQ(failure.effect, Effect::unknown);
  EXPECT_EQ(failure.message, "disk I/O error: SQLITE_IOERR (extended: SQLITE_IOERR_FSYNC)");

  for (const int code : {SQLITE_FULL, SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_CORRUPT,
                         SQLITE_NOTADB, SQLITE_NOMEM, SQLITE_PERM}) {
    error.code = error.extended_code = code;
    failure = to_failure(Service::d1, "batch", error);
    EXPECT_EQ(failure.kind, FailureKind::unavailable);
    EXPECT_FALSE(failure.retryable) << name_of_code(code);
    EXPECT_EQ(failure.effect, Effect::not_applied) << name_of_code(code);
  }
}

}  // namespace
}  // namespace cutover::sqlite
