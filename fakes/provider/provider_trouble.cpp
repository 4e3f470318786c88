#include "fakes/provider/provider_trouble.h"

#include <array>

#include "core/ports/check.h"
#include "fakes/provider/search_answer.h"

namespace cutover::fakes {
namespace {

using Trouble = ProviderTrouble;

struct Row {
  Trouble trouble;
  std::string_view name;
  FailureKind kind;  // of a failure
  bool retryable;
  std::string_view message;  // empty: it is an answer
};

constexpr FailureKind unauthorized = FailureKind::unauthorized;

constexpr std::array rows = {
    Row{Trouble::quota, "quota", FailureKind::throttled, false,
        "Quota exceeded for quota metric 'Queries' and limit 'Queries per day' of service "
        "'books.googleapis.com'"},
    Row{Trouble::quota_as_400, "quota_as_400", FailureKind::throttled, false,
        "Quota exceeded for this project: Queries per day"},
    Row{Trouble::rate_limit, "rate_limit", FailureKind::throttled, true,
        "User Rate Limit Exceeded"},
    Row{Trouble::backend_failed, "backend_failed", FailureKind::unavailable, true,
        "Service temporarily unavailable."},
    Row{Trouble::timeout, "timeout", FailureKind::timeout, true, "no answer in time"},
    Row{Trouble::connection_lost, "connection_lost", FailureKind::connection_lost, true,
        "connection reset by peer"},
    Row{Trouble::html, "html", FailureKind::malformed, true,
        "the answer is no JSON: <!DOCTYPE html>"},
    Row{Trouble::malformed_json, "malformed_json", FailureKind::malformed, true,
        "the answer is broken JSON: it ends in the middle"},
    Row{Trouble::huge, "huge", FailureKind::limit_exceeded, false,
        "the answer has more than 4194304 bytes"},
    Row{Trouble::unknown_location, "unknown_location", unauthorized, false,
        "Cannot determine user location for geographically restricted operation."},
    Row{Trouble::not_enabled, "not_enabled", unauthorized, false,
        "Books API has not been used in this project before or it is disabled."},
    Row{Trouble::not_found, "not_found", {}, false, ""},
    Row{Trouble::wrong_edition, "wrong_edition", {}, false, ""},
};

const Row& row_of(Trouble trouble) {
  const Row& row = rows.at(static_cast<std::size_t>(trouble));
  CUTOVER_CHECK(row.trouble == trouble, "the table is in the order of the enumeration");
  return row;
}

bool is_days_quota(Trouble trouble) {
  return trouble == Trouble::quota || trouble == Trouble::quota_as_400;
}

// How long a burst is over its limit: the service names no time, clients wait a minute.
constexpr Duration rate_wait = std::chrono::seconds(60);

}  // namespace

std::span<const ProviderTrouble> provider_troubles() {
  static constexpr auto all = [] {
    std::array<ProviderTrouble, rows.size()> troubles{};
    for (std::size_t i = 0; i < rows.size(); ++i) troubles.at(i) = rows.at(i).trouble;
    return troubles;
  }();
  return all;
}

std::string_view name_of(ProviderTrouble trouble) {
  return row_of(trouble).name;
}

bool is_answer(ProviderTrouble trouble) {
  return row_of(trouble).message.empty();
}

std::optional<std::string> odd_answer(ProviderTrouble trouble, std::string_view isbn13) {
  CUTOVER_CHECK(is_answer(trouble), "a failure is no answer");
  if (trouble == ProviderTrouble::not_found) return std::nullopt;
  // Two books that were mixed up in earnest.
  const std::string_view other = isbn13 == "9780521693769" ? "9780521614030" : "9780521693769";
  return search_answer(R"({"title":"Another edition","authors":["Somebody Else"]})",
                       identifiers(other));
}

Failure failure_of(ProviderTrouble trouble, Duration quota_wait) {
  CUTOVER_CHECK(!is_answer(trouble), "an answer is no failure");
  const Row& row = row_of(trouble);
  Failure failure;
  failure.service = Service::provider;
  failure.operation = "find";
  failure.kind = row.kind;
  failure.retryable = row.retryable;
  failure.effect = Effect::not_applied;
  failure.message = row.message;
  if (is_days_quota(trouble)) failure.retry_after = quota_wait;
  if (trouble == ProviderTrouble::rate_limit) failure.retry_after = rate_wait;
  return failure;
}

Outcome<std::optional<std::string>> outcome_of(ProviderTrouble trouble, std::string_view isbn13,
                                               Duration quota_wait) {
  if (is_answer(trouble)) return odd_answer(trouble, isbn13);
  return failure_of(trouble, quota_wait);
}

}  // namespace cutover::fakes
