// Schedule: who goes first when several tasks could run.
//
// The default order is first come, first served. A seeded schedule departs from it by chance, as
// real machines do; each departure can be written down by meaning (a deviation): when the 5th turn
// of "reader-2/main" was first in line, "migrator/main" went ahead. A list of deviations replays a
// seeded run exactly, and can be made shorter one by one (DESIGN section 5).
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/random.h"

namespace cutover::sim {

struct Deviation {
  std::string first;        // who was first in line: "reader-2/main"
  std::uint64_t turn = 0;   // its turns so far, over all tasks of that name
  std::string ahead;        // who went ahead of it
  std::uint64_t which = 0;  // among those of that name that could run: the n-th in line, from 0

  friend auto operator<=>(const Deviation&, const Deviation&) = default;
};

// One line: "when reader-2/main came to its turn 5, migrator/main went ahead".
[[nodiscard]] std::string describe(const Deviation& deviation);

struct ScheduleOptions {
  bool seeded = true;                 // false: in line, but for `deviations`
  std::vector<Deviation> deviations;  // of one (first, turn): in the order in which they happened
  bool note_deviations = false;       // a seeded schedule writes down what it does
};

// One candidate for the next turn. The name is the task's: its process's role and its own name.
struct Candidate {
  std::string_view role;
  std::string_view task;
  std::uint64_t queued = 0;  // when it came into line
};

class Schedule {
 public:
  Schedule(std::uint64_t seed, ScheduleOptions options);

  // The index of who goes next; there is at least one candidate.
  std::size_t choose(const std::vector<Candidate>& candidates);
  // May choose() be called with the number of candidates alone?
  [[nodiscard]] bool by_number() const { return options_.seeded && !options_.note_deviations; }
  std::size_t choose_by_number(std::size_t candidates);

  [[nodiscard]] const std::vector<Deviation>& noted() const { return noted_; }
  // Listed deviations that did not come about.
  [[nodiscard]] std::vector<Deviation> unmatched() const;

 private:
  struct Waiting {
    Deviation deviation;
    bool happened = false;
  };
  std::size_t listed(const std::vector<Candidate>& candidates, std::size_t first);

  RandomStream random_;
  ScheduleOptions options_;
  std::map<std::string, std::uint64_t, std::less<>> turns_;
  std::map<std::pair<std::string, std::uint64_t>, std::vector<std::size_t>> by_turn_;
  std::vector<Waiting> waiting_;
  std::vector<Deviation> noted_;
};

}  // namespace cutover::sim
