#include "core/lookup/provider_answer.h"

#include <string>
#include <utility>

#include "core/books/canonical_json.h"
#include "core/ports/retry.h"

namespace cutover::lookup {
namespace {

constexpr RetryPolicy patience{2, std::chrono::milliseconds(300), std::chrono::milliseconds(300)};

bool passes_soon(const Failure& failure) {
  const bool brief =
      failure.kind == FailureKind::unavailable || failure.kind == FailureKind::connection_lost;
  return brief && failure.retryable && failure.retry_after <= patience.wait_max;
}

Failure makes_no_sense(const books::Rejected& rejected) {
  Failure failure;
  failure.service = Service::provider;
  failure.operation = "find";
  failure.kind = FailureKind::malformed;
  failure.retryable = true;
  failure.effect = Effect::not_applied;
  failure.message = std::string(rejected.reason) + ": " + rejected.detail;
  return failure;
}

ProviderAnswer sorted(Tiers& tiers, const books::Isbn& isbn, std::string_view answer,
                      std::int64_t asked_at) {
  const ReaderPool::Lease reader(tiers.readers);
  books::Transformed made = books::live_row(isbn.digits(), answer, asked_at, reader->transform());
  if (auto* row = std::get_if<books::BookRow>(&made)) return std::move(*row);
  const auto* rejected = std::get_if<books::Rejected>(&made);
  if (rejected == nullptr || rejected->reason == "isbn_mismatch") return NoSuchBook{};
  tiers.telemetry.emit("lookup.malformed", {{"reason", rejected->reason}});
  return makes_no_sense(*rejected);
}

}  // namespace

ProviderAnswer ask_provider(Tiers& tiers, const books::Isbn& isbn, Duration deadline) {
  // When it was asked, not when it answered: a slow answer is not a newer one (plan defect W16).
  std::int64_t asked_at = tiers.runtime.wall().millis();
  auto answer = tiers.provider.find(isbn.digits());
  if (!answer && passes_soon(answer.error())) {
    const Duration wait =
        retry_wait(patience, answer.error(), 2, tiers.runtime.random_number("lookup.provider"));
    if (tiers.runtime.now() + wait < deadline) {
      tiers.runtime.sleep(wait);
      asked_at = tiers.runtime.wall().millis();
      answer = tiers.provider.find(isbn.digits());
    }
  }
  if (!answer) return std::move(answer.error());
  if (!*answer) return NoSuchBook{};
  return sorted(tiers, isbn, **answer, asked_at);
}

}  // namespace cutover::lookup
