// Check: one thing that a Worker must do right, and the plan's defects that it shows when it does
// not, by their ids (docs/WORKER.md says what the letters mean).
//
// Each check plays on a stage of its own, so the order of checks means nothing.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "worker/stage.h"

namespace cutover::worker {

// What a check found wrong.
struct Wrong {
  std::string defect;  // "M13"
  std::string what;    // a sentence with the figures
};

class Judge {
 public:
  // Unless `holds`, the Worker has this defect.
  void expect(bool holds, std::string_view defect, std::string what) {
    if (!holds) wrong_.push_back({std::string(defect), std::move(what)});
  }
  [[nodiscard]] const std::vector<Wrong>& wrong() const { return wrong_; }

 private:
  std::vector<Wrong> wrong_;
};

struct Check {
  std::string_view name;     // a sentence: what must hold
  std::string_view defects;  // "M13 M14": what it can show
  void (*run)(Stage& stage, Judge& judge);
  std::size_t instances = 1;
};

[[nodiscard]] std::span<const Check> migration_checks();
[[nodiscard]] std::span<const Check> interrupted_migration_checks();
[[nodiscard]] std::span<const Check> value_checks();
[[nodiscard]] std::span<const Check> search_checks();
[[nodiscard]] std::span<const Check> trouble_checks();
[[nodiscard]] std::span<const Check> library_checks();
[[nodiscard]] std::span<const Check> storm_checks();

// All of them.
[[nodiscard]] std::vector<Check> all_checks();

}  // namespace cutover::worker
