#include "fakes/d1/statement_text.h"

#include <strings.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <initializer_list>

namespace cutover::fakes {
namespace {

constexpr std::size_t name_bytes_max = 64;

bool is_word_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
         (byte >= '0' && byte <= '9') || static_cast<unsigned char>(byte) >= 0x80;
}

bool is_any(std::string_view word, std::initializer_list<std::string_view> others) {
  return std::any_of(others.begin(), others.end(), [&](std::string_view other) {
    return word.size() == other.size() && strncasecmp(word.data(), other.data(), word.size()) == 0;
  });
}

// How many bytes at the start to step over: a comment or a text literal; 0 when it is neither.
std::size_t skipped(std::string_view sql) {
  std::string_view end;
  if (sql.starts_with("--")) end = "\n";
  if (sql.starts_with("/*")) end = "*/";
  if (sql.starts_with("'")) end = "'";
  if (end.empty()) return 0;
  const std::size_t at = sql.find(end, end.size());
  return at == std::string_view::npos ? sql.size() : at + end.size();
}

// Takes the next word off the text: letters, digits and underscores. Empty at the end.
std::string_view next_word(std::string_view& sql) {
  while (!sql.empty() && !is_word_byte(sql.front())) {
    sql.remove_prefix(std::max<std::size_t>(skipped(sql), 1));
  }
  std::size_t length = 0;
  while (length < sql.size() && is_word_byte(sql[length])) ++length;
  const std::string_view word = sql.substr(0, length);
  sql.remove_prefix(length);
  return word;
}

// Words that stand between the verb and the name of what it is about.
bool is_filler(std::string_view word) {
  return is_any(word, {"INTO", "OR", "REPLACE", "IGNORE", "ABORT", "FAIL", "ROLLBACK", "FROM",
                       "TABLE", "INDEX", "UNIQUE", "TRIGGER", "VIEW", "VIRTUAL", "TEMP",
                       "TEMPORARY", "IF", "NOT", "EXISTS"});
}

}  // namespace

std::string_view without_end(std::string_view sql) {
  constexpr std::string_view blanks = " \t\n\v\f\r;";
  const bool ends_bare = !sql.empty() && blanks.find(sql.back()) == std::string_view::npos;
  if (ends_bare && !sql.ends_with("*/") && sql.find("--") == std::string_view::npos) return sql;
  std::size_t end = 0;
  std::size_t at = 0;
  while (at < sql.size()) {
    const std::string_view left = sql.substr(at);
    if (left.starts_with("--") || left.starts_with("/*")) {
      at += skipped(left);
      continue;
    }
    const char first = left.front();
    std::size_t length = 1;
    if (std::string_view("'\"`[").find(first) != std::string_view::npos) {
      const std::size_t closing = left.find(first == '[' ? ']' : first, 1);
      if (closing == std::string_view::npos) return sql;
      length = closing + 1;
    }
    at += length;
    if (blanks.find(first) == std::string_view::npos) end = at;
  }
  return sql.substr(0, end);
}

bool reads_only(std::string_view sql) {
  const std::string_view verb = next_word(sql);
  if (is_any(verb, {"SELECT", "VALUES", "EXPLAIN", "PRAGMA"})) return true;
  if (!is_any(verb, {"WITH"})) return false;
  // REPLACE is left out: it is a function as well, and REPLACE after WITH is rare.
  while (true) {
    const std::string_view word = next_word(sql);
    if (word.empty()) return true;
    if (is_any(word, {"INSERT", "UPDATE", "DELETE"})) return false;
  }
}

bool can_be_repeated(std::string_view sql) {
  std::string_view word = next_word(sql);
  if (!is_any(word, {"SELECT", "EXPLAIN", "WITH"})) return false;
  while (!word.empty()) {
    if (is_any(word, {"INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "PRAGMA"})) {
      return false;
    }
    word = next_word(sql);
  }
  return true;
}

bool renames_to_reserved(std::string_view sql) {
  constexpr std::string_view reserved = "_cf_";
  if (!is_any(next_word(sql), {"ALTER"})) return false;
  bool renames = false;
  for (std::string_view word = next_word(sql); !word.empty(); word = next_word(sql)) {
    if (renames && is_any(word, {"TO"})) {
      return is_any(next_word(sql).substr(0, reserved.size()), {reserved});
    }
    renames = is_any(word, {"RENAME"});
  }
  return false;
}

std::string short_name(std::string_view sql) {
  const std::string_view verb = next_word(sql);
  std::string name(verb.substr(0, name_bytes_max));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char byte) { return static_cast<char>(std::toupper(byte)); });
  const bool names_later = is_any(verb, {"SELECT", "WITH", "EXPLAIN"});
  std::string_view word = next_word(sql);
  if (names_later) {
    while (!word.empty() && !is_any(word, {"FROM", "INTO", "UPDATE"})) word = next_word(sql);
    if (!word.empty()) word = next_word(sql);
  }
  while (is_filler(word)) word = next_word(sql);
  if (!word.empty()) name.append(" ").append(word.substr(0, name_bytes_max));
  return name;
}

}  // namespace cutover::fakes
