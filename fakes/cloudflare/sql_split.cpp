#include "fakes/cloudflare/sql_split.h"

#include <strings.h>

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace cutover::simulate {
namespace {

bool is_word_byte(char byte) {
  const auto code = static_cast<unsigned char>(byte);
  return std::isalnum(code) != 0 || byte == '_' || byte == '$' || code >= 0x80;
}

bool is(std::string_view word, std::string_view other) {
  return word.size() == other.size() && strncasecmp(word.data(), other.data(), word.size()) == 0;
}

// Where a literal, quoted name or comment that begins here ends; 0: none begins here.
std::size_t end_of_quoted(std::string_view text) {
  std::string_view end;
  if (text.starts_with("--")) end = "\n";
  if (text.starts_with("/*")) end = "*/";
  if (text.starts_with("'")) end = "'";
  if (text.starts_with("\"")) end = "\"";
  if (text.starts_with("`")) end = "`";
  if (text.starts_with("[")) end = "]";
  if (end.empty()) return 0;
  const std::size_t at = text.find(end, end.size());
  return at == std::string_view::npos ? text.size() : at + end.size();
}

bool is_comment(std::string_view text) {
  return text.starts_with("--") || text.starts_with("/*");
}

// What the words so far say about the statement. A trigger's body ends with "; END ;".
class Statement {
 public:
  void word(std::string_view word) {
    // CREATE TRIGGER, CREATE TEMP TRIGGER, with or without EXPLAIN [QUERY PLAN] before.
    if (creates_ && is(word, "TRIGGER")) trigger_ = true;
    creates_ = is(word, "CREATE") || (creates_ && (is(word, "TEMP") || is(word, "TEMPORARY")));
    at_end_ = after_semicolon_ && is(word, "END");
    after_semicolon_ = false;
    ++words_;
  }
  void other() {
    creates_ = after_semicolon_ = at_end_ = false;
    ++words_;
  }
  // Is the statement over at this semicolon?
  bool semicolon() {
    if (!trigger_ || at_end_) return true;
    after_semicolon_ = true;
    return false;
  }
  [[nodiscard]] bool is_empty() const { return words_ == 0; }

 private:
  std::size_t words_ = 0;
  bool creates_ = false;  // CREATE, or CREATE TEMP, came just now
  bool trigger_ = false;
  bool after_semicolon_ = false;
  bool at_end_ = false;
};

}  // namespace

std::vector<std::string_view> split_sql(std::string_view text) {
  std::vector<std::string_view> statements;
  Statement statement;
  std::size_t begin = 0;
  const auto cut = [&](std::size_t end) {
    if (!statement.is_empty()) statements.push_back(text.substr(begin, end - begin));
    statement = {};
    begin = end;
  };
  std::size_t at = 0;
  while (at < text.size()) {
    const std::string_view rest = text.substr(at);
    if (const std::size_t quoted = end_of_quoted(rest)) {
      if (!is_comment(rest)) statement.other();
      at += quoted;
    } else if (rest.front() == ';') {
      ++at;
      if (statement.semicolon()) cut(at);
    } else if (is_word_byte(rest.front())) {
      const auto* end = std::find_if_not(rest.begin(), rest.end(), is_word_byte);
      const auto length = static_cast<std::size_t>(end - rest.begin());
      statement.word(rest.substr(0, length));
      at += length;
    } else {
      if (std::isspace(static_cast<unsigned char>(rest.front())) == 0) statement.other();
      ++at;
    }
  }
  cut(text.size());
  return statements;
}

}  // namespace cutover::simulate
