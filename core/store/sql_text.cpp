#include "core/store/sql_text.h"

#include <algorithm>
#include <array>

namespace cutover::store {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

// Bytes beyond ASCII are letters to SQLite. A dot is left out: `1.5` reads as three tokens, which
// is good enough for comparing and splitting.
bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && (name[0] < '0' || name[0] > '9') &&
         std::all_of(name.begin(), name.end(), is_word_byte);
}

}  // namespace

bool SqlToken::is_word(std::string_view upper) const {
  if (kind != SqlTokenKind::word || text.size() != upper.size()) return false;
  return std::equal(text.begin(), text.end(), upper.begin(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

bool SqlToken::is_symbol(std::string_view symbol) const {
  return kind == SqlTokenKind::symbol && text == symbol;
}

SqlScanner::SqlScanner(std::string_view text) : text_(text) {
  if (text_.starts_with(byte_order_mark)) position_ = byte_order_mark.size();
}

SqlToken SqlScanner::next() {
  skip_space_and_comments();
  const std::size_t start = position_;
  if (start == text_.size()) return {SqlTokenKind::end, {}, start};

  switch (text_[start]) {
    case '\'': return quoted('\'', SqlTokenKind::string);
    case '"': return quoted('"', SqlTokenKind::quoted);
    case '`': return quoted('`', SqlTokenKind::quoted);
    case '[': return quoted(']', SqlTokenKind::quoted);
    case '\0': position_ = text_.size(); return {SqlTokenKind::broken, text_.substr(start), start};
    default: break;
  }
  if (is_word_byte(text_[start])) {
    while (position_ < text_.size() && is_word_byte(text_[position_])) ++position_;
    return {SqlTokenKind::word, text_.substr(start, position_ - start), start};
  }
  constexpr std::array<std::string_view, 10> longer = {
      "->>", "->", "||", "<=", ">=", "<>", "!=", "==", "<<", ">>"};
  std::size_t length = 1;
  for (const std::string_view symbol : longer) {
    if (text_.substr(start).starts_with(symbol)) {
      length = symbol.size();
      break;
    }
  }
  position_ = start + length;
  return {SqlTokenKind::symbol, text_.substr(start, length), start};
}

void SqlScanner::skip_space_and_comments() {
  while (position_ < text_.size()) {
    const std::string_view rest = text_.substr(position_);
    if (is_space(rest[0])) {
      ++position_;
    } else if (rest.starts_with("--")) {
      position_ = std::min(text_.find('\n', position_), text_.size());
    } else if (rest.starts_with("/*")) {
      // Like SQLite, a comment that does not end lasts until the end of the text.
      const std::size_t close = text_.find("*/", position_ + 2);
      position_ = close == std::string_view::npos ? text_.size() : close + 2;
    } else {
      return;
    }
  }
}

// A doubled closing quote stands for itself, except that [names] have no way of writing "]".
SqlToken SqlScanner::quoted(char closing, SqlTokenKind kind) {
  const std::size_t start = position_++;
  while (position_ < text_.size()) {
    const char c = text_[position_++];
    if (c == '\0') break;
    if (c != closing) continue;
    const bool doubled = closing != ']' && position_ < text_.size() && text_[position_] == closing;
    if (!doubled) return {kind, text_.substr(start, position_ - start), start};
    ++position_;
  }
  position_ = text_.size();
  return {SqlTokenKind::broken, text_.substr(start), start};
}

namespace {

// Follows one statement from its first token to the semicolon that ends it.
class StatementTracker {
 public:
  // True when this token, a semicolon, ends the statement.
  bool ends_with(const SqlToken& token) {
    if (token.is_symbol(";")) {
      if (!trigger_ || body_closed_) return true;
      after_semicolon_ = true;  // between two statements of a trigger's body
      return false;
    }
    // No statement of a body begins with END, so "; END" closes it. The END of a CASE never
    // follows a semicolon, and a column may be called "end".
    if (trigger_ && after_semicolon_ && token.is_word("END")) body_closed_ = true;
    after_semicolon_ = false;
    look_for_trigger(token);
    return false;
  }

 private:
  void look_for_trigger(const SqlToken& token) {
    const std::size_t index = index_++;
    if (index == 0) create_ = token.is_word("CREATE");
    if (!create_ || index == 0 || index > 2) return;
    if (token.is_word("TRIGGER")) trigger_ = index == 1 || temporary_;
    if (index == 1) temporary_ = token.is_word("TEMP") || token.is_word("TEMPORARY");
  }

  std::size_t index_ = 0;
  bool create_ = false;
  bool temporary_ = false;
  bool trigger_ = false;
  bool after_semicolon_ = false;
  bool body_closed_ = false;
};

SqlTextError broken_at(std::string_view text, const SqlToken& token) {
  const auto lines =
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(token.offset), '\n');
  const bool zero_byte = token.text.find('\0') != std::string_view::npos;
  return {static_cast<std::size_t>(lines) + 1, zero_byte
                                                   ? "a zero byte at or after this line"
                                                   : "a quoted text that starts here does not end"};
}

}  // namespace

tl::expected<std::vector<std::string_view>, SqlTextError> split_statements(std::string_view text) {
  std::vector<std::string_view> statements;
  SqlScanner scanner(text);
  StatementTracker tracker;
  bool started = false;
  std::size_t start = 0;
  std::size_t stop = 0;
  const auto finish = [&] {
    if (started) statements.push_back(text.substr(start, stop - start));
    started = false;
    tracker = StatementTracker();
  };

  for (;;) {
    const SqlToken token = scanner.next();
    if (token.kind == SqlTokenKind::broken) return tl::unexpected(broken_at(text, token));
    if (token.kind == SqlTokenKind::end) {
      finish();
      return statements;
    }
    if (tracker.ends_with(token)) {
      finish();
      continue;
    }
    if (!started) start = token.offset;
    started = true;
    stop = token.offset + token.text.size();
  }
}

std::vector<SqlToken> tokens_of(std::string_view text) {
  std::vector<SqlToken> tokens;
  SqlScanner scanner(text);
  for (SqlToken token = scanner.next(); token.kind != SqlTokenKind::end; token = scanner.next()) {
    tokens.push_back(token);
  }
  return tokens;
}

std::string normalised(const std::vector<SqlToken>& tokens) {
  std::string out;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const SqlToken& token = tokens[i];
    const bool call = token.is_symbol("(") && i > 0 && tokens[i - 1].kind == SqlTokenKind::word &&
                      !tokens[i - 1].is_word("IN") && !tokens[i - 1].is_word("AND") &&
                      !tokens[i - 1].is_word("OR") && !tokens[i - 1].is_word("NOT");
    const bool tight = out.empty() || call || token.is_symbol(")") || token.is_symbol(",") ||
                       token.is_symbol(".") || tokens[i - 1].is_symbol("(") ||
                       tokens[i - 1].is_symbol(".");
    if (!tight) out += ' ';
    if (token.kind == SqlTokenKind::word) {
      out += lower_ascii(token.text);
    } else if (token.kind == SqlTokenKind::quoted) {
      const std::string name = lower_ascii(unquoted(token));
      out += is_plain_name(name) ? name : quoted_name(name);
    } else {
      out += token.text;
    }
  }
  return out;
}

std::string unquoted(const SqlToken& token) {
  if (token.kind != SqlTokenKind::quoted) return std::string(token.text);
  const char closing = token.text.back();
  std::string name;
  for (std::size_t i = 1; i + 1 < token.text.size(); ++i) {
    name += token.text[i];
    if (token.text[i] == closing) ++i;  // the second of a doubled quote
  }
  return name;
}

std::string quoted_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

}  // namespace cutover::store
