#include "fakes/faults/fault_table.h"

#include <array>

#include "core/ports/check.h"
#include "fakes/provider/provider_trouble.h"

namespace cutover::faults {
namespace {

using sim::Ending;
using K = FailureKind;
using P = Position;
using W = Where;

// D1's words: reference facts B3. KV's and the worker's: A2 and C.
constexpr std::string_view code_updated = "D1 DB reset because its code was updated.";
constexpr std::string_view storage_reset =
    "Internal error in D1 DB storage caused object to be reset.";
constexpr std::string_view timeout_reset =
    "D1 DB storage operation exceeded timeout which caused object to be reset.";
constexpr std::string_view memory_reset =
    "D1 DB's isolate exceeded its memory limit and was reset.";
constexpr std::string_view cpu_reset = "D1 DB exceeded its CPU time limit and was reset.";
constexpr std::string_view starting_up =
    "Internal error while starting up D1 DB storage caused object to be reset.";
constexpr std::string_view not_resolved =
    "Cannot resolve D1 DB due to transient issue on remote node.";
constexpr std::string_view queue_full = "D1 DB is overloaded. Too many requests queued.";
constexpr std::string_view queued_too_long = "D1 DB is overloaded. Requests queued for too long.";
constexpr std::string_view free_limit = "you have exceeded the free usage limit for today (10048)";

// clang-format off
constexpr std::array<FaultRow, fault_count> table = {{
    {Fault::latency_spike, "latency_spike", "the call takes 0.1 to 10 seconds longer",
     W::anywhere, P::slow, Ending::applied, K::timeout},
    {Fault::unavailable, "unavailable", "the service answers that it cannot serve now",
     W::anywhere, P::rejected, Ending::rejected, K::unavailable},
    {Fault::overloaded, "overloaded", "D1 refuses: the call waited too long in its queue",
     W::d1, P::rejected, Ending::rejected, K::overloaded, false, false, queued_too_long},
    {Fault::throttled, "throttled", "429: the key is written too often",
     W::kv_writes, P::rejected, Ending::rejected, K::throttled},
    {Fault::timeout_before, "timeout_before", "no answer in time, and nothing was applied",
     W::anywhere, P::rejected, Ending::rejected, K::timeout},
    {Fault::lost_before, "lost_before", "the request was lost on its way",
     W::anywhere, P::rejected, Ending::rejected, K::connection_lost},
    {Fault::timeout_after, "timeout_after", "no answer in time, though it was applied",
     W::anywhere, P::answer_lost, Ending::answer_lost, K::timeout},
    {Fault::lost_after, "lost_after", "it was applied, and the answer was lost",
     W::anywhere, P::answer_lost, Ending::answer_lost, K::connection_lost},
    {Fault::cursor_refused, "cursor_refused", "KV refuses a list cursor",
     W::cursors, P::rejected, Ending::rejected, K::malformed},
    {Fault::quota_used_up, "quota_used_up", "429: the provider's quota of the day is used up",
     W::provider, P::rejected, Ending::rejected, K::throttled},
    {Fault::killed_before, "killed_before", "the process dies before the effect",
     W::anywhere, P::killed, Ending::killed_before, K::connection_lost},
    {Fault::killed_after, "killed_after", "the process dies after the effect",
     W::anywhere, P::killed, Ending::killed_after, K::connection_lost},
    {Fault::budget_spent, "budget_spent", "the invocation has no calls left, this one included",
     W::anywhere, P::rejected, Ending::rejected, K::limit_exceeded},
    {Fault::stale_answer, "stale_answer", "KV answers as things stood up to a minute ago",
     W::kv_reads, P::odd_answer, Ending::applied, K::unavailable},
    {Fault::short_page, "short_page", "a listed page ends early, with more to come",
     W::kv_lists, P::odd_answer, Ending::applied, K::unavailable},
    {Fault::empty_page, "empty_page", "a listed page is empty, with more to come",
     W::kv_lists, P::odd_answer, Ending::applied, K::unavailable},
    {Fault::daily_limit, "daily_limit", "KV takes no more writes today (free plan)",
     W::kv_writes, P::rejected, Ending::rejected, K::limit_exceeded, false, false, free_limit},
    {Fault::slow_query, "slow_query", "D1 works on it for 1 to 20 seconds, and the others wait",
     W::d1, P::slow, Ending::applied, K::timeout},
    {Fault::queue_full, "queue_full", "D1 refuses: too many calls wait in its queue",
     W::d1, P::rejected, Ending::rejected, K::overloaded, false, false, queue_full},
    {Fault::code_updated_before, "code_updated_before", "D1's new code starts, before the effect",
     W::d1, P::rejected, Ending::rejected, K::unavailable, true, true, code_updated},
    {Fault::code_updated_after, "code_updated_after", "D1's new code starts, after the effect",
     W::d1, P::answer_lost, Ending::answer_lost, K::unavailable, true, true, code_updated},
    {Fault::storage_reset_before, "storage_reset_before", "D1's storage fails, before the effect",
     W::d1, P::rejected, Ending::rejected, K::unavailable, true, true, storage_reset},
    {Fault::storage_reset_after, "storage_reset_after", "D1's storage fails, after the effect",
     W::d1, P::answer_lost, Ending::answer_lost, K::unavailable, true, true, storage_reset},
    {Fault::timeout_reset_before, "timeout_reset_before", "D1's storage hangs, before the effect",
     W::d1, P::rejected, Ending::rejected, K::timeout, true, true, timeout_reset},
    {Fault::timeout_reset_after, "timeout_reset_after", "D1's storage hangs, after the effect",
     W::d1, P::answer_lost, Ending::answer_lost, K::timeout, true, true, timeout_reset},
    {Fault::memory_reset_before, "memory_reset_before", "D1 is out of memory, before the effect",
     W::d1, P::rejected, Ending::rejected, K::unavailable, true, true, memory_reset},
    {Fault::memory_reset_after, "memory_reset_after", "D1 is out of memory, after the effect",
     W::d1, P::answer_lost, Ending::answer_lost, K::unavailable, true, true, memory_reset},
    {Fault::cpu_reset_before, "cpu_reset_before", "D1 is out of CPU time; reset before the effect",
     W::d1, P::rejected, Ending::rejected, K::unavailable, true, true, cpu_reset},
    {Fault::cpu_reset_after, "cpu_reset_after", "D1 is out of CPU time; reset after the effect",
     W::d1, P::answer_lost, Ending::answer_lost, K::unavailable, true, true, cpu_reset},
    {Fault::starting_up, "starting_up", "D1 fails while it starts up",
     W::d1, P::rejected, Ending::rejected, K::unavailable, false, true, starting_up},
    {Fault::not_resolved, "not_resolved", "D1 cannot be found for a moment",
     W::d1, P::rejected, Ending::rejected, K::unavailable, false, false, not_resolved},
    {Fault::forbidden, "forbidden", "403: the provider does not know where we are",
     W::provider, P::odd_answer, Ending::applied, K::unauthorized},
    {Fault::not_enabled, "not_enabled", "403: the provider does not know the project",
     W::provider, P::odd_answer, Ending::applied, K::unauthorized},
    {Fault::rate_limit, "rate_limit", "403: too many calls at once",
     W::provider, P::odd_answer, Ending::applied, K::throttled},
    {Fault::bad_request, "bad_request", "400: another way to say that the quota is used up",
     W::provider, P::odd_answer, Ending::applied, K::throttled},
    {Fault::not_found, "not_found", "the provider does not find the book this time",
     W::provider, P::odd_answer, Ending::applied, K::unavailable},
    {Fault::wrong_edition, "wrong_edition", "the provider answers with another edition",
     W::provider, P::odd_answer, Ending::applied, K::unavailable},
    {Fault::malformed, "malformed", "the provider's answer is cut off",
     W::provider, P::odd_answer, Ending::applied, K::malformed},
    {Fault::html, "html", "the provider answers with a page for people",
     W::provider, P::odd_answer, Ending::applied, K::malformed},
    {Fault::huge, "huge", "the provider's answer is far too long",
     W::provider, P::odd_answer, Ending::applied, K::malformed},
}};
// clang-format on

bool happens_at(Where where, const sim::Call& call) {
  const bool kv = call.service == Service::kv;
  switch (where) {
    case Where::anywhere: return true;
    case Where::kv_writes: return kv && !call.reads;
    case Where::kv_reads: return kv && call.reads;
    case Where::kv_lists: return kv && call.site == "kv.list";
    case Where::cursors: return call.with_cursor;
    case Where::d1: return call.service == Service::d1;
    case Where::provider: return call.service == Service::provider;
  }
  return false;
}

// Which odd answer of the provider, counted from 1 (sim::Twist).
std::uint8_t oddity_of(Fault fault) {
  const auto number = [](fakes::ProviderTrouble trouble) {
    return static_cast<std::uint8_t>(1 + static_cast<int>(trouble));
  };
  switch (fault) {
    case Fault::forbidden: return number(fakes::ProviderTrouble::unknown_location);
    case Fault::not_enabled: return number(fakes::ProviderTrouble::not_enabled);
    case Fault::rate_limit: return number(fakes::ProviderTrouble::rate_limit);
    case Fault::bad_request: return number(fakes::ProviderTrouble::quota_as_400);
    case Fault::not_found: return number(fakes::ProviderTrouble::not_found);
    case Fault::wrong_edition: return number(fakes::ProviderTrouble::wrong_edition);
    case Fault::malformed: return number(fakes::ProviderTrouble::malformed_json);
    case Fault::html: return number(fakes::ProviderTrouble::html);
    case Fault::huge: return number(fakes::ProviderTrouble::huge);
    default: return 0;
  }
}

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

std::string_view name_of(Where where) {
  switch (where) {
    case Where::anywhere: return "any call";
    case Where::kv_writes: return "KV writes";
    case Where::kv_reads: return "KV reads and lists";
    case Where::kv_lists: return "KV lists";
    case Where::cursors: return "KV lists with a cursor";
    case Where::d1: return "D1";
    case Where::provider: return "the provider";
  }
  return "?";
}

bool applies(Fault fault, const sim::Call& call) {
  return happens_at(row_of(fault).where, call);
}

sim::Decision decision_of(Fault fault, std::uint64_t size) {
  const FaultRow& row = row_of(fault);
  sim::Decision decision(row.ending, row.kind);
  decision.name = row.name;
  decision.message = row.message;
  decision.in_doubt = row.in_doubt;
  decision.resets = row.resets;
  decision.twist.oddity = oddity_of(fault);
  switch (fault) {
    case Fault::latency_spike:
      decision.delay = std::chrono::milliseconds(100 + size % 9'900);
      break;
    case Fault::slow_query: decision.slow = std::chrono::milliseconds(1000 + size % 19'000); break;
    case Fault::budget_spent: decision.spends_budget = true; break;
    case Fault::stale_answer: decision.twist.age = std::chrono::milliseconds(size * 6); break;
    case Fault::short_page: decision.twist.page_keys = 1 + size % 10; break;
    case Fault::empty_page: decision.twist.page_keys = 0; break;
    default:
      if (row.kind == FailureKind::timeout) {
        decision.delay = std::chrono::seconds(10 + size % 20);
      }
  }
  return decision;
}

}  // namespace cutover::faults
