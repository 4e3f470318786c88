// StatementCache: prepared statements by their text, the most recently used ones (R3.12).
//
// Texts are copied, because a Statement's text is only borrowed. A lookup allocates nothing. Not
// for several threads; it must die before its connection.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3_stmt;

namespace cutover::sqlite {

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const;
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

class StatementCache {
 public:
  // `statements_max` is at least 1.
  explicit StatementCache(std::size_t statements_max);
  StatementCache(const StatementCache&) = delete;
  StatementCache& operator=(const StatementCache&) = delete;

  // The statement of this text, or null. It stays valid until the next keep().
  [[nodiscard]] sqlite3_stmt* find(std::string_view sql);

  // Takes the statement in, and drops the one that was not used for longest when there is no room.
  sqlite3_stmt* keep(std::string_view sql, StatementHandle statement);

 private:
  struct Entry {
    std::string sql;
    StatementHandle statement;
  };

  std::size_t statements_max_;
  std::list<Entry> by_use_;  // the most recent first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_sql_;  // views into by_use_
};

}  // namespace cutover::sqlite
