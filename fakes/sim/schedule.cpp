#include "fakes/sim/schedule.h"

#include <algorithm>
#include <utility>

#include "core/ports/check.h"

namespace cutover::sim {
namespace {

std::string name_of(const Candidate& candidate) {
  return std::string(candidate.role) + "/" + std::string(candidate.task);
}

std::size_t first_in_line(const std::vector<Candidate>& candidates) {
  const auto first = std::min_element(
      candidates.begin(), candidates.end(),
      [](const Candidate& left, const Candidate& right) { return left.queued < right.queued; });
  return static_cast<std::size_t>(first - candidates.begin());
}

// The candidates of this name but for the first in line, in the order of the line.
std::vector<std::size_t> others_named(const std::vector<Candidate>& candidates, std::size_t first,
                                      std::string_view name) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (i != first && name_of(candidates[i]) == name) found.push_back(i);
  }
  std::sort(found.begin(), found.end(), [&](std::size_t left, std::size_t right) {
    return candidates[left].queued < candidates[right].queued;
  });
  return found;
}

}  // namespace

std::string describe(const Deviation& deviation) {
  return "when " + deviation.first + " came to its turn " + std::to_string(deviation.turn) + ", " +
         deviation.ahead + " went ahead";
}

Schedule::Schedule(std::uint64_t seed, ScheduleOptions options)
    : random_(seed, "schedule"), options_(std::move(options)) {
  for (Deviation& deviation : options_.deviations) {
    by_turn_[{deviation.first, deviation.turn}].push_back(waiting_.size());
    waiting_.push_back({std::move(deviation), false});
  }
  options_.deviations.clear();
}

std::size_t Schedule::choose_by_number(std::size_t candidates) {
  return candidates == 1 ? 0 : random_.below(candidates);
}

std::size_t Schedule::choose(const std::vector<Candidate>& candidates) {
  CUTOVER_CHECK(!candidates.empty(), "somebody must be able to run");
  const std::size_t first = first_in_line(candidates);
  const std::size_t chosen =
      options_.seeded ? choose_by_number(candidates.size()) : listed(candidates, first);
  if (options_.seeded && chosen != first) {
    const std::string ahead = name_of(candidates[chosen]);
    const std::vector<std::size_t> same = others_named(candidates, first, ahead);
    const auto at = std::find(same.begin(), same.end(), chosen);
    const std::string name = name_of(candidates[first]);
    noted_.push_back({name, turns_[name], ahead, static_cast<std::uint64_t>(at - same.begin())});
  }
  ++turns_[name_of(candidates[chosen])];
  return chosen;
}

// The next listed deviation of whoever is first in line, when it can come about.
std::size_t Schedule::listed(const std::vector<Candidate>& candidates, std::size_t first) {
  if (candidates.size() == 1 || by_turn_.empty()) return first;
  const std::string name = name_of(candidates[first]);
  const auto found = by_turn_.find({name, turns_[name]});
  if (found == by_turn_.end() || found->second.empty()) return first;
  const std::size_t index = found->second.front();
  found->second.erase(found->second.begin());
  Waiting& waiting = waiting_[index];
  const std::vector<std::size_t> same = others_named(candidates, first, waiting.deviation.ahead);
  if (waiting.deviation.which >= same.size()) return first;
  waiting.happened = true;
  return same[waiting.deviation.which];
}

std::vector<Deviation> Schedule::unmatched() const {
  std::vector<Deviation> result;
  for (const Waiting& waiting : waiting_) {
    if (!waiting.happened) result.push_back(waiting.deviation);
  }
  return result;
}

}  // namespace cutover::sim
