// The reference transform: docs/TRANSFORM.md read a second time, to judge the core's.
//
// It is independent on purpose. It includes nothing of core/, parses with another library, and
// prefers following the page word by word over being fast. It refuses nothing: any key and any
// bytes give one result, and nothing is thrown for them. It has no state and may be called from
// any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cutover::reference {

// Column name -> value as text (numbers in decimal); nullopt is NULL. Exactly the columns of
// section 3's table; the row's isbn is Result::isbn.
using Columns = std::map<std::string, std::optional<std::string>>;

struct Result {
  enum class Kind { row, empty, rejected };
  Kind kind = Kind::rejected;
  std::string reason;              // of empty and rejected
  std::string detail;              // of rejected: for people, no contract
  std::vector<std::string> marks;  // of a row: in byte order, each once
  Columns columns;                 // of a row
  std::string isbn;                // canonical ISBN-13; empty when the key gives none
};

// `expires_at`: seconds since 1970, from the listing.
Result transform(std::string_view key, std::string_view value, std::optional<long long> expires_at);

// Section 5: true when entry `a` is preferred over `b`. Both must be rows of one ISBN.
bool preferred(const Result& a, const Result& b);
bool preferred(const Columns& a, const Columns& b);

// Whether two implementations gave a column the same value: authors_detailed as parsed JSON, since
// the page does not fix how numbers are written; all other columns as bytes.
bool same_value(const std::string& column, const std::optional<std::string>& left,
                const std::optional<std::string>& right);

}  // namespace cutover::reference
