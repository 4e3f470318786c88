// The fault table: everything that may happen to a call, as data (DESIGN section 5).
//
// A fault has a name, which case files and reports use for ever, the calls that it can happen to,
// and what it does to one of them. Adding a fault is adding a row; no fake changes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "fakes/sim/gate.h"

namespace cutover::faults {

enum class Fault : std::uint8_t {
  latency_spike,
  unavailable,
  overloaded,
  throttled,
  timeout_before,
  lost_before,
  timeout_after,
  lost_after,
  cursor_refused,
  quota_used_up,
  killed_before,
  killed_after,
};
inline constexpr std::size_t fault_count = 12;

struct FaultRow {
  Fault fault;
  std::string_view name;     // as in case files: "lost_after"
  std::string_view meaning;  // one line, for people
  sim::Ending ending;
  FailureKind kind;  // of the failure that the caller gets, where it gets one
  bool kills;        // ends the calling process
};

// Every fault, in the order of the enumeration.
[[nodiscard]] std::span<const FaultRow> fault_table();
[[nodiscard]] const FaultRow& row_of(Fault fault);
[[nodiscard]] const FaultRow* row_named(std::string_view name);  // null: there is none

// Can it happen to this call? (A read cannot be throttled by KV, only D1 is overloaded, ...)
[[nodiscard]] bool applies(Fault fault, const sim::Call& call);

// What it does. `size` (any number) chooses how long a spike or a timeout lasts.
[[nodiscard]] sim::Decision decision_of(Fault fault, std::uint64_t size);

}  // namespace cutover::faults
