#include "fakes/provider/provider_service.h"

#include <algorithm>
#include <utility>

#include "core/ports/check.h"

namespace cutover::fakes {
namespace {

constexpr std::int64_t day_seconds = 86'400;

// A volume with these fields besides the book's own.
std::string search_answer(std::string_view book, const std::string& fields) {
  CUTOVER_CHECK(book.size() >= 2 && book.front() == '{' && book.back() == '}',
                "a book is a JSON object");
  std::string info(book.substr(0, book.size() - 1));
  if (!fields.empty()) {
    if (info.size() > 1) info += ',';
    info += fields;
  }
  return R"({"kind":"books#volumes","totalItems":1,"items":[{"kind":"books#volume","volumeInfo":)" +
         info + "}}]}";
}

std::string identifiers(std::string_view isbn13) {
  return R"("industryIdentifiers":[{"type":"ISBN_13","identifier":")" + std::string(isbn13) +
         R"("}])";
}

Failure failure(FailureKind kind, bool retryable, std::string_view message) {
  Failure made;
  made.service = Service::provider;
  made.operation = "find";
  made.kind = kind;
  made.retryable = retryable;
  made.effect = Effect::not_applied;
  made.message = message;
  return made;
}

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
  next_calls_.push_back({count, trouble, isbn13});
}

void ProviderService::fail_between(Duration from, Duration until, ProviderTrouble trouble) {
  spans_.push_back({from, until, trouble});
}

void ProviderService::heal() {
  next_calls_.clear();
  spans_.clear();
}

Outcome<std::optional<std::string>> ProviderService::find(std::string_view isbn13) {
  ++calls_;
  ++calls_of_.try_emplace(std::string(isbn13), 0).first->second;
  if (const auto trouble = trouble_of(isbn13)) {
    use_up(isbn13);
    return failure_of(*trouble);
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

Duration ProviderService::latency_of(std::string_view isbn13) const {
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

Failure ProviderService::failure_of(ProviderTrouble trouble) const {
  switch (trouble) {
    case ProviderTrouble::quota: {
      Failure made = failure(FailureKind::throttled, false,
                             "Quota exceeded for quota metric 'Queries' and limit 'Queries per "
                             "day' of service 'books.googleapis.com'");
      const std::int64_t left = day_seconds - scheduler_.wall().seconds() % day_seconds;
      made.retry_after = options_.quota_retry_after > Duration{0} ? options_.quota_retry_after
                                                                  : std::chrono::seconds(left);
      return made;
    }
    case ProviderTrouble::backend_failed:
      return failure(FailureKind::unavailable, true, "Service temporarily unavailable.");
    case ProviderTrouble::timeout: return failure(FailureKind::timeout, true, "no answer in time");
    case ProviderTrouble::connection_lost:
      return failure(FailureKind::connection_lost, true, "connection reset by peer");
    case ProviderTrouble::html:
      return failure(FailureKind::malformed, true, "the answer is no JSON: <!DOCTYPE html>");
    case ProviderTrouble::unknown_location: break;
  }
  return failure(FailureKind::unauthorized, false,
                 "Cannot determine user location for geographically restricted operation.");
}

std::int64_t ProviderService::today() const {
  return scheduler_.wall().seconds() / day_seconds;
}

}  // namespace cutover::fakes
