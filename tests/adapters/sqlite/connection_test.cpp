#include "adapters/sqlite/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "tests/adapters/sqlite/connection_steps.h"

namespace cutover::sqlite {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::unique_ptr<Connection> open_memory(Connection::Options options = {}) {
  options.path = ":memory:";
  auto opened = Connection::open(options);
  EXPECT_TRUE(opened.has_value()) << opened.error().message;
  return std::move(*opened);
}

class ConnectionWithBooks : public ::testing::Test {
 protected:
  void SetUp() override {
    run(*connection, R"(
      CREATE TABLE Books (isbn TEXT PRIMARY KEY, title TEXT NOT NULL);
      -- One row per book and reader.
      CREATE TABLE UserLibrary (
        id INTEGER PRIMARY KEY, user_id TEXT NOT NULL,
        isbn TEXT NOT NULL REFERENCES Books(isbn) ON DELETE CASCADE,
        rating INTEGER CHECK (rating >= 1 AND rating <= 5), UNIQUE (user_id, isbn));
      /* nothing follows */ ;
    )");
    run(*connection, "INSERT INTO Books VALUES ('1', 'One')");
  }
  std::unique_ptr<Connection> connection = open_memory();
};

TEST_F(ConnectionWithBooks, ConstraintsAreReportedInSqlitesWordsWithTheirExtendedCode) {
  SqlError error = error_of(*connection, "INSERT INTO Books VALUES ('1', 'again')");
  EXPECT_EQ(error.message, "UNIQUE constraint failed: Books.isbn");
  EXPECT_EQ(error.code, SQLITE_CONSTRAINT);
  EXPECT_EQ(name_of_code(error.extended_code), "SQLITE_CONSTRAINT_PRIMARYKEY");

  error = error_of(*connection, "INSERT INTO Books VALUES ('2', NULL)");
  EXPECT_EQ(error.message, "NOT NULL constraint failed: Books.title");
  EXPECT_EQ(name_of_code(error.extended_code), "SQLITE_CONSTRAINT_NOTNULL");

  error = error_of(*connection, "INSERT INTO UserLibrary (user_id, isbn) VALUES ('u', '77')");
  EXPECT_EQ(error.message, "FOREIGN KEY constraint failed");
  EXPECT_EQ(name_of_code(error.extended_code), "SQLITE_CONSTRAINT_FOREIGNKEY");

  error =
      error_of(*connection, "INSERT INTO UserLibrary (user_id, isbn, rating) VALUES ('u', '1', 6)");
  EXPECT_EQ(error.message, "CHECK constraint failed: rating >= 1 AND rating <= 5");
  EXPECT_EQ(name_of_code(error.extended_code), "SQLITE_CONSTRAINT_CHECK");

  run(*connection, "INSERT INTO UserLibrary (user_id, isbn) VALUES ('u', '1')");
  error = error_of(*connection, "INSERT INTO UserLibrary (user_id, isbn) VALUES ('u', '1')");
  EXPECT_EQ(error.message, "UNIQUE constraint failed: UserLibrary.user_id, UserLibrary.isbn");
  EXPECT_EQ(name_of_code(error.extended_code), "SQLITE_CONSTRAINT_UNIQUE");
}

TEST_F(ConnectionWithBooks, AnErrorCarriesItsOffsetIntoItsStatement) {
  SqlError error = error_of(*connection, "SELEC 1");
  EXPECT_EQ(error.code, SQLITE_ERROR);
  EXPECT_EQ(error.message, "near \"SELEC\": syntax error");
  EXPECT_EQ(error.offset, 0);

  error = error_of(*connection, "SELECT nope FROM Books");
  EXPECT_EQ(error.message, "no such column: nope");
  EXPECT_EQ(error.offset, 7);

  // As D1 counts: blanks before the first statement belong to it, before the others they do not.
  error = error_of(*connection, "  SELECT nope FROM Books");
  EXPECT_EQ(error.offset, 9);
  error = error_of(*connection, "SELECT 1; \n SELECT nope FROM Books");
  EXPECT_EQ(error.offset, 7);
}

TEST_F(ConnectionWithBooks, ABatchIsAppliedWholeOrNotAtAll) {
  const std::vector<Statement> failing = {
      {"INSERT INTO Books VALUES (?1, ?2)", {std::string("2"), std::string("Two")}},
      {"INSERT INTO Books VALUES (?1, ?2)", {std::string("1"), std::string("again")}},
      {"INSERT INTO Books VALUES (?1, ?2)", {std::string("3"), std::string("Three")}}};
  auto result = connection->run_all(failing);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().statement, 1U);
  EXPECT_EQ(result.error().message, "UNIQUE constraint failed: Books.isbn");
  EXPECT_EQ(count(*connection, "Books"), 1);

  const std::vector<Statement> passing = {
      failing[0], failing[2], {"SELECT isbn FROM Books ORDER BY isbn", {}}};
  result = connection->run_all(passing);
  ASSERT_TRUE(result.has_value()) << result.error().message;
  ASSERT_EQ(result->size(), 3U);
  EXPECT_THAT(result->at(2).rows, ElementsAre(SqlRow{"1"}, SqlRow{"2"}, SqlRow{"3"}));
}

TEST_F(ConnectionWithBooks, ACommitThatFailsOnADeferredForeignKeyIsRolledBack) {
  const std::vector<Statement> batch = {
      {"PRAGMA defer_foreign_keys=ON", {}},
      {"INSERT INTO Books VALUES ('2', 'Two')", {}},
      {"INSERT INTO UserLibrary (user_id, isbn) VALUES ('u', 'nobody')", {}}};
  auto result = connection->run_all(batch);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().message, "FOREIGN KEY constraint failed");
  EXPECT_EQ(result.error().statement, batch.size());
  EXPECT_EQ(count(*connection, "Books"), 1);
  EXPECT_EQ(count(*connection, "UserLibrary"), 0);
  // The deferral ended with the transaction.
  EXPECT_EQ(error_of(*connection, "INSERT INTO UserLibrary (user_id, isbn) VALUES ('u', 'x')").code,
            SQLITE_CONSTRAINT);
}

TEST_F(ConnectionWithBooks, ABatchWithoutStatementsIsRefused) {
  auto result = connection->run_all({});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().message, "No SQL statements detected.");
}

TEST_F(ConnectionWithBooks, ATextOfSeveralStatementsIsOneTransaction) {
  const SqlError error = error_of(*connection,
                                  "INSERT INTO Books VALUES ('2', 'Two');"
                                  "INSERT INTO Books VALUES ('1', 'again');");
  EXPECT_EQ(error.message, "UNIQUE constraint failed: Books.isbn");
  EXPECT_EQ(count(*connection, "Books"), 1);
}

TEST_F(ConnectionWithBooks, ATextOfSeveralStatementsAnswersWithTheLastOnesRowsAndAllChanges) {
  const ResultSet result = run(*connection,
                               "CREATE TABLE Notes (text TEXT); INSERT INTO Notes VALUES ('a'), "
                               "('b'); SELECT text FROM Notes WHERE text = ?1 -- the end",
                               {std::string("b")});
  EXPECT_THAT(result.columns, ElementsAre("text"));
  EXPECT_THAT(result.rows, ElementsAre(SqlRow{"b"}));
  EXPECT_EQ(result.meta.changes, 2);
}

TEST_F(ConnectionWithBooks, OnlyTheLastStatementOfATextMayHaveParameters) {
  const SqlError error =
      error_of(*connection, "DELETE FROM Books WHERE isbn = ?1; SELECT 1", {std::string("1")});
  EXPECT_THAT(error.message, HasSubstr("only the last statement can have parameters"));
  EXPECT_EQ(count(*connection, "Books"), 1);
}

TEST_F(ConnectionWithBooks, ATextWithoutAStatementIsRefused) {
  for (const std::string_view sql : {"", "  \n", ";", " ; ; ", "-- only a comment", "/* a */ ;"}) {
    const SqlError error = error_of(*connection, sql);
    EXPECT_EQ(error.message, "No SQL statements detected.") << sql;
    EXPECT_EQ(error.code, SQLITE_MISUSE);
  }
}

TEST_F(ConnectionWithBooks, AnEmptyStatementBeforeAStatementIsSkipped) {
  EXPECT_THAT(run(*connection, ";; SELECT 5;").rows, ElementsAre(SqlRow{std::int64_t{5}}));
}

TEST_F(ConnectionWithBooks, AWrongNumberOfParametersIsRefused) {
  const std::string_view expected = "Wrong number of parameter bindings for SQL query.";
  EXPECT_EQ(error_of(*connection, "SELECT ?1").message, expected);
  EXPECT_EQ(error_of(*connection, "SELECT ?2", {std::string("a")}).message, expected);
  EXPECT_EQ(error_of(*connection, "SELECT 1", {std::string("a")}).message, expected);
}

TEST_F(ConnectionWithBooks, ChangesIncludeRowsDeletedByACascade) {
  run(*connection, "INSERT INTO UserLibrary (user_id, isbn) VALUES ('u', '1'), ('v', '1')");
  const ResultSet replaced = run(*connection, "INSERT OR REPLACE INTO Books VALUES ('1', 'Uno')");
  EXPECT_EQ(replaced.meta.changes, 3);
  EXPECT_EQ(replaced.meta.rows_written, 3);
  EXPECT_EQ(count(*connection, "UserLibrary"), 0);
}

TEST_F(ConnectionWithBooks, RowsReadAreAtLeastTheRowsReturned) {
  run(*connection, "INSERT INTO Books VALUES ('2', 'Two'), ('3', 'Three')");
  EXPECT_EQ(run(*connection, "SELECT * FROM Books WHERE isbn = '2'").meta.rows_read, 1);
  EXPECT_GE(run(*connection, "SELECT * FROM Books WHERE title = 'none'").meta.rows_read, 2);
}

TEST_F(ConnectionWithBooks, LastRowIdIsTheConnectionsAlsoAfterASelect) {
  const ResultSet inserted =
      run(*connection,
          "INSERT INTO UserLibrary (id, user_id, isbn) VALUES (41, 'u', '1') RETURNING id");
  EXPECT_EQ(inserted.meta.last_row_id, 41);
  EXPECT_THAT(inserted.rows, ElementsAre(SqlRow{std::int64_t{41}}));
  EXPECT_EQ(run(*connection, "SELECT 1").meta.last_row_id, 41);
}

TEST_F(ConnectionWithBooks, R3_12_AStatementThatComesAgainIsNotPreparedAgain) {
  const std::string text = "INSERT INTO Books VALUES (?1, ?2)";
  const std::int64_t before = connection->statements_prepared();
  for (int book = 100; book < 200; ++book) {
    const std::string copy = text;  // another address each time: the text decides
    run(*connection, copy, {std::to_string(book), std::string("t")});
  }
  EXPECT_EQ(connection->statements_prepared() - before, 1);

  const std::vector<Statement> batch = {{text, {std::string("a"), std::string("t")}},
                                        {text, {std::string("b"), std::string("t")}}};
  ASSERT_TRUE(connection->run_all(batch).has_value());
  const std::int64_t after_first_batch = connection->statements_prepared();
  const std::vector<Statement> more = {{text, {std::string("c"), std::string("t")}}};
  ASSERT_TRUE(connection->run_all(more).has_value());
  EXPECT_EQ(connection->statements_prepared(), after_first_batch);
}

TEST_F(ConnectionWithBooks, AFailedStatementIsReusedWithoutTheOldValues) {
  const std::string_view sql = "INSERT INTO Books VALUES (?1, ?2)";
  EXPECT_EQ(error_of(*connection, sql, {std::string("1"), std::string("t")}).code,
            SQLITE_CONSTRAINT);
  run(*connection, sql, {std::string("2"), std::string("Two")});
  run(*connection, "DROP TABLE UserLibrary");  // would be locked by a statement left open
  EXPECT_THAT(run(*connection, "SELECT title FROM Books WHERE isbn = '2'").rows,
              ElementsAre(SqlRow{"Two"}));
}

TEST_F(ConnectionWithBooks, ACachedStatementFollowsAChangeOfTheSchema) {
  const std::string_view sql = "SELECT * FROM Books";
  EXPECT_THAT(run(*connection, sql).columns, ElementsAre("isbn", "title"));
  run(*connection, "ALTER TABLE Books ADD COLUMN year INTEGER");
  const ResultSet result = run(*connection, sql);
  EXPECT_THAT(result.columns, ElementsAre("isbn", "title", "year"));
  EXPECT_THAT(result.rows, ElementsAre(SqlRow{"1", "One", std::monostate{}}));
}

TEST(Connection, TheLeastRecentlyUsedStatementLeavesTheCache) {
  const auto connection = open_memory({.path = {},
                                       .vfs = {},
                                       .numbers_as_real = false,
                                       .statements_cached_max = 2,
                                       .read_only = false,
                                       .busy_timeout_ms = 0});
  const auto prepared_by = [&](std::string_view sql) {
    const std::int64_t before = connection->statements_prepared();
    run(*connection, sql);
    return connection->statements_prepared() - before;
  };
  EXPECT_EQ(prepared_by("SELECT 1"), 1);
  EXPECT_EQ(prepared_by("SELECT 2"), 1);
  EXPECT_EQ(prepared_by("SELECT 1"), 0);
  EXPECT_EQ(prepared_by("SELECT 3"), 1);  // takes the place of SELECT 2
  EXPECT_EQ(prepared_by("SELECT 1"), 0);
  EXPECT_EQ(prepared_by("SELECT 2"), 1);
}

TEST(Connection, EveryKindOfValueComesBackAsItWasBound) {
  const auto connection = open_memory();
  const std::string text("a\0b", 3);
  const std::string bytes("\xff\0\x01", 3);
  const ResultSet result = run(
      *connection, "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7",
      {std::int64_t{INT64_MIN}, 0.5, text, Blob{bytes}, std::monostate{}, std::string(), Blob{}});
  EXPECT_THAT(result.rows, ElementsAre(SqlRow{std::int64_t{INT64_MIN}, 0.5, text, Blob{bytes},
                                              std::monostate{}, std::string(), Blob{}}));
}

TEST(Connection, NulBytesInATextAreStored) {
  const auto connection = open_memory();
  run(*connection, "CREATE TABLE t (x TEXT)");
  run(*connection, "INSERT INTO t VALUES (?1)", {std::string("a\0b", 3)});
  EXPECT_THAT(run(*connection, "SELECT hex(x), x FROM t").rows,
              ElementsAre(SqlRow{"610062", std::string("a\0b", 3)}));
}

TEST(Connection, ASqlTextWithANulByteIsRefusedInsteadOfCutOff) {
  const auto connection = open_memory();
  const SqlError error = error_of(*connection, std::string_view("SELECT 1\0; DROP", 15));
  EXPECT_THAT(error.message, HasSubstr("NUL byte"));
}

TEST(Connection, NumbersAreBoundAsRealWhenAsked) {
  Connection::Options options;
  options.numbers_as_real = true;
  const auto connection = open_memory(options);
  EXPECT_THAT(run(*connection, "SELECT typeof(?1)", {std::int64_t{5}}).rows,
              ElementsAre(SqlRow{"real"}));
  run(*connection, "CREATE TABLE t (i INTEGER, s TEXT)");
  run(*connection, "INSERT INTO t VALUES (?1, ?2)", {std::int64_t{5}, std::int64_t{5}});
  EXPECT_THAT(run(*connection, "SELECT i, s FROM t").rows,
              ElementsAre(SqlRow{std::int64_t{5}, "5.0"}));
}

TEST(Connection, ATransactionOfTheCallerIsLeftOpen) {
  const auto connection = open_memory();
  run(*connection, "CREATE TABLE t (x)");
  run(*connection, "BEGIN");
  run(*connection, "INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)");
  const std::vector<Statement> batch = {{"INSERT INTO t VALUES (3)", {}}};
  auto refused = connection->run_all(batch);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message, "cannot start a transaction within a transaction");
  EXPECT_EQ(count(*connection, "t"), 2);
  run(*connection, "ROLLBACK");
  EXPECT_EQ(count(*connection, "t"), 0);
}

TEST(Connection, AnAuthorizerCanTellTheConnectionsOwnTransactionsFromATexts) {
  const auto connection = open_memory();
  run(*connection, "CREATE TABLE t (x)");
  sqlite3_set_authorizer(
      connection->handle(),
      [](void* context, int action, const char*, const char*, const char*, const char*) {
        const auto* own = static_cast<const Connection*>(context);
        return action == SQLITE_TRANSACTION && !own->runs_own_statement() ? SQLITE_DENY : SQLITE_OK;
      },
      connection.get());
  const std::vector<Statement> batch = {{"INSERT INTO t VALUES (1)", {}}};
  EXPECT_TRUE(connection->run_all(batch).has_value());
  EXPECT_EQ(error_of(*connection, "BEGIN").code, SQLITE_AUTH);
  const std::vector<Statement> escaping = {batch[0], {"COMMIT", {}}};
  auto refused = connection->run_all(escaping);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().statement, 1U);
  EXPECT_EQ(count(*connection, "t"), 1);
}

TEST(Connection, TooLongAValueIsRefusedAndTheStatementStaysUsable) {
  const auto connection = open_memory();
  sqlite3_limit(connection->handle(), SQLITE_LIMIT_LENGTH, 100);
  const SqlError error = error_of(*connection, "SELECT length(?1)", {std::string(101, 'a')});
  EXPECT_EQ(error.code, SQLITE_TOOBIG);
  EXPECT_EQ(error.message, "string or blob too big");
  EXPECT_THAT(run(*connection, "SELECT length(?1)", {std::string(100, 'a')}).rows,
              ElementsAre(SqlRow{std::int64_t{100}}));
}

}  // namespace
}  // namespace cutover::sqlite
