// TomlTable: reads one table of a TOML file, strictly: every value has its type and bounds, and a
// key that nobody asked for is an error. The first error counts; it names file, line and key.
#pragma once

#include <toml++/toml.h>

#include <set>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/ports/outcome.h"

namespace cutover::load {

// "250ms", "30s", "1m30s", "24h", without blanks; whole numbers. The error says what is expected.
[[nodiscard]] tl::expected<Duration, std::string> parse_time(std::string_view text);

class TomlTable {
 public:
  // `path` is put before the keys in errors: "stages[0]". `error`, shared by all tables of a file,
  // is written once. All must outlive the reader.
  TomlTable(const toml::table& table, std::string file, std::string path, std::string& error);

  // Each gives `fallback` when the key is absent or wrong.
  double number(std::string_view key, double low, double high, double fallback);
  std::int64_t whole(std::string_view key, std::int64_t low, std::int64_t high,
                     std::int64_t fallback);
  std::string text(std::string_view key, std::string_view fallback);
  Duration time(std::string_view key, Duration low, Duration high, Duration fallback);

  // Null when the key is absent, or is something else.
  const toml::table* table(std::string_view key);
  const toml::array* array(std::string_view key);

  void fail(std::string_view key, const std::string& message);
  void nothing_else();  // complains about a key that none of the above was asked for

 private:
  const toml::node* find(std::string_view key);

  const toml::table& table_;
  std::string file_;
  std::string path_;
  std::string& error_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace cutover::load
