// What the tests of core/store share: a real SQLite database in memory, and a Database that hands
// calls on to it until a test makes one of them fail.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sqlite/sqlite_database.h"
#include "core/store/schema_migrations.h"

namespace cutover::store {

inline std::unique_ptr<Database> empty_database() {
  auto database = sqlite::SqliteDatabase::open(":memory:");
  if (!database) {
    ADD_FAILURE() << database.error();
    return nullptr;
  }
  return std::move(*database);
}

inline std::unique_ptr<Database> migrated_database() {
  std::unique_ptr<Database> database = empty_database();
  const Outcome<ApplyReport> report = apply(*database, embedded_migrations(), false);
  EXPECT_TRUE(report && report->ok());
  return database;
}

// The rows of one query; the test fails when the query does.
inline std::vector<SqlRow> rows_of(Database& database, std::string_view sql) {
  const Outcome<ResultSet> result = database.query({sql, {}});
  if (!result) {
    ADD_FAILURE() << sql << ": " << describe(result.error());
    return {};
  }
  return result->rows;
}

inline std::int64_t number(Database& database, std::string_view sql) {
  const std::vector<SqlRow> rows = rows_of(database, sql);
  return rows.empty() ? -1 : as_int(rows[0].at(0));
}

inline void add_book(Database& database, std::string_view isbn, std::string_view title = "T",
                     std::string_view authors = "[]", std::int64_t year = 2001) {
  const Outcome<ResultSet> result = database.query(
      {"INSERT INTO Books (isbn, title, authors, publication_year, canonical_metadata) "
       "VALUES (?1, ?2, ?3, ?4, '{}')",
       {std::string(isbn), std::string(title), std::string(authors), year}});
  EXPECT_TRUE(result.has_value());
}

inline Failure failure(FailureKind kind, Effect effect, bool retryable, std::string message) {
  return {Service::d1, "batch", kind, retryable, Duration(0), effect, std::move(message)};
}

inline Failure lost_reply() {
  return failure(FailureKind::connection_lost, Effect::unknown, true, "Network connection lost.");
}

inline Failure overloaded() {
  return failure(FailureKind::overloaded, Effect::not_applied, true, "D1 DB is overloaded.");
}

// Hands every call on to `real`, unless the test says otherwise with EXPECT_CALL.
class MockDatabase : public Database {
 public:
  explicit MockDatabase(Database& real) : real_(real) {
    ON_CALL(*this, query).WillByDefault([this](const Statement& s) { return real_.query(s); });
    ON_CALL(*this, batch).WillByDefault([this](std::span<const Statement> s) {
      return real_.batch(s);
    });
  }
  MOCK_METHOD(Outcome<ResultSet>, query, (const Statement&), (override));
  MOCK_METHOD(Outcome<std::vector<ResultSet>>, batch, (std::span<const Statement>), (override));

  // The statements are carried out, and then the reply is lost.
  auto applied_but_lost() {
    return [this](std::span<const Statement> statements) -> Outcome<std::vector<ResultSet>> {
      EXPECT_TRUE(real_.batch(statements).has_value());
      return lost_reply();
    };
  }

 private:
  Database& real_;
};

// As an action: fails before anything is done.
inline auto fails_with(Failure answer) {
  return [answer](std::span<const Statement>) -> Outcome<std::vector<ResultSet>> { return answer; };
}
inline auto query_fails_with(Failure answer) {
  return [answer](const Statement&) -> Outcome<ResultSet> { return answer; };
}

}  // namespace cutover::store
