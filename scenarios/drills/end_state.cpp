#include "scenarios/drills/end_state.h"

#include <array>
#include <map>

#include "core/books/sha256.h"
#include "core/books/transform.h"
#include "core/ports/check.h"
#include "core/store/book_statements.h"
#include "scenarios/reference_judge.h"

namespace cutover::scenarios {
namespace {

constexpr std::array content = {"isbn",       "title",       "authors",   "publication_year",
                                "publisher",  "page_count",  "language",  "published_date",
                                "categories", "description", "cover_url", "thumbnail_url"};

// Columns that say the same as text, set apart from one another.
void add(std::string& all, const std::optional<std::string>& value) {
  all += value ? "'" + *value + "'" : "-";
  all += '\x1F';
}

std::string content_of(const migrate::Columns& row) {
  std::string all;
  const auto& names = store::book_columns();
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (const char* name : content) {
      if (names[i] == name) add(all, row[i]);
    }
  }
  return all;
}

}  // namespace

EndState end_state(World& world) {
  EndState state;
  std::string sql = "SELECT ";
  for (const std::string_view name : store::book_columns()) {
    sql.append("CAST(").append(name).append(" AS TEXT),");
  }
  sql.back() = ' ';
  const auto rows = world.d1().connection().run({sql + "FROM Books ORDER BY isbn", {}});
  CUTOVER_CHECK(rows.has_value(), "a migrated database has Books");
  std::string all;
  for (const SqlRow& row : rows->rows) {
    migrate::Columns columns;
    for (const SqlValue& value : row) {
      columns.push_back(is_null(value) ? std::nullopt : std::optional<std::string>(as_text(value)));
    }
    all += content_of(columns) + "\n";
  }
  state.rows = rows->rows.size();
  state.d1 = books::Sha256().hex(all);
  ReferenceJudge judge;
  std::map<std::string, std::string> entries;  // by ISBN
  for (const KvRecord& record : world.kv().entries()) {
    if (!record.key.starts_with(books::plan_prefix)) continue;
    const auto row = judge.expected(record.key, record.value, record.expiration);
    if (row) entries[row->at(0).value_or("")] = content_of(*row);
  }
  all.clear();
  for (const auto& [isbn, text] : entries) all += text + "\n";
  state.entries = entries.size();
  state.kv = books::Sha256().hex(all);
  return state;
}

}  // namespace cutover::scenarios
