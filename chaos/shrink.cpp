#include "chaos/shrink.h"

#include <algorithm>
#include <utility>

#include "core/ports/check.h"
#include "fakes/faults/listed_faults.h"

namespace cutover::chaos {
namespace {

using Faults = std::vector<faults::PlannedFault>;

// Sources beyond this are only cut from the end.
constexpr std::uint64_t records_max = 2000;

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
      smaller = shorten<Faults>([](CaseFile& file) -> Faults& { return file.faults; });
      smaller = shorten<std::vector<Happening>>(happenings) || smaller;
      smaller = shrink_schedule() || smaller;
      smaller = shrink_world() || smaller;
      smaller = shrink_source() || smaller;
    }
    Shrunk shrunk;
    leave_out_each<Faults>([](CaseFile& file) -> Faults& { return file.faults; },
                           [](const faults::PlannedFault& fault) { return sentence_of(fault); },
                           shrunk.without);
    leave_out_each<std::vector<Happening>>(
        happenings, [](const Happening& happening) { return describe(happening); }, shrunk.without);
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
    if (!best_.played.only.empty() && candidate.played.only.empty()) return false;
    StormResult result = run(candidate);
    if (result.signature() != best_.signature) return false;
    candidate.digest = std::move(result.digest);
    best_ = std::move(candidate);
    return true;
  }

  static std::vector<Happening>& happenings(CaseFile& file) { return file.played.happenings; }

  // Leaves out ever smaller pieces of a list of the case, down to single elements.
  template <class List, class Of>
  bool shorten(Of of) {
    bool any = false;
    for (std::size_t piece = of(best_).size(); piece > 0; piece /= 2) {
      std::size_t at = 0;
      while (at < of(best_).size()) {
        CaseFile candidate = best_;
        List& list = of(candidate);
        const std::size_t to = std::min(at + piece, list.size());
        list.erase(list.begin() + static_cast<std::ptrdiff_t>(at),
                   list.begin() + static_cast<std::ptrdiff_t>(to));
        if (take(std::move(candidate))) {
          any = true;
        } else {
          at += piece;
        }
      }
    }
    return any;
  }

  // What happens without each element of a list that is left.
  template <class List, class Of, class Words>
  void leave_out_each(Of of, Words words, std::vector<Without>& without) {
    for (std::size_t i = 0; i < of(best_).size() && runs_ < runs_max_; ++i) {
      CaseFile file = best_;
      List& list = of(file);
      list.erase(list.begin() + static_cast<std::ptrdiff_t>(i));
      without.push_back({words(of(best_)[i]), run(file).signature()});
    }
  }

  // In line instead of by chance; and where chance matters, only where it does.
  bool shrink_schedule() {
    const auto deviations = [](CaseFile& file) -> std::vector<sim::Deviation>& {
      return file.played.deviations;
    };
    if (best_.played.seeded_schedule) {
      CaseFile in_line = best_;
      in_line.played.seeded_schedule = false;
      if (take(in_line)) return true;
      faults::ListedFaults plan(best_.faults);
      in_line.played.deviations = StormRun(best_.played, plan, sim::History::Keep::digest_only,
                                           sim::Scheduler::Mode::fibers, true)
                                      .play()
                                      .deviations;
      runs_ += 1;
      if (!take(std::move(in_line))) return false;
    }
    return shorten<std::vector<sim::Deviation>>(deviations);
  }

  // Names the records of the source, and leaves out those that do not matter.
  bool shrink_source() {
    const auto only = [](CaseFile& file) -> std::vector<std::uint64_t>& {
      return file.played.only;
    };
    bool any = false;
    if (best_.played.only.empty()) {
      if (best_.played.keys == 1 || best_.played.keys > records_max) return false;
      CaseFile named = best_;
      for (std::uint64_t i = 0; i < named.played.keys; ++i) named.played.only.push_back(i);
      if (!take(std::move(named))) return false;
      any = true;
    }
    // A source without records is another scenario: at least one stays.
    const std::vector<std::uint64_t> before = best_.played.only;
    shorten<std::vector<std::uint64_t>>(only);
    return any || best_.played.only != before;
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

  // A condition as it usually is, where it does not matter.
  bool make_usual() {
    bool any = false;
    const StormCase usual;
    for (const auto member : {&StormCase::kv_cache_seconds, &StormCase::list_lag_seconds,
                              &StormCase::cursor_life_seconds, &StormCase::clock_skew_ms,
                              &StormCase::d1_queries, &StormCase::expiring_per_mille}) {
      if (best_.played.*member == usual.*member) continue;
      CaseFile candidate = best_;
      candidate.played.*member = usual.*member;
      any = take(std::move(candidate)) || any;
    }
    return any;
  }

  bool shrink_world() {
    bool any = make_usual();
    any = shrink_number(&StormCase::migrators, 1) || any;
    any = shrink_number(&StormCase::readers, 0) || any;
    any = shrink_number(&StormCase::isolates, 0) || any;
    any = shrink_number(&StormCase::writers, 0) || any;
    any = shrink_number(&StormCase::operations, 0) || any;
    if (best_.played.only.empty()) any = shrink_number(&StormCase::keys, 1) || any;
    any = shrink_number(&StormCase::locations, 1) || any;
    return any;
  }

  CaseFile best_;
  std::uint64_t runs_max_;
  std::uint64_t runs_ = 0;
};

}  // namespace

std::string sentence_of(const faults::PlannedFault& fault) {
  const faults::FaultRow& row = faults::row_of(fault.fault);
  return describe(fault.address) + ": " + std::string(row.name) + " (" + std::string(row.meaning) +
         ")";
}

std::size_t Shrunk::decisions() const {
  return smallest.faults.size() + smallest.played.happenings.size() +
         smallest.played.deviations.size();
}

StormResult replay(const CaseFile& file) {
  faults::ListedFaults plan(file.faults);
  return StormRun(file.played, plan).play();
}

Shrunk shrink(const CaseFile& file, std::uint64_t runs_max) {
  return Shrinker(file, runs_max).shrink();
}

}  // namespace cutover::chaos
