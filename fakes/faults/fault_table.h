// The fault table: everything that may happen to a call, as data (DESIGN section 5).
//
// A fault has a name, which case files and reports use for ever, the calls that it can happen to,
// and what it does to one of them. Adding a fault is adding a row; no fake changes. What happens to
// the world rather than to a call (an outage, a deploy, an operator's mistake) is a happening
// (chaos/happening.h). docs/FAULTS.md is written from both tables.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "fakes/sim/gate.h"

namespace cutover::faults {

// In the order of the table.
enum class Fault : std::uint8_t {
  // any call
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
  budget_spent,
  // KV
  stale_answer,
  short_page,
  empty_page,
  daily_limit,
  // D1
  slow_query,
  queue_full,
  code_updated_before,
  code_updated_after,
  storage_reset_before,
  storage_reset_after,
  timeout_reset_before,
  timeout_reset_after,
  memory_reset_before,
  memory_reset_after,
  cpu_reset_before,
  cpu_reset_after,
  starting_up,
  not_resolved,
  // provider
  forbidden,
  not_enabled,
  rate_limit,
  bad_request,
  not_found,
  wrong_edition,
  malformed,
  html,
  huge,
};
inline constexpr std::size_t fault_count = 40;

// Faults of one class leave the caller and the service in the same position, so that exploring
// pairs of faults needs one of each class only.
enum class Position : std::uint8_t {
  slow,         // it goes through, late
  rejected,     // nothing was applied, and the caller got a failure
  answer_lost,  // it was applied, and the caller got a failure
  killed,       // the process died (before and after are two positions: see the ending)
  odd_answer,   // it goes through, and the answer is unusual
};

enum class Where : std::uint8_t { anywhere, kv_writes, kv_reads, kv_lists, cursors, d1, provider };

struct FaultRow {
  Fault fault;
  std::string_view name;     // as in case files: "lost_after"
  std::string_view meaning;  // one line, for people
  Where where;
  Position position;
  sim::Ending ending;
  FailureKind kind;       // of the failure that the caller gets, where it gets one
  bool in_doubt = false;  // beside timeouts and lost connections: the failure leaves the effect
                          // open
  bool resets = false;    // takes the calls along that wait in D1's queue
  std::string_view message{};  // the service's words; empty: none in particular

  [[nodiscard]] bool kills() const { return position == Position::killed; }
};

// Every fault, in the order of the enumeration.
[[nodiscard]] std::span<const FaultRow> fault_table();
[[nodiscard]] const FaultRow& row_of(Fault fault);
[[nodiscard]] const FaultRow* row_named(std::string_view name);  // null: there is none
[[nodiscard]] std::string_view name_of(Where where);

// Can it happen to this call? (A read cannot be throttled by KV, only D1 is overloaded, ...)
[[nodiscard]] bool applies(Fault fault, const sim::Call& call);

// What it does. `size` (any number) chooses how long a spike or a timeout lasts, how old a stale
// answer is, where a short page ends.
[[nodiscard]] sim::Decision decision_of(Fault fault, std::uint64_t size);

}  // namespace cutover::faults
