// Shared by the tests of the reference: entries of one well-known key, and short ways to read a
// result.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/reference/reference_transform.h"

namespace cutover::reference {

inline constexpr std::string_view kKey = "book:isbn:9780439708180";

using Value = std::optional<std::string>;
using MarkList = std::vector<std::string>;

inline Result of(std::string_view value) {
  return transform(kKey, value, std::nullopt);
}

// A book with title and authors, so that only `fields` can leave marks.
inline Result book_with(const std::string& fields) {
  return of(R"({"title":"T","authors":["A"],)" + fields + "}");
}

// "row", "empty no_match", "rejected too_deep".
inline std::string ending(const Result& result) {
  if (result.kind == Result::Kind::row) return "row";
  return (result.kind == Result::Kind::empty ? "empty " : "rejected ") + result.reason;
}

inline Value column(const Result& result, const std::string& name) {
  const auto found = result.columns.find(name);
  EXPECT_NE(found, result.columns.end()) << name << ", ending " << ending(result);
  return found == result.columns.end() ? Value("no such column") : found->second;
}

}  // namespace cutover::reference
