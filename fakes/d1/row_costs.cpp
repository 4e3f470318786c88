#include "fakes/d1/row_costs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstddef>

#include "fakes/d1/own_query.h"

namespace cutover::fakes {
namespace {

// Texts made by a program can be many; then what was learnt is learnt again.
constexpr std::size_t targets_max = 1000;

bool touches(const std::set<std::string>& index, const std::set<std::string>& columns) {
  return index.contains("") || std::any_of(columns.begin(), columns.end(), [&](const auto& column) {
           return index.contains(column);
         });
}

bool is_integer(std::string_view type) {
  return sqlite3_stricmp(std::string(type).c_str(), "INTEGER") == 0;
}

}  // namespace

std::int64_t RowCosts::rows_written(std::string_view sql, const WriteTarget& target,
                                    const RowChanges& changes) {
  if (!target.table.empty()) {
    if (targets_.size() >= targets_max) targets_.clear();
    targets_.insert_or_assign(std::string(sql), target);
  }
  const auto known = targets_.find(sql);
  if (known == targets_.end()) return changes.all;

  const WriteTarget& write = known->second;
  const Table& table = table_of(write.table);
  const auto indexes = static_cast<std::int64_t>(table.indexes.size());
  std::int64_t per_row = 1;
  // An upsert that updated leaves the last row id alone.
  if (write.inserts && (changes.moved_row_id || !write.updates)) {
    per_row += indexes;
  } else if (write.updates && write.updated_columns.contains(table.row_id)) {
    per_row += indexes;  // every index holds it
  } else if (write.updates) {
    per_row += std::count_if(table.indexes.begin(), table.indexes.end(), [&](const auto& index) {
      return touches(index, write.updated_columns);
    });
  }
  // The counter is written once, also when no row came of it.
  const std::int64_t counter = write.inserts && table.autoincrement ? 1 : 0;
  const std::int64_t direct = std::min(changes.direct, changes.all);
  return counter + direct * per_row + (changes.all - direct);
}

const RowCosts::Table& RowCosts::table_of(const std::string& name) {
  const auto [entry, is_new] = tables_.try_emplace(name);
  Table& table = entry->second;
  if (!is_new) return table;
  // PRAGMAs, because SQLite compiles them far faster than queries of their tables: a campaign asks
  // this anew in each world.
  const std::string quoted = quoted_name(name);
  const auto pragma = [&](const char* what, const std::string& argument) {
    return own_query(database_, ("PRAGMA " + std::string(what) + "(" + argument + ")").c_str());
  };
  constexpr std::size_t list_wr = 4;  // columns of table_list, index_list, index_info, table_info
  constexpr std::size_t index_name = 1;
  constexpr std::size_t index_origin = 3;
  constexpr std::size_t column_name = 2;
  constexpr std::size_t info_name = 1;
  constexpr std::size_t info_type = 2;
  constexpr std::size_t info_key = 5;
  // A table without row ids is its primary key's index.
  bool has_row_ids = true;
  for (const OwnRow& listed : pragma("table_list", quoted)) {
    has_row_ids = has_row_ids && listed[list_wr] == "0";
  }
  for (const OwnRow& index : pragma("index_list", quoted)) {
    if (!has_row_ids && index[index_origin] == "pk") continue;
    std::set<std::string> columns;
    for (OwnRow& column : pragma("index_info", quoted_name(index[index_name]))) {
      columns.insert(std::move(column[column_name]));
    }
    table.indexes.push_back(std::move(columns));
  }
  std::vector<OwnRow> keys = pragma("table_info", quoted);
  std::erase_if(keys, [](const OwnRow& column) { return column[info_key] == "0"; });
  if (!has_row_ids || keys.size() != 1 || !is_integer(keys[0][info_type])) return table;
  table.row_id = keys[0][info_name];
  // Only such a table can count its row ids.
  const auto counted = own_query(
      database_,
      "SELECT 1 FROM sqlite_schema WHERE name = ?1 AND instr(upper(sql), 'AUTOINCREMENT') > 0",
      {name});
  table.autoincrement = !counted.empty();
  return table;
}

}  // namespace cutover::fakes
