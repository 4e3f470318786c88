// SQL text, read just far enough to be taken apart: tokens, and the statements of a file.
//
// It knows strings, names in "", `` and [], both kinds of comment, and the bodies of triggers. It
// does not know the grammar: whether a statement makes sense is for the database to say. It exists
// because a batch wants single statements (port Database) and because a table's CHECKs can only be
// learned from the text of its CREATE TABLE (R1.5, R1.6). Pure: never switches, no state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace cutover::store {

enum class SqlTokenKind : std::uint8_t {
  word,    // keyword, plain name or number
  quoted,  // "name", `name` or [name], with its quotes
  string,  // 'text', with its quotes
  symbol,  // an operator of one to three characters, a bracket, a comma, a semicolon
  broken,  // a string or quoted name that does not end, or a zero byte: nothing follows
  end,     // of the text
};

struct SqlToken {
  SqlTokenKind kind = SqlTokenKind::end;
  std::string_view text;   // borrowed from the scanned text
  std::size_t offset = 0;  // in bytes

  // Compares as SQL does: ASCII letters of either case. `upper` is upper-case.
  [[nodiscard]] bool is_word(std::string_view upper) const;
  [[nodiscard]] bool is_symbol(std::string_view symbol) const;
};

// Gives the tokens in order, without comments and white space; after the last one, `end` for ever.
class SqlScanner {
 public:
  explicit SqlScanner(std::string_view text);  // a byte order mark at the start is skipped
  SqlToken next();

 private:
  void skip_space_and_comments();
  SqlToken quoted(char closing, SqlTokenKind kind);

  std::string_view text_;
  std::size_t position_ = 0;
};

struct SqlTextError {
  std::size_t line = 0;  // from 1
  std::string reason;    // "a quoted text that starts here does not end"
};

// The statements of a text, without their semicolons and the comments between them; empty ones are
// left out. CREATE TRIGGER lasts until the END that follows its last inner statement.
[[nodiscard]] tl::expected<std::vector<std::string_view>, SqlTextError> split_statements(
    std::string_view text);

// All tokens before the end. A broken token is the last one.
[[nodiscard]] std::vector<SqlToken> tokens_of(std::string_view text);

// One way of writing for texts that mean the same: words in lower case, names without needless
// quotes, single spaces, no comments. 'Strings' stay as they are.
[[nodiscard]] std::string normalised(const std::vector<SqlToken>& tokens);

// A name as the database knows it, without its quotes.
[[nodiscard]] std::string unquoted(const SqlToken& token);

// The name as SQL text that can be nothing else: "name", inner quotes doubled.
[[nodiscard]] std::string quoted_name(std::string_view name);

// ASCII letters to lower case, other bytes unchanged: how SQLite compares names.
[[nodiscard]] std::string lower_ascii(std::string_view text);

}  // namespace cutover::store
