#include "chaos/behaviours.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cutover::chaos {

void Behaviours::add_run(const std::set<std::uint64_t>& shown) {
  runs_ += 1;
  for (const std::uint64_t hash : shown) seen_[hash] += 1;
  drop_what_is_over();
}

void Behaviours::add(const Behaviours& other) {
  runs_ += other.runs_;
  for (const auto& [hash, runs] : other.seen_) seen_[hash] += runs;
  drop_what_is_over();
}

bool Behaviours::restore(std::uint64_t runs, std::map<std::uint64_t, std::uint64_t> seen) {
  const bool sound =
      seen.size() <= kept_max && std::all_of(seen.begin(), seen.end(), [runs](const auto& entry) {
        return entry.second >= 1 && entry.second <= runs;
      });
  if (!sound) return false;
  runs_ = runs;
  seen_ = std::move(seen);
  return true;
}

std::uint64_t Behaviours::seen_in(std::uint64_t runs) const {
  return static_cast<std::uint64_t>(std::count_if(
      seen_.begin(), seen_.end(), [runs](const auto& entry) { return entry.second == runs; }));
}

Behaviours::Estimate Behaviours::estimate() const {
  if (runs_ == 0 || seen_.empty()) return {0, 1, 1};
  double sightings = 0;
  for (const auto& [hash, runs] : seen_) sightings += static_cast<double>(runs);
  const auto once = static_cast<double>(seen_in(1));
  const auto twice = static_cast<double>(seen_in(2));
  const auto runs = static_cast<double>(runs_);
  Estimate estimate;
  estimate.unseen = (runs - 1) / runs * once * (once - 1) / (2 * (twice + 1));
  estimate.unseen_share = estimate.unseen / (estimate.unseen + static_cast<double>(seen_.size()));
  estimate.next_is_new = once / sightings;
  return estimate;
}

// Once dropped, a hash never comes back: those below it only grow in number. So what is kept was
// counted in full.
void Behaviours::drop_what_is_over() {
  while (seen_.size() > kept_max) seen_.erase(std::prev(seen_.end()));
}

}  // namespace cutover::chaos
