// The transform: from any KV entry to a row, to "empty", or to a reason why not.
//
// Total and pure: no input makes it throw, crash or hang, and equal inputs give equal results
// (R2.3). Rules and reasons: docs/TRANSFORM.md. Memory: a few times the value's size.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/books/book_row.h"

namespace cutover::books {

inline constexpr std::string_view plan_prefix = "book:isbn:";
inline constexpr std::string_view legacy_prefix = "search:isbn:isbn=";

struct Source {
  std::string_view key;
  std::string_view value;                  // bytes as stored
  std::optional<std::int64_t> expires_at;  // from the listing, seconds since 1970
};

struct Empty {
  std::string_view reason;  // static text, one of docs/TRANSFORM.md
  friend bool operator==(const Empty&, const Empty&) = default;
};

struct Rejected {
  std::string_view reason;  // static text, one of docs/TRANSFORM.md
  std::string detail;       // for people: where, what. Never the value itself.
  friend bool operator==(const Rejected&, const Rejected&) = default;
};

using Transformed = std::variant<BookRow, Empty, Rejected>;

// Reuses its parser's memory from one call to the next, so keep one per task: calls on one object
// must not overlap.
class Transform {
 public:
  Transform();
  ~Transform();
  Transform(const Transform&) = delete;
  Transform& operator=(const Transform&) = delete;

  Transformed operator()(const Source& source);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace cutover::books
