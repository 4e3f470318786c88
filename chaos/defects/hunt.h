// Hunt: storms, seed after seed, until one fails; then its smallest case. What a probe of a planted
// defect does, and what is printed of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "chaos/case_file.h"

namespace cutover::chaos {

struct HuntOptions {
  StormCase played;                                // its seed is the first one
  std::uint64_t runs_max = 400;                    // then nothing was found
  std::uint64_t shrink_runs_max = 600;             // bounds the work on the smallest case,
  double shrink_seconds_max = 20;                  // ... and this, about, when storms are long
  std::function<void(std::uint64_t seed)> begins;  // before each storm; may be empty
};

struct Hunted {
  bool caught = false;
  std::uint64_t runs = 0;  // storms up to the one that failed
  double seconds = 0;      // ... of real time
  std::string signature;   // of the failure: names of invariants
  std::string text;        // its first violation, for people
  double shrink_seconds = 0;
  std::uint64_t shrink_runs = 0;
  bool same_failure = false;  // the smallest case, played again, has the same signature
  std::size_t decisions = 0;  // of the smallest case (Shrunk)
  CaseFile smallest;
};

[[nodiscard]] Hunted hunt(const HuntOptions& options);

// One line of JSON; what it means is said above.
[[nodiscard]] std::string to_json(const Hunted& hunted);

}  // namespace cutover::chaos
