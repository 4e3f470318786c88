#include "fakes/faults/listed_faults.h"

namespace cutover::faults {
namespace {

std::uint64_t hash_of_call(std::uint64_t place, std::uint32_t occurrence) {
  return place * 0x9E3779B97F4A7C15ULL + occurrence;
}

}  // namespace

ListedFaults::ListedFaults(const std::vector<PlannedFault>& faults) {
  for (const PlannedFault& fault : faults) {
    const std::uint64_t place =
        Occurrences::hash_of(fault.address.role, fault.address.site, fault.address.key);
    by_call_.emplace(hash_of_call(place, fault.address.occurrence), faults_.size());
    faults_.push_back({fault, false});
  }
}

sim::Decision ListedFaults::decide(const sim::Process& process, const sim::Call& call,
                                   std::uint64_t, Duration) {
  const std::uint64_t place = Occurrences::hash_of(process.role(), call.site, call.key);
  const PlannedFault* fault = meets(place, occurrences_.next(place), call);
  return fault == nullptr ? sim::Ending::applied : decision_of(fault->fault, fault->size);
}

const PlannedFault* ListedFaults::meets(std::uint64_t place, std::uint32_t occurrence,
                                        const sim::Call& call) {
  const auto found = by_call_.find(hash_of_call(place, occurrence));
  if (found == by_call_.end()) return nullptr;
  Waiting& waiting = faults_[found->second];
  if (!applies(waiting.fault.fault, call)) return nullptr;
  waiting.happened = true;
  return &waiting.fault;
}

std::vector<PlannedFault> ListedFaults::unmatched() const {
  return those_that(false);
}

std::vector<PlannedFault> ListedFaults::matched() const {
  return those_that(true);
}

std::vector<PlannedFault> ListedFaults::those_that(bool happened) const {
  std::vector<PlannedFault> result;
  for (const Waiting& waiting : faults_) {
    if (waiting.happened == happened) result.push_back(waiting.fault);
  }
  return result;
}

}  // namespace cutover::faults
