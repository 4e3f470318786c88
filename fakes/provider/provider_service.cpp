#include "fakes/provider/provider_service.h"

#include <algorithm>
#include <utility>

#include "fakes/provider/search_answer.h"
#include "fakes/sim/sanitizers.h"

namespace cutover::fakes {
namespace {

// How long one odd answer asks its caller to wait: the provider itself is well.
constexpr Duration oddity_wait = std::chrono::seconds(20);

constexpr std::int64_t day_seconds = 86'400;

}  // namespace

ProviderService::ProviderService(sim::Scheduler& scheduler, const Options& options)
    : scheduler_(scheduler), options_(options), day_(today()) {}

void ProviderService::put_book(const std::string& isbn13, std::string_view book) {
  put_answer(isbn13, search_answer(book, identifiers(isbn13)));
}

void ProviderService::put_other_edition(const std::string& isbn13, std::string_view named,
                                        std::string_view book) {
  put_answer(isbn13, search_answer(book, identifiers(named)));
}

void ProviderService::put_unidentified(const std::string& isbn13, std::string_view book) {
  put_answer(isbn13, search_answer(book, ""));
}

void ProviderService::put_answer(const std::string& isbn13, std::string answer) {
  answers_.insert_or_assign(isbn13, std::move(answer));
}

void ProviderService::remove(const std::string& isbn13) {
  answers_.erase(isbn13);
}

void ProviderService::fail_next(std::int64_t count, ProviderTrouble trouble,
                                const std::string& isbn13) {
  const sim::Quiet quiet;  // a script may call it while others ask the provider
  next_calls_.push_back({count, trouble, isbn13});
}

void ProviderService::fail_between(Duration from, Duration until, ProviderTrouble trouble,
                                   const std::string& isbn13) {
  const sim::Quiet quiet;
  spans_.push_back({from, until, trouble, isbn13});
}

void ProviderService::heal() {
  const sim::Quiet quiet;
  next_calls_.clear();
  spans_.clear();
}

Outcome<std::optional<std::string>> ProviderService::find(std::string_view isbn13) {
  ++calls_;
  ++calls_of_.try_emplace(std::string(isbn13), 0).first->second;
  if (const auto trouble = trouble_of(isbn13)) {
    use_up(isbn13);
    return outcome_of(*trouble, isbn13, quota_wait());
  }
  if (today() != day_) {
    day_ = today();
    answered_ = 0;
  }
  ++answered_;
  const auto answer = answers_.find(isbn13);
  if (answer == answers_.end()) return std::optional<std::string>();
  return std::optional<std::string>(answer->second);
}

Outcome<std::optional<std::string>> ProviderService::find_oddly(std::string_view isbn13,
                                                                ProviderTrouble trouble) {
  ++calls_;
  ++calls_of_.try_emplace(std::string(isbn13), 0).first->second;
  return outcome_of(trouble, isbn13, oddity_wait);
}

Duration ProviderService::latency_of(std::string_view isbn13) const {
  const sim::Quiet quiet;
  return trouble_of(isbn13) == ProviderTrouble::timeout ? options_.timeout : options_.latency;
}

std::int64_t ProviderService::calls_of(std::string_view isbn13) const {
  const auto found = calls_of_.find(isbn13);
  return found == calls_of_.end() ? 0 : found->second;
}

// What is scripted comes before the quota.
std::optional<ProviderTrouble> ProviderService::trouble_of(std::string_view isbn13) const {
  for (const NextCalls& next : next_calls_) {
    if (next.left > 0 && (next.isbn13.empty() || next.isbn13 == isbn13)) return next.trouble;
  }
  for (const Span& span : spans_) {
    if (!span.isbn13.empty() && span.isbn13 != isbn13) continue;
    if (scheduler_.now() >= span.from && scheduler_.now() < span.until) return span.trouble;
  }
  const bool used_up =
      options_.daily_quota && today() == day_ && answered_ >= *options_.daily_quota;
  return used_up ? std::optional(ProviderTrouble::quota) : std::nullopt;
}

void ProviderService::use_up(std::string_view isbn13) {
  for (NextCalls& next : next_calls_) {
    if (next.left > 0 && (next.isbn13.empty() || next.isbn13 == isbn13)) {
      --next.left;
      return;
    }
  }
}

Duration ProviderService::quota_wait() const {
  if (options_.quota_retry_after > Duration{0}) return options_.quota_retry_after;
  return std::chrono::seconds(day_seconds - scheduler_.wall().seconds() % day_seconds);
}

std::int64_t ProviderService::today() const {
  return scheduler_.wall().seconds() / day_seconds;
}

}  // namespace cutover::fakes
