// F10: rolling the code back does not roll the data back, so the schema only grows: an older
// program goes on working on it.
#include <gtest/gtest.h>

#include <regex>

#include "core/store/schema_migrations.h"

namespace cutover::rollout {
namespace {

// Without comments and what stands between quotes.
std::string code_of(std::string_view sql) {
  static const std::regex noise(R"(--[^\n]*|'[^']*')");
  return std::regex_replace(std::string(sql), noise, " ");
}

TEST(Schema, F10_EveryMigrationOnlyAdds) {
  static const std::regex takes_away(
      R"(\b(DROP\s+(TABLE|COLUMN|VIEW)|ALTER\s+TABLE\s+\w+\s+(RENAME|DROP|ALTER)|)"
      R"(DELETE\s+FROM|REPLACE\s+INTO)\b)",
      std::regex::icase);
  static const std::regex required_column(
      R"(ALTER\s+TABLE\s+\w+\s+ADD\s+(COLUMN\s+)?[^;]*NOT\s+NULL[^;]*;)", std::regex::icase);
  static const std::regex with_default(R"(\bDEFAULT\b)", std::regex::icase);
  const auto migrations = store::embedded_migrations();
  ASSERT_GE(migrations.size(), 9U);
  for (const auto& migration : migrations) {
    const std::string code = code_of(migration.sql);
    EXPECT_FALSE(std::regex_search(code, takes_away)) << migration.name;
    for (auto it = std::sregex_iterator(code.begin(), code.end(), required_column);
         it != std::sregex_iterator(); ++it) {
      EXPECT_TRUE(std::regex_search(it->str(), with_default))
          << migration.name << ": an older program does not fill it: " << it->str();
    }
  }
}

}  // namespace
}  // namespace cutover::rollout
