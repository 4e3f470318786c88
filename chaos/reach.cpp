#include "chaos/reach.h"

namespace cutover::chaos {
namespace {

// A call of this site, for the question which faults can happen to it.
sim::Call example_of(std::string_view site) {
  sim::Call call;
  call.site = site;
  call.service = site.starts_with("kv.")   ? Service::kv
                 : site.starts_with("d1.") ? Service::d1
                                           : Service::provider;
  call.reads = site == "kv.get" || site == "kv.get_many" || site == "kv.list" ||
               call.service == Service::provider;
  call.with_cursor = site == "kv.list";
  return call;
}

}  // namespace

void Reach::count_call(std::string_view site) {
  const auto found = sites_.find(site);
  (found != sites_.end() ? found->second : sites_[std::string(site)]).calls += 1;
}

void Reach::count_fault(std::string_view site, faults::Fault fault) {
  sites_[std::string(site)].faults[static_cast<std::size_t>(fault)] += 1;
}

void Reach::add(const Reach& other) {
  for (const auto& [site, reach] : other.sites_) {
    SiteReach& ours = sites_[site];
    ours.calls += reach.calls;
    for (std::size_t i = 0; i < reach.faults.size(); ++i) ours.faults[i] += reach.faults[i];
  }
}

std::uint64_t Reach::calls() const {
  std::uint64_t calls = 0;
  for (const auto& [site, reach] : sites_) calls += reach.calls;
  return calls;
}

std::vector<std::string> Reach::never_happened() const {
  std::vector<std::string> holes;
  for (const auto& [site, reach] : sites_) {
    const sim::Call call = example_of(site);
    for (const faults::FaultRow& row : faults::fault_table()) {
      if (!faults::applies(row.fault, call)) continue;
      if (reach.faults[static_cast<std::size_t>(row.fault)] > 0) continue;
      holes.push_back(site + ": " + std::string(row.name));
    }
  }
  return holes;
}

sim::Decision CountingPlan::decide(const sim::Process& process, const sim::Call& call,
                                   std::uint64_t ordinal, Duration now) {
  reach_.count_call(call.site);
  return plan_.decide(process, call, ordinal, now);
}

}  // namespace cutover::chaos
