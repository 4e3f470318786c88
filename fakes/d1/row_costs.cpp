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
  // A table without row ids is its primary key's index.
  const bool has_row_ids =
      own_query(database_, "SELECT 1 FROM pragma_table_list(?1) WHERE wr", {name}).empty();
  for (const OwnRow& index :
       own_query(database_, "SELECT name, origin FROM pragma_index_list(?1)", {name})) {
    if (!has_row_ids && index[1] == "pk") continue;
    std::set<std::string> columns;
    for (OwnRow& column :
         own_query(database_, "SELECT coalesce(name, '') FROM pragma_index_info(?1)", {index[0]})) {
      columns.insert(std::move(column[0]));
    }
    table.indexes.push_back(std::move(columns));
  }
  const auto keys = own_query(
      database_, "SELECT name, upper(type) FROM pragma_table_info(?1) WHERE pk > 0", {name});
  if (has_row_ids && keys.size() == 1 && keys[0][1] == "INTEGER") table.row_id = keys[0][0];
  const auto created = own_query(
      database_,
      "SELECT 1 FROM sqlite_schema WHERE name = ?1 AND instr(upper(sql), 'AUTOINCREMENT') > 0",
      {name});
  table.autoincrement = !created.empty();
  return table;
}

}  // namespace cutover::fakes
