#include "load/toml_table.h"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace cutover::load {
namespace {

constexpr std::string_view what_times_are = "a time such as 250ms, 30s, 1m30s or 24h";
constexpr Duration time_max = std::chrono::hours(24 * 31);

struct Unit {
  std::string_view name;
  Duration length;
};
constexpr std::array<Unit, 4> units = {{{"ms", std::chrono::milliseconds(1)},
                                        {"s", std::chrono::seconds(1)},
                                        {"m", std::chrono::minutes(1)},
                                        {"h", std::chrono::hours(1)}}};

std::string in_seconds(Duration time) {
  return fmt::format("{}s", std::chrono::duration<double>(time).count());
}

}  // namespace

tl::expected<Duration, std::string> parse_time(std::string_view text) {
  Duration sum{0};
  std::string_view rest = text;
  const auto wrong = [&] {
    return tl::unexpected(fmt::format("'{}' is not {}", text, what_times_are));
  };
  if (rest.empty()) return wrong();
  while (!rest.empty()) {
    std::uint32_t number = 0;
    const auto end = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (end.ec != std::errc()) return wrong();
    rest.remove_prefix(static_cast<std::size_t>(end.ptr - rest.data()));
    const std::string_view name = rest.substr(0, rest.find_first_of("0123456789"));
    const Unit* unit = nullptr;
    for (const Unit& known : units) {
      if (known.name == name) unit = &known;
    }
    if (unit == nullptr) return wrong();
    rest.remove_prefix(name.size());
    if (number > time_max / unit->length) return wrong();
    sum += number * unit->length;
    if (sum > time_max) return tl::unexpected(fmt::format("'{}' is more than 744h", text));
  }
  return sum;
}

TomlTable::TomlTable(const toml::table& table, std::string file, std::string path,
                     std::string& error)
    : table_(table), file_(std::move(file)), path_(std::move(path)), error_(error) {}

const toml::node* TomlTable::find(std::string_view key) {
  asked_.emplace(key);
  return table_.get(key);
}

double TomlTable::number(std::string_view key, double low, double high, double fallback) {
  const toml::node* node = find(key);
  if (node == nullptr) return fallback;
  const auto value = node->is_number() ? node->value<double>() : std::nullopt;
  if (value && *value >= low && *value <= high) return *value;
  fail(key, fmt::format("must be a number from {} to {}", low, high));
  return fallback;
}

std::int64_t TomlTable::whole(std::string_view key, std::int64_t low, std::int64_t high,
                              std::int64_t fallback) {
  const toml::node* node = find(key);
  if (node == nullptr) return fallback;
  const auto value = node->is_integer() ? node->value<std::int64_t>() : std::nullopt;
  if (value && *value >= low && *value <= high) return *value;
  fail(key, fmt::format("must be a whole number from {} to {}", low, high));
  return fallback;
}

std::string TomlTable::text(std::string_view key, std::string_view fallback) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::string(fallback);
  if (const auto value = node->value_exact<std::string>()) return *value;
  fail(key, "must be a text");
  return std::string(fallback);
}

Duration TomlTable::time(std::string_view key, Duration low, Duration high, Duration fallback) {
  const toml::node* node = find(key);
  if (node == nullptr) return fallback;
  const auto written = node->value_exact<std::string>();
  if (!written) {
    fail(key, fmt::format("must be {}, in quotes", what_times_are));
    return fallback;
  }
  const auto value = parse_time(*written);
  if (!value) {
    fail(key, value.error());
  } else if (*value < low || *value > high) {
    fail(key, fmt::format("must be from {} to {}", in_seconds(low), in_seconds(high)));
  } else {
    return *value;
  }
  return fallback;
}

const toml::table* TomlTable::table(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return nullptr;
  if (!node->is_table()) fail(key, fmt::format("must be a table: [{}]", key));
  return node->as_table();
}

const toml::array* TomlTable::array(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return nullptr;
  if (!node->is_array()) fail(key, "must be a list");
  return node->as_array();
}

void TomlTable::fail(std::string_view key, const std::string& message) {
  if (!error_.empty()) return;
  const toml::node* node = table_.get(key);
  const toml::source_position at = (node == nullptr ? table_ : *node).source().begin;
  const std::string whole = path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
  error_ = fmt::format("{}:{}: {}: {}", file_, at.line, whole, message);
}

void TomlTable::nothing_else() {
  for (const auto& [key, value] : table_) {
    if (!asked_.contains(key.str())) fail(key.str(), "there is no such key; docs/LOAD.md has all");
  }
}

}  // namespace cutover::load
