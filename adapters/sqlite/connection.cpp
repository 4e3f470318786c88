#include "adapters/sqlite/connection.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <algorithm>
#include <climits>
#include <utility>

#include "adapters/sqlite/call_bounds.h"
#include "adapters/sqlite/statement_cache.h"
#include "core/ports/check.h"

namespace cutover::sqlite {
namespace {

// Ends a use of a statement, however it ends: a statement left open would hold its locks, and a
// value left bound would point to memory that is gone.
class Rewind {
 public:
  explicit Rewind(sqlite3_stmt* statement) : statement_(statement) {}
  Rewind(const Rewind&) = delete;
  Rewind& operator=(const Rewind&) = delete;
  ~Rewind() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

 private:
  sqlite3_stmt* statement_;
};

// A statement in a text, and what follows it.
struct Prepared {
  StatementHandle statement;
  std::string_view rest;
};

SqlError refusal(std::string message) {
  SqlError error;
  error.code = SQLITE_MISUSE;
  error.extended_code = SQLITE_MISUSE;
  error.message = std::move(message);
  return error;
}

SqlError no_statement() {
  return refusal("No SQL statements detected.");
}

// True when only blanks, semicolons and comments are left. The parser cannot be asked: what follows
// may need a table that the statement before it creates.
bool holds_no_statement(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::string_view left = text.substr(at);
    if (std::string_view(" \t\n\f\r;").find(left.front()) != std::string_view::npos) {
      ++at;
      continue;
    }
    std::size_t end = 0;
    if (left.starts_with("--")) {
      end = left.find('\n');
    } else if (left.starts_with("/*")) {
      end = left.find("*/", 2);
      if (end != std::string_view::npos) end += 1;
    } else {
      return false;
    }
    if (end == std::string_view::npos) return true;
    at += end + 1;
  }
  return true;
}

int bind(sqlite3_stmt* statement, int index, const SqlValue& value, bool numbers_as_real) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    return numbers_as_real ? sqlite3_bind_double(statement, index, static_cast<double>(*integer))
                           : sqlite3_bind_int64(statement, index, *integer);
  }
  if (const auto* real = std::get_if<double>(&value)) {
    return sqlite3_bind_double(statement, index, *real);
  }
  // Not copied: the caller's values live longer than the bindings, which Rewind clears.
  if (const auto* text = std::get_if<std::string>(&value)) {
    return sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  }
  if (const auto* blob = std::get_if<Blob>(&value)) {
    return sqlite3_bind_blob64(statement, index, blob->bytes.data(), blob->bytes.size(),
                               SQLITE_STATIC);
  }
  return sqlite3_bind_null(statement, index);
}

SqlValue read_value(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT: return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
      // By length, because a text may hold NUL bytes.
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
      return text == nullptr ? std::string() : std::string(text, size);
    }
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
      return Blob{bytes == nullptr ? std::string() : std::string(bytes, size)};
    }
    default: return std::monostate{};
  }
}

SqlRow read_row(sqlite3_stmt* statement, int columns) {
  SqlRow row;
  row.reserve(static_cast<std::size_t>(columns));
  for (int column = 0; column < columns; ++column) row.push_back(read_value(statement, column));
  return row;
}

std::vector<std::string> read_column_names(sqlite3_stmt* statement) {
  const int count = sqlite3_column_count(statement);
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(count));
  for (int column = 0; column < count; ++column) {
    const char* name = sqlite3_column_name(statement, column);
    names.emplace_back(name == nullptr ? "" : name);
  }
  return names;
}

}  // namespace

struct Connection::Impl {
  using Rows = tl::expected<ResultSet, SqlError>;

  Impl(SQLite::Database opened, const Options& options)
      : database(std::move(opened)),
        handle(database.getHandle()),
        numbers_as_real(options.numbers_as_real),
        // IMMEDIATE takes the write lock at once, so that a batch waits for it at its start, where
        // waiting helps, and not in its middle, where SQLite refuses.
        begin_sql(options.read_only ? "BEGIN" : "BEGIN IMMEDIATE"),
        bounds(handle, options.steps_max, options.answer_bytes_max),
        cache(std::max<std::size_t>(options.statements_cached_max, 1)) {}

  SQLite::Database database;
  sqlite3* handle;
  bool numbers_as_real;
  std::string_view begin_sql;
  CallBounds bounds;
  // Both after the database, so that they are destroyed before it.
  StatementCache cache;
  // Apart, because a text that says COMMIT must not find the one that was authorised for us.
  StatementCache own_cache{3};
  bool runs_own_statement = false;
  std::int64_t statements_prepared = 0;

  Rows run_text(const Statement& statement);
  Rows run_several(Prepared first, const Statement& statement);
  Rows run_several_in_transaction(Prepared first, const Statement& statement);
  Rows execute(sqlite3_stmt* statement, std::span<const SqlValue> params);
  tl::expected<Prepared, SqlError> prepare(std::string_view text, unsigned flags);
  Rows run_own(std::string_view sql);
  void roll_back();
  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(handle) == 0; }
  [[nodiscard]] SqlError last_error(std::size_t text_offset) const;
};

tl::expected<std::unique_ptr<Connection>, SqlError> Connection::open(const Options& options) {
  if (options.path.empty()) {
    // SQLite would make a nameless temporary file of it.
    SqlError error = refusal("the path of the database is empty");
    error.code = error.extended_code = SQLITE_CANTOPEN;
    return tl::unexpected(std::move(error));
  }
  const int access =
      options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  std::unique_ptr<Connection> connection;
  try {
    // NOMUTEX: callers serialise, so SQLite's own lock around every call would only cost time.
    SQLite::Database database(options.path, access | SQLITE_OPEN_NOMUTEX, options.busy_timeout_ms,
                              options.vfs);
    connection.reset(new Connection(std::make_unique<Impl>(std::move(database), options)));
  } catch (const SQLite::Exception& refused) {
    SqlError error;
    error.code = refused.getErrorCode() & 0xff;
    error.extended_code = refused.getExtendedErrorCode();
    if ((error.extended_code & 0xff) != error.code) error.extended_code = error.code;
    error.message = refused.what();
    return tl::unexpected(std::move(error));
  }
  std::vector<std::string_view> settings = {"PRAGMA foreign_keys=ON"};
  if (options.read_only) settings.push_back("PRAGMA query_only=ON");
  // Opening reads nothing; this reads the header, and so finds a file that is no database.
  settings.push_back("PRAGMA schema_version");
  for (const std::string_view sql : settings) {
    auto done = connection->run(Statement{sql, {}});
    if (!done) return tl::unexpected(std::move(done.error()));
  }
  connection->impl_->statements_prepared = 0;
  return connection;
}

Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Connection::~Connection() = default;

sqlite3* Connection::handle() const {
  return impl_->handle;
}
void Connection::begin_call(bool bounded) {
  impl_->bounds.begin_call(bounded);
}
bool Connection::runs_own_statement() const {
  return impl_->runs_own_statement;
}
std::int64_t Connection::statements_prepared() const {
  return impl_->statements_prepared;
}

tl::expected<ResultSet, SqlError> Connection::run(const Statement& statement) {
  return impl_->run_text(statement);
}

tl::expected<std::vector<ResultSet>, SqlError> Connection::run_all(
    std::span<const Statement> statements) {
  if (statements.empty()) return tl::unexpected(no_statement());
  auto begun = impl_->run_own(impl_->begin_sql);
  if (!begun) return tl::unexpected(std::move(begun.error()));

  std::vector<ResultSet> results;
  results.reserve(statements.size());
  for (std::size_t index = 0; index < statements.size(); ++index) {
    auto result = impl_->run_text(statements[index]);
    if (!result) {
      impl_->roll_back();
      result.error().statement = index;
      return tl::unexpected(std::move(result.error()));
    }
    results.push_back(std::move(*result));
  }
  auto committed = impl_->run_own("COMMIT");
  if (!committed) {
    impl_->roll_back();
    committed.error().statement = statements.size();
    return tl::unexpected(std::move(committed.error()));
  }
  return results;
}

Connection::Impl::Rows Connection::Impl::run_text(const Statement& statement) {
  if (sqlite3_stmt* cached = cache.find(statement.sql)) return execute(cached, statement.params);

  auto first = prepare(statement.sql, SQLITE_PREPARE_PERSISTENT);
  if (!first) return tl::unexpected(std::move(first.error()));
  if (!holds_no_statement(first->rest)) return run_several(std::move(*first), statement);
  return execute(cache.keep(statement.sql, std::move(first->statement)), statement.params);
}

Connection::Impl::Rows Connection::Impl::run_several(Prepared first, const Statement& statement) {
  if (in_transaction()) return run_several_in_transaction(std::move(first), statement);

  auto begun = run_own(begin_sql);
  if (!begun) return begun;
  auto result = run_several_in_transaction(std::move(first), statement);
  if (result) {
    auto committed = run_own("COMMIT");
    if (!committed) result = std::move(committed);
  }
  if (!result) roll_back();
  return result;
}

// One after the other, because a statement may need what the one before it creates. Not cached:
// such texts are schema changes, which run once.
Connection::Impl::Rows Connection::Impl::run_several_in_transaction(Prepared first,
                                                                    const Statement& statement) {
  const std::int64_t changes_before = sqlite3_total_changes64(handle);
  Prepared current = std::move(first);
  while (!holds_no_statement(current.rest)) {
    if (sqlite3_bind_parameter_count(current.statement.get()) > 0) {
      return tl::unexpected(refusal(
          "When executing multiple SQL statements in a single call, only the last statement can "
          "have parameters."));
    }
    auto result = execute(current.statement.get(), {});
    if (!result) return result;
    current.rest.remove_prefix(current.rest.find_first_not_of(" \t\n\v\f\r"));
    auto next = prepare(current.rest, 0);
    if (!next) return tl::unexpected(std::move(next.error()));
    current = std::move(*next);
  }
  auto last = execute(current.statement.get(), statement.params);
  if (last) last->meta.changes = sqlite3_total_changes64(handle) - changes_before;
  return last;
}

Connection::Impl::Rows Connection::Impl::execute(sqlite3_stmt* statement,
                                                 std::span<const SqlValue> params) {
  const Rewind rewind(statement);
  const int expected = sqlite3_bind_parameter_count(statement);
  if (params.size() != static_cast<std::size_t>(expected)) {
    return tl::unexpected(refusal("Wrong number of parameter bindings for SQL query."));
  }
  for (int index = 1; index <= expected; ++index) {
    const SqlValue& value = params[static_cast<std::size_t>(index - 1)];
    if (bind(statement, index, value, numbers_as_real) != SQLITE_OK) {
      return tl::unexpected(last_error(0));
    }
  }

  const std::int64_t changes_before = sqlite3_total_changes64(handle);
  sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
  ResultSet result;
  int code = sqlite3_step(statement);
  // After the first step, which prepares the statement again when the schema has changed.
  result.columns = read_column_names(statement);
  const int columns = static_cast<int>(result.columns.size());
  for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
    result.rows.push_back(read_row(statement, columns));
    if (!bounds.take(result.rows.back())) return tl::unexpected(answer_too_large());
  }
  if (code != SQLITE_DONE) return tl::unexpected(last_error(0));

  result.meta.changes = sqlite3_total_changes64(handle) - changes_before;
  result.meta.last_row_id = sqlite3_last_insert_rowid(handle);
  result.meta.rows_written = result.meta.changes;
  result.meta.rows_read = static_cast<std::int64_t>(result.rows.size()) +
                          sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0);
  return result;
}

// The first statement in `text`, which is the end of `all`; never an empty one.
tl::expected<Prepared, SqlError> Connection::Impl::prepare(std::string_view text, unsigned flags) {
  const char* const start = text.data();
  if (text.size() > INT_MAX) {
    SqlError error = refusal("statement too long");
    error.code = error.extended_code = SQLITE_TOOBIG;
    return tl::unexpected(std::move(error));
  }
  // SQLite would stop there, and leave out the rest without a word.
  if (text.find('\0') != std::string_view::npos) {
    return tl::unexpected(refusal("The SQL text holds a NUL byte: bind such text instead."));
  }
  while (!text.empty()) {
    sqlite3_stmt* statement = nullptr;
    const char* rest = nullptr;
    const int code = sqlite3_prepare_v3(handle, text.data(), static_cast<int>(text.size()), flags,
                                        &statement, &rest);
    if (code != SQLITE_OK) {
      return tl::unexpected(last_error(static_cast<std::size_t>(text.data() - start)));
    }
    text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    if (statement != nullptr) {
      ++statements_prepared;
      return Prepared{StatementHandle(statement), text};
    }
    if (holds_no_statement(text)) break;
  }
  return tl::unexpected(no_statement());
}

Connection::Impl::Rows Connection::Impl::run_own(std::string_view sql) {
  runs_own_statement = true;
  bounds.suspend(true);
  sqlite3_stmt* statement = own_cache.find(sql);
  Rows result;
  if (statement != nullptr) {
    result = execute(statement, {});
  } else if (auto prepared = prepare(sql, SQLITE_PREPARE_PERSISTENT); prepared) {
    result = execute(own_cache.keep(sql, std::move(prepared->statement)), {});
  } else {
    result = tl::unexpected(std::move(prepared.error()));
  }
  runs_own_statement = false;
  bounds.suspend(false);
  return result;
}

// Some errors (a full disk) end the transaction by themselves: then there is nothing to undo.
void Connection::Impl::roll_back() {
  if (!in_transaction()) return;
  static_cast<void>(run_own("ROLLBACK"));
  CUTOVER_CHECK(!in_transaction(), "an authorizer must allow the connection's own ROLLBACK");
}

SqlError Connection::Impl::last_error(std::size_t text_offset) const {
  SqlError error;
  error.extended_code = sqlite3_extended_errcode(handle);
  error.code = error.extended_code & 0xff;
  const int offset = sqlite3_error_offset(handle);
  if (offset >= 0) error.offset = offset + static_cast<int>(text_offset);
  error.message = sqlite3_errmsg(handle);
  return error;
}

}  // namespace cutover::sqlite
