#include "adapters/sqlite/statement_cache.h"

#include <sqlite3.h>

#include <utility>

#include "core/ports/check.h"

namespace cutover::sqlite {

void FinalizeStatement::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

StatementCache::StatementCache(std::size_t statements_max) : statements_max_(statements_max) {
  CUTOVER_CHECK(statements_max_ > 0, "keep() returns a statement that must live in the cache");
}

sqlite3_stmt* StatementCache::find(std::string_view sql) {
  // A batch repeats one statement for each row: comparing its text is cheaper than hashing it.
  if (!by_use_.empty() && by_use_.front().sql == sql) return by_use_.front().statement.get();
  const auto found = by_sql_.find(sql);
  if (found == by_sql_.end()) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, found->second);
  return found->second->statement.get();
}

sqlite3_stmt* StatementCache::keep(std::string_view sql, StatementHandle statement) {
  CUTOVER_CHECK(by_sql_.find(sql) == by_sql_.end(), "a text is prepared once while it is cached");
  if (by_use_.size() == statements_max_) {
    by_sql_.erase(by_use_.back().sql);
    by_use_.pop_back();
  }
  by_use_.push_front(Entry{std::string(sql), std::move(statement)});
  by_sql_.emplace(by_use_.front().sql, by_use_.begin());
  return by_use_.front().statement.get();
}

}  // namespace cutover::sqlite
