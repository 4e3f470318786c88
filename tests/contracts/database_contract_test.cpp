// The promises of core/ports/database.h, for every database.

#include "tests/contracts/database_contract.h"

#include <limits>

namespace cutover::contracts {
namespace {

SqlValue text(std::string_view value) {
  return std::string(value);
}

ResultSet query(Database& database, std::string_view sql, std::vector<SqlValue> params = {}) {
  auto result = database.query({sql, std::move(params)});
  EXPECT_TRUE(result) << sql << ": " << describe(result.error());
  return result ? std::move(*result) : ResultSet{};
}

std::int64_t number_of(Database& database, std::string_view sql) {
  const ResultSet result = query(database, sql);
  return result.rows.empty() || result.rows[0].empty() ? -1 : as_int(result.rows[0][0]);
}

void make_tables(Database& database) {
  const std::vector<Statement> tables = {
      {"CREATE TABLE Books (isbn TEXT PRIMARY KEY, title TEXT NOT NULL, pages INTEGER, "
       "weight REAL, rating INTEGER CHECK (rating BETWEEN 1 AND 5))",
       {}},
      {"CREATE TABLE Shelf (id INTEGER PRIMARY KEY AUTOINCREMENT, "
       "isbn TEXT NOT NULL REFERENCES Books (isbn) ON DELETE CASCADE)",
       {}}};
  const auto made = database.batch(tables);
  ASSERT_TRUE(made) << describe(made.error());
}

constexpr std::string_view insert_book = "INSERT INTO Books (isbn, title) VALUES (?1, ?2)";

template <class T>
void expect_refused(const Outcome<T>& outcome, FailureKind kind, std::string_view what) {
  ASSERT_FALSE(outcome) << what << " was accepted";
  EXPECT_EQ(outcome.error().kind, kind) << what << ": " << describe(outcome.error());
  EXPECT_EQ(outcome.error().effect, Effect::not_applied) << what;
  EXPECT_FALSE(outcome.error().retryable) << what;
  EXPECT_EQ(outcome.error().service, Service::d1) << what;
  EXPECT_FALSE(outcome.error().message.empty()) << what;
}

TEST_P(DatabaseContract, AQueryGivesItsColumnsAndRowsInOrder) {
  run([](Database& database) {
    const ResultSet result =
        query(database, "SELECT 1 AS one, 'a' AS two, NULL AS three UNION ALL SELECT 2, 'b', 2.5");
    EXPECT_EQ(result.columns, (std::vector<std::string>{"one", "two", "three"}));
    ASSERT_EQ(result.rows.size(), 2U);
    EXPECT_EQ(result.rows[0], (SqlRow{std::int64_t{1}, text("a"), std::monostate{}}));
    EXPECT_EQ(result.rows[1], (SqlRow{std::int64_t{2}, text("b"), 2.5}));
  });
}

TEST_P(DatabaseContract, AnEmptyResultStillNamesItsColumns) {
  run([](Database& database) {
    make_tables(database);
    const ResultSet result = query(database, "SELECT isbn, title FROM Books");
    EXPECT_EQ(result.columns, (std::vector<std::string>{"isbn", "title"}));
    EXPECT_TRUE(result.rows.empty());
  });
}

TEST_P(DatabaseContract, TwoColumnsOfOneNameAreBothThere) {
  run([](Database& database) {
    const ResultSet result = query(database, "SELECT 1 AS x, 2 AS x");
    EXPECT_EQ(result.columns, (std::vector<std::string>{"x", "x"}));
    ASSERT_EQ(result.rows.size(), 1U);
    EXPECT_EQ(result.rows[0], (SqlRow{std::int64_t{1}, std::int64_t{2}}));
  });
}

TEST_P(DatabaseContract, BoundValuesAreKeptByColumnsOfTheirType) {
  run([](Database& database) {
    make_tables(database);
    const std::string title = "It's \"\xE6\x97\xA5\xE6\x9C\xAC\" \\ \xF0\x9F\x93\x9A\n\x01";
    query(database, "INSERT INTO Books VALUES (?1, ?2, ?3, ?4, ?5)",
          {text("9780000000001"), title, std::int64_t{320}, 1.25, std::monostate{}});
    const ResultSet result =
        query(database, "SELECT title, pages, weight, rating, typeof(pages) FROM Books");
    ASSERT_EQ(result.rows.size(), 1U);
    EXPECT_EQ(result.rows[0],
              (SqlRow{title, std::int64_t{320}, 1.25, std::monostate{}, text("integer")}));
  });
}

TEST_P(DatabaseContract, IntegersUpTo2To53AreExactBothWays) {
  run([](Database& database) {
    make_tables(database);
    constexpr std::int64_t largest = std::int64_t{1} << 53;
    for (const std::int64_t number : {largest, -largest, largest - 1, std::int64_t{0}}) {
      query(database, "INSERT INTO Books (isbn, title, pages) VALUES (?1, 't', ?2)",
            {std::to_string(number), number});
      const ResultSet result =
          query(database, "SELECT pages FROM Books WHERE isbn = ?1", {std::to_string(number)});
      ASSERT_EQ(result.rows.size(), 1U);
      EXPECT_EQ(as_int(result.rows[0][0]), number);
    }
  });
}

TEST_P(DatabaseContract, ABlobIsReadAsItsBytes) {
  run([](Database& database) {
    const ResultSet result = query(database, "SELECT x'00ff41', x''");
    ASSERT_EQ(result.rows.size(), 1U);
    EXPECT_EQ(result.rows[0], (SqlRow{Blob{std::string("\0\xFF"
                                                       "A",
                                                       3)},
                                      Blob{}}));
  });
}

TEST_P(DatabaseContract, ANumberThatIsNoneIsBoundAsNull) {
  run([](Database& database) {
    const double none = std::numeric_limits<double>::quiet_NaN();
    const ResultSet result = query(database, "SELECT ?1 IS NULL", {none});
    ASSERT_EQ(result.rows.size(), 1U);
    EXPECT_EQ(result.rows[0], SqlRow{std::int64_t{1}});
  });
}

TEST_P(DatabaseContract, TheMetaTellsWhatAnInsertDid) {
  run([](Database& database) {
    make_tables(database);
    query(database, insert_book, {text("1"), text("one")});
    const ResultSet shelf = query(database, "INSERT INTO Shelf (isbn) VALUES ('1'), ('1')");
    EXPECT_EQ(shelf.meta.changes, 2);
    EXPECT_EQ(shelf.meta.last_row_id, 2);
    EXPECT_GT(shelf.meta.rows_written, 0);
  });
}

TEST_P(DatabaseContract, ReturningGivesTheRowsThatWereWritten) {
  run([](Database& database) {
    make_tables(database);
    const ResultSet result =
        query(database, "INSERT INTO Books (isbn, title) VALUES (?1, ?2) RETURNING title, isbn",
              {text("1"), text("one")});
    ASSERT_EQ(result.rows.size(), 1U);
    EXPECT_EQ(result.rows[0], (SqlRow{text("one"), text("1")}));
  });
}

TEST_P(DatabaseContract, ABatchGivesOneResultForEachStatementAndLaterOnesSeeEarlierOnes) {
  run([](Database& database) {
    make_tables(database);
    const std::vector<Statement> statements = {{insert_book, {text("1"), text("one")}},
                                               {"SELECT count(*) FROM Books", {}},
                                               {insert_book, {text("2"), text("two")}},
                                               {"SELECT isbn FROM Books ORDER BY isbn", {}}};
    const auto results = database.batch(statements);
    ASSERT_TRUE(results) << describe(results.error());
    ASSERT_EQ(results->size(), 4U);
    EXPECT_EQ((*results)[0].meta.changes, 1);
    ASSERT_EQ((*results)[1].rows.size(), 1U);
    EXPECT_EQ(as_int((*results)[1].rows[0][0]), 1);
    EXPECT_EQ((*results)[3].rows, (std::vector<SqlRow>{{text("1")}, {text("2")}}));
  });
}

TEST_P(DatabaseContract, ABatchIsOneTransactionAppliedWholeOrNotAtAll) {
  run([](Database& database) {
    make_tables(database);
    const std::vector<Statement> poisoned = {{insert_book, {text("1"), text("one")}},
                                             {insert_book, {text("2"), text("two")}},
                                             {insert_book, {text("1"), text("again")}}};
    expect_refused(database.batch(poisoned), FailureKind::constraint, "a key twice");
    EXPECT_EQ(number_of(database, "SELECT count(*) FROM Books"), 0);
    const std::vector<Statement> broken = {{insert_book, {text("1"), text("one")}},
                                           {"INSERT INTO Nowhere VALUES (1)", {}}};
    expect_refused(database.batch(broken), FailureKind::malformed, "a table that is not there");
    EXPECT_EQ(number_of(database, "SELECT count(*) FROM Books"), 0);
  });
}

TEST_P(DatabaseContract, ABatchMayHaveAHundredStatements) {
  run([](Database& database) {
    make_tables(database);
    std::vector<Statement> statements;
    for (int i = 0; i < 100; ++i) {
      statements.push_back({insert_book, {std::to_string(i), text("title")}});
    }
    const auto results = database.batch(statements);
    ASSERT_TRUE(results) << describe(results.error());
    EXPECT_EQ(results->size(), 100U);
    EXPECT_EQ(number_of(database, "SELECT count(*) FROM Books"), 100);
  });
}

TEST_P(DatabaseContract, EveryConstraintIsAConstraintFailureAndNothingIsApplied) {
  run([](Database& database) {
    make_tables(database);
    query(database, insert_book, {text("1"), text("one")});
    expect_refused(database.query({insert_book, {text("1"), text("again")}}),
                   FailureKind::constraint, "UNIQUE");
    expect_refused(database.query({insert_book, {text("2"), std::monostate{}}}),
                   FailureKind::constraint, "NOT NULL");
    expect_refused(
        database.query({"INSERT INTO Books (isbn, title, rating) VALUES ('3', 't', 6)", {}}),
        FailureKind::constraint, "CHECK");
    expect_refused(database.query({"INSERT INTO Shelf (isbn) VALUES ('nobody')", {}}),
                   FailureKind::constraint, "FOREIGN KEY");
    EXPECT_EQ(number_of(database, "SELECT count(*) FROM Books"), 1);
    EXPECT_EQ(number_of(database, "SELECT count(*) FROM Shelf"), 0);
  });
}

TEST_P(DatabaseContract, ForeignKeysCascade) {
  run([](Database& database) {
    make_tables(database);
    query(database, insert_book, {text("1"), text("one")});
    query(database, "INSERT INTO Shelf (isbn) VALUES ('1'), ('1')");
    query(database, "DELETE FROM Books WHERE isbn = ?1", {text("1")});
    EXPECT_EQ(number_of(database, "SELECT count(*) FROM Shelf"), 0);
  });
}

TEST_P(DatabaseContract, SqlThatMakesNoSenseIsMalformed) {
  run([](Database& database) {
    make_tables(database);
    for (const std::string_view sql :
         {"SELEC 1", "SELECT * FROM Nowhere", "SELECT nothing FROM Books", "BEGIN", "COMMIT",
          "SAVEPOINT s", ""}) {
      expect_refused(database.query({sql, {}}), FailureKind::malformed, sql);
    }
    expect_refused(database.query({"SELECT ?1, ?2", {text("one")}}), FailureKind::malformed,
                   "too few parameters");
    expect_refused(database.query({"SELECT 1", {text("one")}}), FailureKind::malformed,
                   "too many parameters");
    expect_refused(database.batch({}), FailureKind::malformed, "an empty batch");
  });
}

TEST_P(DatabaseContract, WhatExceedsD1sLimitsIsRefused) {
  run([](Database& database) {
    std::string list = "SELECT 0 IN (?1";
    for (int i = 2; i <= 100; ++i) list += ", ?" + std::to_string(i);
    const std::vector<SqlValue> hundred(100, std::int64_t{1});
    const std::string within = list + ")";
    EXPECT_EQ(as_int(query(database, within, hundred).rows.at(0).at(0)), 0);
    const std::string beyond = list + ", ?101)";
    expect_refused(database.query({beyond, std::vector<SqlValue>(101, std::int64_t{1})}),
                   FailureKind::limit_exceeded, "101 parameters");
    const std::string long_sql = "SELECT '" + std::string(D1Limits::sql_bytes_max, 'x') + "'";
    expect_refused(database.query({long_sql, {}}), FailureKind::limit_exceeded,
                   "a statement of more than 100,000 bytes");
    expect_refused(database.query({"SELECT ?1", {std::string(D1Limits::value_bytes_max + 1, 'x')}}),
                   FailureKind::limit_exceeded, "a text of more than 2,000,000 bytes");
    expect_refused(database.query({"SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION "
                                   "SELECT 5 UNION SELECT 6",
                                   {}}),
                   FailureKind::limit_exceeded, "six terms");
  });
}

}  // namespace
}  // namespace cutover::contracts
