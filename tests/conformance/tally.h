// Tally: what a run compared, and which known differences it met.
#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <string_view>

#include "tests/conformance/known_differences.h"

namespace cutover::conformance {

class Tally {
 public:
  enum class Next : bool { go_on, stop };

  // Compares two answers to one operation, and counts it. What is not explained is described in
  // `unexplained`; after it, and after differences that part the ways, the sequence is over.
  Next compare(const Json& operation, const Json& real, const Json& fake);

  [[nodiscard]] std::int64_t operations() const { return operations_; }
  [[nodiscard]] std::int64_t refused() const { return refused_; }  // by both, in the same words
  [[nodiscard]] const std::string& unexplained() const { return unexplained_; }
  [[nodiscard]] bool met(std::string_view name) const { return met_.contains(name); }

  // "2,000 operations of KV: ...", and a line for each difference.
  void print(std::ostream& out, std::string_view service) const;

 private:
  std::int64_t operations_ = 0;
  std::int64_t refused_ = 0;
  std::map<std::string, std::int64_t, std::less<>> by_kind_;  // operations
  std::map<std::string, std::int64_t, std::less<>> met_;      // known differences
  std::string unexplained_;
};

}  // namespace cutover::conformance
