// Database: one D1 database. SQLite behind one serial queue, reached over a network.
//
// The only atomicity there is: one batch is one transaction, applied whole or not at all. There is
// no interactive transaction. A failed call reports one error, not one per statement.
// Source: reference facts B1 to B4.
//
// Every call may switch to another task (ports/runtime.h) and may be made from any task of the
// process. Failures: constraint and malformed (not applied, permanent); limit_exceeded (not
// applied, permanent for this statement or this invocation); overloaded (not applied, come back
// later); unavailable, timeout and connection_lost (effect as stated: a lost reply is `unknown`).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/ports/outcome.h"

namespace cutover {

struct D1Limits {
  static constexpr std::size_t parameters_max = 100;         // per statement
  static constexpr std::size_t sql_bytes_max = 100'000;      // per statement
  static constexpr std::size_t value_bytes_max = 2'000'000;  // a row, a text or a blob
  static constexpr std::size_t columns_max = 100;
};

struct Blob {
  std::string bytes;
  friend bool operator==(const Blob&, const Blob&) = default;
};

// D1 binds every number as REAL, so integers beyond 2^53 lose precision; an INTEGER column turns
// 5.0 back into 5, a TEXT column stores '5.0'. Never bind a number to a TEXT column.
using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;

// A statement with its values bound. `sql` is borrowed: it must outlive the call, and in practice
// is a constant. Its address is not used as an identity; its text may be, to reuse a prepared
// statement.
struct Statement {
  std::string_view sql;
  std::vector<SqlValue> params;  // for ?1, ?2, ... in order; at most 100
};

struct ResultMeta {
  std::int64_t rows_read = 0;     // as billed; approximate outside of D1 itself
  std::int64_t rows_written = 0;  // as billed; approximate outside of D1 itself
  std::int64_t changes = 0;       // rows that the statement changed, cascades included
  std::int64_t last_row_id = 0;
  Duration duration{0};
};

using SqlRow = std::vector<SqlValue>;

struct ResultSet {
  std::vector<std::string> columns;
  std::vector<SqlRow> rows;
  ResultMeta meta;
};

class Database {
 public:
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  virtual ~Database() = default;

  // One statement in its own transaction.
  virtual Outcome<ResultSet> query(const Statement& statement) = 0;

  // At least one statement, in order, in one transaction and one round trip; one result each.
  virtual Outcome<std::vector<ResultSet>> batch(std::span<const Statement> statements) = 0;
};

// Typed reads of a result value; a value of another type is a broken invariant, except that a
// NULL reads as the given fallback.
[[nodiscard]] std::int64_t as_int(const SqlValue& value, std::int64_t if_null = 0);
[[nodiscard]] std::string_view as_text(const SqlValue& value);  // NULL reads as ""
[[nodiscard]] bool is_null(const SqlValue& value);

// Text that may be absent, as a bindable value.
[[nodiscard]] SqlValue text_or_null(std::string_view text);  // "" becomes NULL

}  // namespace cutover
