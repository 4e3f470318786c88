#include "chaos/invariants/watch.h"

#include <array>
#include <utility>

#include "fakes/faults/fault_table.h"

namespace cutover::chaos {
namespace {

constexpr std::size_t found_max = 5;
// Faults by which the provider says, in good form, that it does not have a book. After any other
// one the caller knows that it does not know.
constexpr std::array<faults::Fault, 2> misleading = {faults::Fault::not_found,
                                                     faults::Fault::wrong_edition};

}  // namespace

void Watch::add(std::string_view invariant, std::string_view about, std::string text) {
  if (found_.size() >= found_max) return;
  found_.push_back({std::string(invariant), std::string(about), std::move(text)});
}

Watches::Watches(scenarios::World& world) : world_(world) {
  watches_.push_back(make_ledger_watch(world));
  watches_.push_back(make_order_watch(world));
  watches_.push_back(make_privacy_watch());
  watches_.push_back(make_budget_watch());
  world_.scheduler().history().observe(*this);
}

Watches::~Watches() {
  world_.scheduler().history().ignore(*this);
}

void Watches::happened(const sim::EventView& event) {
  if (event.process >= roles_.size()) roles_.resize(event.process + 1);
  std::string& role = roles_[event.process];
  if (event.kind == sim::EventKind::process && role.empty()) role = event.key;
  if (event.kind == sim::EventKind::fault) note_fault(event);
  for (const std::unique_ptr<Watch>& watch : watches_) watch->saw(event, role);
}

void Watches::note_fault(const sim::EventView& event) {
  if (event.what != "provider.find") return;
  for (const faults::Fault fault : misleading) {
    if (event.result == faults::row_of(fault).name) forgotten_.emplace(event.key);
  }
}

std::vector<Violation> Watches::found() const {
  std::vector<Violation> all;
  for (const std::unique_ptr<Watch>& watch : watches_) {
    all.insert(all.end(), watch->found().begin(), watch->found().end());
  }
  return all;
}

}  // namespace cutover::chaos
