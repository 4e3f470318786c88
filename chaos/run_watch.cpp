#include "chaos/run_watch.h"

#include <algorithm>
#include <array>

namespace cutover::chaos {
namespace {

// Of what comes after a fault, so many things count for the behaviour.
constexpr int steps_looked_at = 3;

// The fields of telemetry that take few values, and tell branches apart.
constexpr std::array<std::string_view, 8> telling_fields = {"ok",   "state", "service", "result",
                                                            "tier", "phase", "action",  "stale"};

// "reader-3" and "reader-1" do the same work.
std::string_view without_number(std::string_view role) {
  while (!role.empty() && role.back() >= '0' && role.back() <= '9') role.remove_suffix(1);
  if (role.ends_with('-')) role.remove_suffix(1);
  return role;
}

}  // namespace

sim::Decision RunWatch::decide(const sim::Process& process, const sim::Call& call,
                               std::uint64_t ordinal, Duration now) {
  reach_.count_call(call.site);
  const std::size_t taken_before = storm_.taken().size();
  sim::Decision decision = storm_.decide(process, call, ordinal, now);
  if (storm_.taken().size() == taken_before) return decision;
  const faults::Fault fault = storm_.taken().back().fault;
  reach_.count_fault(call.site, fault);
  const std::string_view role = without_number(process.role());
  std::uint64_t hash = sim::hash_of(role);
  hash = sim::hash_of(call.site, hash);
  hash = sim::hash_of(faults::row_of(fault).name, hash);
  const auto found = pending_.find(role);
  (found != pending_.end() ? found->second : pending_[std::string(role)])
      .push_back({hash, steps_looked_at});
  return decision;
}

void RunWatch::happened(const sim::EventView& event) {
  if (event.kind == sim::EventKind::process && event.process >= roles_.size()) {
    roles_.resize(event.process + 1);
    roles_[event.process] = std::string(without_number(event.key));
  }
  if (event.kind == sim::EventKind::telemetry || event.kind == sim::EventKind::mark) {
    count_branch(event);
  }
  if (pending_.empty() || event.process >= roles_.size()) return;
  const auto found = pending_.find(roles_[event.process]);
  if (found == pending_.end()) return;
  for (Pending& pending : found->second) {
    pending.hash = sim::hash_of(sim::name_of(event.kind), pending.hash);
    pending.hash = sim::hash_of(event.what, pending.hash);
    if (event.kind == sim::EventKind::answer) {
      pending.hash = sim::hash_of(event.result == "ok" ? "ok" : "failed", pending.hash);
    }
    if (--pending.steps_left == 0) behaviours_.insert(pending.hash);
  }
  std::erase_if(found->second, [](const Pending& pending) { return pending.steps_left == 0; });
  if (found->second.empty()) pending_.erase(found);
}

std::set<std::uint64_t> RunWatch::behaviours() {
  for (const auto& [role, list] : pending_) {
    for (const Pending& pending : list) behaviours_.insert(pending.hash);
  }
  pending_.clear();
  return std::move(behaviours_);
}

// `result` is "field=value field=value" (HistoryTelemetry); of a mark, how it ended.
void RunWatch::count_branch(const sim::EventView& event) {
  text_.assign(event.what);
  if (event.kind == sim::EventKind::mark) {
    if (!event.result.empty()) text_.append(" ").append(event.result);
    reach_.count_branch(text_);
    return;
  }
  std::string_view rest = event.result;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::string_view name = word.substr(0, word.find('='));
    if (std::find(telling_fields.begin(), telling_fields.end(), name) == telling_fields.end()) {
      continue;
    }
    text_.append(" ").append(word);
  }
  reach_.count_branch(text_);
}

}  // namespace cutover::chaos
