// Behaviours: how many different things a campaign's storms showed, and an estimate of how many
// such storms would show that no storm of it did.
//
// A behaviour is what a role did about a fault: the role, the site, the fault, and the next three
// things that role did (run_watch.h). Of each one it is counted in how many runs it was seen. From
// those seen in one run only, and in two, follow the estimates: Good and Turing's of the chance
// that the next run shows a new one, and Chao's lower bound of how many there are (Chao2).
//
// Memory is bounded and parts add up exactly: when there are more than `kept_max` different ones,
// those with the smallest hashes are kept, which is a fair sample of them all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>

namespace cutover::chaos {

class Behaviours {
 public:
  static constexpr std::size_t kept_max = 20'000;

  // One run and the hashes of what it showed.
  void add_run(const std::set<std::uint64_t>& shown);
  void add(const Behaviours& other);
  // As read from a report; false when they cannot be counts of behaviours.
  [[nodiscard]] bool restore(std::uint64_t runs, std::map<std::uint64_t, std::uint64_t> seen);

  [[nodiscard]] std::uint64_t runs() const { return runs_; }
  // By hash: in how many runs it was seen.
  [[nodiscard]] const std::map<std::uint64_t, std::uint64_t>& seen() const { return seen_; }
  [[nodiscard]] std::uint64_t seen_in(std::uint64_t runs) const;  // how many, in so many runs

  struct Estimate {
    double unseen = 0;        // how many were never seen, at least
    double unseen_share = 0;  // ... of all that such storms show; 0 to 1
    double next_is_new = 0;   // the chance that the next behaviour seen is a new one; 0 to 1
  };
  [[nodiscard]] Estimate estimate() const;  // of no run: nothing was seen, so all is unseen

 private:
  void drop_what_is_over();

  std::uint64_t runs_ = 0;
  std::map<std::uint64_t, std::uint64_t> seen_;
};

}  // namespace cutover::chaos
