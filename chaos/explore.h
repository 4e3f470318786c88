// Explore: every fault at every call of a scenario, one at a time, and then every pair: the second
// among the calls that the run makes after the first (DESIGN section 5). No luck is involved: what
// is printed is "N of N survived".
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "chaos/case_file.h"

namespace cutover::chaos {

struct ExploreOptions {
  StormCase base;
  bool pairs = false;
  unsigned threads = 0;               // 0: one for each processor
  std::uint64_t pair_one_in = 1;      // plays one pair in so many, chosen by hash; 1: all of them
  std::function<bool()> interrupted;  // may be empty
  std::function<void(std::uint64_t done, std::uint64_t all)> progress;  // may be empty; any thread
};

struct Explored {
  std::uint64_t calls = 0;  // of the undisturbed run
  std::uint64_t played = 0;
  std::uint64_t survived = 0;
  std::map<std::string, CaseFile> failures;  // by signature; the first one found
  // By site and fault: cases played, and of these survived. For the heat map.
  std::map<std::pair<std::string, std::string>, std::pair<std::uint64_t, std::uint64_t>> heat;
  double seconds = 0;
};

[[nodiscard]] Explored explore(const ExploreOptions& options);

}  // namespace cutover::chaos
