#include "fakes/faults/fault_table.h"

#include <array>

#include "core/ports/check.h"

namespace cutover::faults {
namespace {

using sim::Ending;

constexpr std::array<FaultRow, fault_count> table = {{
    {Fault::latency_spike, "latency_spike", "the call takes 0.1 to 10 seconds longer",
     Ending::applied, FailureKind::timeout, false},
    {Fault::unavailable, "unavailable", "the service answers that it cannot serve now",
     Ending::rejected, FailureKind::unavailable, false},
    {Fault::overloaded, "overloaded", "D1 refuses: its queue is full", Ending::rejected,
     FailureKind::overloaded, false},
    {Fault::throttled, "throttled", "429: asked too often", Ending::rejected,
     FailureKind::throttled, false},
    {Fault::timeout_before, "timeout_before", "no answer in time, and nothing was applied",
     Ending::rejected, FailureKind::timeout, false},
    {Fault::lost_before, "lost_before", "the request was lost on its way", Ending::rejected,
     FailureKind::connection_lost, false},
    {Fault::timeout_after, "timeout_after", "no answer in time, though it was applied",
     Ending::answer_lost, FailureKind::timeout, false},
    {Fault::lost_after, "lost_after", "it was applied, and the answer was lost",
     Ending::answer_lost, FailureKind::connection_lost, false},
    {Fault::cursor_refused, "cursor_refused", "KV refuses a list cursor", Ending::rejected,
     FailureKind::malformed, false},
    {Fault::quota_used_up, "quota_used_up", "the provider's quota is used up", Ending::rejected,
     FailureKind::throttled, false},
    {Fault::killed_before, "killed_before", "the process dies before the effect",
     Ending::killed_before, FailureKind::connection_lost, true},
    {Fault::killed_after, "killed_after", "the process dies after the effect", Ending::killed_after,
     FailureKind::connection_lost, true},
}};

}  // namespace

std::span<const FaultRow> fault_table() {
  return table;
}

const FaultRow& row_of(Fault fault) {
  const FaultRow& row = table.at(static_cast<std::size_t>(fault));
  CUTOVER_CHECK(row.fault == fault, "the table is in the order of the enumeration");
  return row;
}

const FaultRow* row_named(std::string_view name) {
  for (const FaultRow& row : table) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

bool applies(Fault fault, const sim::Call& call) {
  switch (fault) {
    case Fault::overloaded: return call.service == Service::d1;
    case Fault::throttled: return call.service == Service::kv && !call.reads;
    case Fault::cursor_refused: return call.with_cursor;
    case Fault::quota_used_up: return call.service == Service::provider;
    default: return true;
  }
}

sim::Decision decision_of(Fault fault, std::uint64_t size) {
  const FaultRow& row = row_of(fault);
  Duration delay{0};
  if (fault == Fault::latency_spike) {
    delay = std::chrono::milliseconds(100 + size % 9'900);
  } else if (row.kind == FailureKind::timeout) {
    delay = std::chrono::seconds(10 + size % 20);
  }
  return {row.ending, row.kind, delay};
}

}  // namespace cutover::faults
