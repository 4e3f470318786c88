// Explore: every fault at every call of a scenario, one at a time, and every pair: the second among
// the calls that the run makes after the first (DESIGN section 5). No luck is involved: what is
// printed is "N of N survived".
//
// Single faults are all rows of the fault table but slowness alone. Pairs are made of one fault of
// each class: faults that end a call in the same way, and that the core cannot tell apart, are one
// (docs/CAMPAIGNS.md lists the classes).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "chaos/case_file.h"

namespace cutover::chaos {

struct ExploreOptions {
  StormCase base;
  bool pairs = false;                 // pairs rather than single faults
  unsigned threads = 0;               // 0: one for each processor
  std::uint64_t pair_one_in = 1;      // plays one pair in so many, chosen by hash; 1: all of them
  std::function<bool()> interrupted;  // may be empty
  std::function<void(std::uint64_t done, std::uint64_t all)> progress;  // may be empty; any thread
};

struct Survival {
  std::uint64_t played = 0;
  std::uint64_t survived = 0;
};

struct Explored {
  std::uint64_t keys = 0;
  std::uint64_t calls = 0;  // of the undisturbed run's migrators
  bool pairs = false;
  Survival all;
  std::map<std::string, CaseFile> failures;  // by signature; that of the smallest case by address
  // Of single faults by site and fault: {"d1.batch", "lost_after"}. Of pairs by the first fault and
  // the second: {"d1.batch lost_after", "kv.list killed_before"}.
  std::map<std::pair<std::string, std::string>, Survival> heat;
  double seconds = 0;
  bool interrupted = false;
};

[[nodiscard]] Explored explore(const ExploreOptions& options);

// The faults of which pairs are made, of those that can happen to this call.
[[nodiscard]] std::vector<faults::Fault> pair_faults(const sim::Call& call);

}  // namespace cutover::chaos
