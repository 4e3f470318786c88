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

void Reach::count_branch(std::string_view branch, std::uint64_t times) {
  const auto found = branches_.find(branch);
  (found != branches_.end() ? found->second : branches_[std::string(branch)]) += times;
}

void Reach::add(const Reach& other) {
  for (const auto& [site, reach] : other.sites_) {
    SiteReach& ours = sites_[site];
    ours.calls += reach.calls;
    for (std::size_t i = 0; i < reach.faults.size(); ++i) ours.faults[i] += reach.faults[i];
  }
  for (const auto& [branch, times] : other.branches_) branches_[branch] += times;
}

std::uint64_t Reach::calls() const {
  std::uint64_t calls = 0;
  for (const auto& [site, reach] : sites_) calls += reach.calls;
  return calls;
}

std::uint64_t Reach::times(std::string_view branch) const {
  const auto found = branches_.find(branch);
  return found == branches_.end() ? 0 : found->second;
}

bool can_happen(faults::Fault fault, std::string_view site) {
  return faults::applies(fault, example_of(site));
}

}  // namespace cutover::chaos
