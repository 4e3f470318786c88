// Check: one thing that a deployment must do right, judged from outside.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reports/evidence.h"
#include "target/reading.h"
#include "target/sample.h"
#include "target/tour.h"

namespace cutover::target {

inline constexpr double error_rate_max = 0.001;  // the plan's: below 0.1 %

struct Found {
  reports::Verdict verdict = reports::Verdict::unknown;
  reports::Measured measured;  // a sentence with what was asked and seen, or a number
  std::string unit;            // of the number
  std::string note;            // beside a number
};

[[nodiscard]] Found holds(std::string what);
[[nodiscard]] Found fails(std::string what);
[[nodiscard]] Found cannot_say(std::string why);

// What was found wrong: the first ten in words, all of them by number.
class Complaints {
 public:
  void add(std::string what);
  // Unless `good`.
  void expect(bool good, std::string what) {
    if (!good) add(std::move(what));
  }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::string text() const;
  // fails() with the text, or holds() when there is none.
  [[nodiscard]] Found found(std::string when_good) const;

 private:
  std::vector<std::string> first_;
  std::size_t count_ = 0;
};

struct Check {
  std::string_view name;          // a sentence: what must hold
  std::string_view requirements;  // "R3.9 R6.4"
  std::string_view threshold;     // "holds", "< 1 %"
  Found (*run)(Tour& tour);
};

[[nodiscard]] std::span<const Check> refusal_checks();
[[nodiscard]] std::span<const Check> access_checks();
[[nodiscard]] std::span<const Check> admin_checks();          // need the admin's token
[[nodiscard]] std::span<const Check> shelf_checks();          // need a user's token
[[nodiscard]] std::span<const Check> shelf_writing_checks();  // and the leave to write
// After the reading:
[[nodiscard]] std::span<const Check> book_checks();
[[nodiscard]] std::span<const Check> speed_checks();
// Of all refusals that the checks before it got.
[[nodiscard]] std::span<const Check> form_checks();

}  // namespace cutover::target
