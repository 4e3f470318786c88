#include "chaos/happening.h"

#include <array>
#include <cstdio>

#include "core/ports/check.h"

namespace cutover::chaos {
namespace {

// clang-format off
constexpr std::array<HappenRow, happen_count> happen_rows = {{
    {Happen::outage, "outage", "a whole service answers nothing",
     "service", "seconds", 1, 60},
    {Happen::brown_out, "brown_out", "KV answers only what a location remembers",
     "", "seconds", 1, 60},
    {Happen::full_database, "full_database", "D1 has reached its size and takes no more writes",
     "", "seconds", 1, 60},
    {Happen::export_running, "export_running", "a long export or import keeps D1 from all else",
     "", "seconds", 1, 30},
    {Happen::evict, "evict", "the platform ends a role's isolate at once",
     "role", "", 0, 0},
    {Happen::deploy, "deploy", "new isolates start, and old ones end within 30 seconds",
     "", "", 0, 0},
    {Happen::double_start, "double_start", "an operator starts a migration while one is at work",
     "", "", 0, 0},
    {Happen::start_again, "start_again", "an operator repeats the request that started it",
     "", "", 0, 0},
    {Happen::pause, "pause", "an operator pauses the migration; it is resumed later",
     "", "", 0, 0},
    {Happen::time_travel, "time_travel", "D1 is set back to how it stood, under load",
     "", "seconds back", 1, 60, false, true},
    {Happen::schema_again, "schema_again", "the schema migrations are applied again",
     "", "", 0, 0},
    {Happen::rollback, "rollback", "the operator rolls the rollout back",
     "", "", 0, 0, true},
    {Happen::flag, "flag", "the KV flag of the rollout is set",
     "", "percent", 0, 100, true},
    {Happen::invalidate, "invalidate", "the operator invalidates one book",
     "isbn", "", 0, 0, true},
    {Happen::clear_cache, "clear_cache", "the operator invalidates every book",
     "", "", 0, 0, true},
    {Happen::write_book, "write_book", "live traffic writes this book, D1 first",
     "isbn", "as its title", 0, 1000},
    {Happen::read_book, "read_book", "live traffic reads this book in KV",
     "isbn", "", 0, 0},
}};
// clang-format on

}  // namespace

std::span<const HappenRow> happen_table() {
  return happen_rows;
}

const HappenRow& row_of(Happen what) {
  const HappenRow& row = happen_rows.at(static_cast<std::size_t>(what));
  CUTOVER_CHECK(row.what == what, "the table is in the order of the enumeration");
  return row;
}

const HappenRow* happen_named(std::string_view name) {
  for (const HappenRow& row : happen_rows) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::string describe(const Happening& happening) {
  const HappenRow& row = row_of(happening.what);
  char at[48];
  std::snprintf(at, sizeof at,
                "at %llu.%03llu s: ", static_cast<unsigned long long>(happening.at_ms / 1000),
                static_cast<unsigned long long>(happening.at_ms % 1000));
  std::string text = at + std::string(row.name);
  if (!happening.target.empty()) text += " " + happening.target;
  if (!row.unit.empty()) {
    text += ", " + std::to_string(happening.amount) + " " + std::string(row.unit);
  }
  return text;
}

}  // namespace cutover::chaos
