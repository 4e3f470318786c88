#include "chaos/shrink.h"

#include <algorithm>
#include <utility>

#include "core/ports/check.h"
#include "fakes/faults/listed_faults.h"

namespace cutover::chaos {
namespace {

using Faults = std::vector<faults::PlannedFault>;

class Shrinker {
 public:
  Shrinker(CaseFile file, std::uint64_t runs_max) : best_(std::move(file)), runs_max_(runs_max) {
    const StormResult result = run(best_);
    CUTOVER_CHECK(!result.violations.empty(), "only a case that fails can be shrunk");
    best_.signature = result.signature();
    best_.digest = result.digest;
  }

  Shrunk shrink() {
    bool smaller = true;
    while (smaller && runs_ < runs_max_) {
      smaller = drop_faults();
      smaller = shrink_world() || smaller;
    }
    Shrunk shrunk;
    for (std::size_t i = 0; i < best_.faults.size() && runs_ < runs_max_; ++i) {
      CaseFile file = best_;
      file.faults.erase(file.faults.begin() + static_cast<std::ptrdiff_t>(i));
      shrunk.without.push_back({best_.faults[i], run(file).signature()});
    }
    shrunk.smallest = best_;
    shrunk.runs = runs_;
    return shrunk;
  }

 private:
  StormResult run(const CaseFile& file) {
    runs_ += 1;
    return replay(file);
  }

  // Takes the candidate when it fails in the same way.
  bool take(CaseFile candidate) {
    if (runs_ >= runs_max_) return false;
    StormResult result = run(candidate);
    if (result.signature() != best_.signature) return false;
    candidate.digest = std::move(result.digest);
    best_ = std::move(candidate);
    return true;
  }

  // Leaves out ever smaller pieces of the list, down to single faults.
  bool drop_faults() {
    bool any = false;
    for (std::size_t piece = best_.faults.size(); piece > 0; piece /= 2) {
      std::size_t at = 0;
      while (at < best_.faults.size()) {
        CaseFile candidate = best_;
        const auto from = candidate.faults.begin() + static_cast<std::ptrdiff_t>(at);
        const auto to = candidate.faults.begin() +
                        static_cast<std::ptrdiff_t>(std::min(at + piece, best_.faults.size()));
        candidate.faults.erase(from, to);
        if (take(std::move(candidate))) {
          any = true;
        } else {
          at += piece;
        }
      }
    }
    return any;
  }

  // A smaller number where one does: none, half, one less.
  bool shrink_number(std::uint64_t StormCase::*member, std::uint64_t low) {
    bool any = false;
    for (;;) {
      const std::uint64_t now = best_.played.*member;
      bool smaller = false;
      for (const std::uint64_t next : {low, (now + low) / 2, now - 1}) {
        if (now <= low || next >= now) continue;
        CaseFile candidate = best_;
        candidate.played.*member = next;
        if (take(std::move(candidate))) {
          smaller = true;
          break;
        }
      }
      if (!smaller) return any;
      any = true;
    }
  }

  bool shrink_world() {
    bool any = shrink_number(&StormCase::migrators, 1);
    any = shrink_number(&StormCase::readers, 0) || any;
    any = shrink_number(&StormCase::isolates, 0) || any;
    any = shrink_number(&StormCase::writers, 0) || any;
    any = shrink_number(&StormCase::operations, 0) || any;
    any = shrink_number(&StormCase::keys, 1) || any;
    any = shrink_number(&StormCase::locations, 1) || any;
    return any;
  }

  CaseFile best_;
  std::uint64_t runs_max_;
  std::uint64_t runs_ = 0;
};

}  // namespace

StormResult replay(const CaseFile& file) {
  faults::ListedFaults plan(file.faults);
  return StormRun(file.played, plan).play();
}

Shrunk shrink(const CaseFile& file, std::uint64_t runs_max) {
  return Shrinker(file, runs_max).shrink();
}

}  // namespace cutover::chaos
