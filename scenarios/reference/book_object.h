// Section 2 of docs/TRANSFORM.md: from a value's bytes to the JSON object that describes the book.
// It takes envelopes, search answers and volumes off, and recognises what is no book.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "scenarios/reference/json_tree.h"

namespace cutover::reference {

using Marks = std::set<std::string>;

// How a value that is no book ended.
struct NoBook {
  bool is_empty = false;  // else rejected
  std::string reason;
  std::string detail;
};

// Rules 1 to 3: bytes to JSON. `no_book` is set when they end it; else `root` is the value.
struct ValueReading {
  std::optional<NoBook> no_book;
  Json root;
};

ValueReading read_value(std::string_view value);

// Rules 4 to 11: JSON to the book object. `no_book` is set when they end it; else `book` points
// into the root that was given.
struct BookSearch {
  std::optional<NoBook> no_book;
  const Json* book = nullptr;
  std::optional<long long> source_time;  // milliseconds since 1970
  Marks marks;
};

BookSearch find_book(const Json& root, const std::string& key_isbn);

}  // namespace cutover::reference
