// Helpers for tests of the transform: one line from a value to what became of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "core/books/transform.h"

namespace cutover::books {

inline constexpr std::string_view potter_key = "book:isbn:9780439708180";

inline Transformed transformed(std::string_view value, std::string_view key = potter_key) {
  Transform transform;
  return transform({.key = key, .value = value, .expires_at = {}});
}

inline std::string ending_in_words(const Transformed& result) {
  if (const auto* empty = std::get_if<Empty>(&result)) {
    return "empty " + std::string(empty->reason);
  }
  if (const auto* rejected = std::get_if<Rejected>(&result)) {
    return "rejected " + std::string(rejected->reason);
  }
  return "row";
}

// "row", "empty json_null", "rejected not_a_book" and so on.
inline std::string ending_of(std::string_view value, std::string_view key = potter_key) {
  return ending_in_words(transformed(value, key));
}

// The row; when there is none, the test fails and gets an empty row.
inline BookRow row_of(std::string_view value, std::string_view key = potter_key) {
  Transformed result = transformed(value, key);
  if (auto* row = std::get_if<BookRow>(&result)) {
    return *row;
  }
  ADD_FAILURE() << ending_in_words(result) << " instead of a row, from " << value.substr(0, 200);
  return {};
}

// The row of a complete book with one more field: {"title":"T","authors":["A"],<field>}.
inline BookRow row_with(std::string_view field) {
  return row_of(R"({"title":"T","authors":["A"],)" + std::string(field) + "}");
}

inline std::string quality_of(const BookRow& row) {
  return row.quality.value_or("none");
}

inline std::string nested(std::size_t depth, std::string_view inside = "") {
  return std::string(depth, '[') + std::string(inside) + std::string(depth, ']');
}

}  // namespace cutover::books
