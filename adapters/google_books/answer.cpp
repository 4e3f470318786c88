#include "adapters/google_books/answer.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace cutover::google_books {
namespace {

constexpr std::size_t message_bytes_max = 300;
constexpr std::int64_t retry_after_seconds_max = 86'400;

// A day's quota does not come back within a request's patience.
constexpr Duration day_quota_wait = std::chrono::hours(1);
constexpr Duration burst_quota_wait = std::chrono::seconds(60);

struct ServiceError {
  std::string reason;   // error.errors[0].reason, or error.status
  std::string message;  // error.message
};

ServiceError read_error(std::string_view body) {
  ServiceError read;
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(simdjson::padded_string(body)).get(root) != simdjson::SUCCESS) return read;
  std::string_view text;
  if (root.at_pointer("/error/message").get(text) == simdjson::SUCCESS) read.message = text;
  if (root.at_pointer("/error/errors/0/reason").get(text) == simdjson::SUCCESS ||
      root.at_pointer("/error/status").get(text) == simdjson::SUCCESS) {
    read.reason = text;
  }
  return read;
}

// One printable line, bounded, without the key.
std::string for_people(std::string text, std::string_view key) {
  for (std::size_t at = 0; !key.empty() && (at = text.find(key, at)) != std::string::npos;) {
    text.replace(at, key.size(), "(key)");
  }
  if (text.size() > message_bytes_max) text.resize(message_bytes_max);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c == 127; }, '?');
  return text;
}

Duration seconds_of(std::string_view header) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), seconds);
  if (error != std::errc() || end != header.data() + header.size() || seconds < 0) return {};
  return std::chrono::seconds(std::min(seconds, retry_after_seconds_max));
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

template <std::size_t n>
bool is_one_of(std::string_view reason, const std::array<std::string_view, n>& reasons) {
  return std::find(reasons.begin(), reasons.end(), reason) != reasons.end();
}

// Quotas are answered with 429, with 403 and, for a keyed project, with 400.
constexpr std::array<std::string_view, 6> quota_reasons = {
    "rateLimitExceeded",       "userRateLimitExceeded", "dailyLimitExceeded",
    "dailyLimitExceededUnreg", "quotaExceeded",         "RESOURCE_EXHAUSTED"};

bool is_quota(int status, const ServiceError& error) {
  return status == 429 || is_one_of(error.reason, quota_reasons) ||
         (status == 400 && (contains(error.message, "uota") || contains(error.message, "imit")));
}

bool is_day_quota(const ServiceError& error) {
  return contains(error.reason, "daily") || contains(error.message, "per day") ||
         contains(error.message, "aily");
}

Failure quota(const ServiceError& error, Duration wish) {
  Failure failure;
  failure.kind = FailureKind::throttled;
  const bool day = is_day_quota(error);
  failure.retry_after = wish.count() > 0 ? wish : day ? day_quota_wait : burst_quota_wait;
  failure.retryable = !day && failure.retry_after <= burst_quota_wait;
  return failure;
}

Failure refusal(int status, const ServiceError& error, Duration wish) {
  if (is_quota(status, error)) return quota(error, wish);
  Failure failure;
  failure.retry_after = wish;
  if (status >= 500) {
    failure.kind = status == 504 ? FailureKind::timeout : FailureKind::unavailable;
    failure.retryable = true;
  } else if (status == 408) {
    failure.kind = FailureKind::timeout;
    failure.retryable = true;
  } else if (status == 401 || status == 403 || contains(error.message, "API key") ||
             contains(error.reason, "keyInvalid")) {
    failure.kind = FailureKind::unauthorized;
  } else {
    failure.kind = FailureKind::malformed;
  }
  return failure;
}

Failure malformed(std::string message) {
  Failure failure;
  failure.kind = FailureKind::malformed;
  failure.retryable = true;  // a proxy's page, or an answer cut short: the next may be whole
  failure.message = std::move(message);
  return failure;
}

Outcome<std::optional<std::string>> judge_success(std::string body) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(simdjson::padded_string(body)).get(root) != simdjson::SUCCESS) {
    const std::size_t begin = body.find_first_not_of(" \t\r\n");
    const bool html = begin != std::string::npos && body[begin] == '<';
    return malformed(html ? "status 200 with HTML instead of JSON" : "status 200 with broken JSON");
  }
  simdjson::dom::array items;
  if (root["items"].get(items) == simdjson::SUCCESS && items.size() > 0) return {std::move(body)};
  std::int64_t total = 0;
  if (root["totalItems"].get(total) != simdjson::SUCCESS) {
    return malformed("status 200 without totalItems: not an answer to a search");
  }
  // A total without items has been seen while the service was in trouble: no proof of absence.
  if (total > 0) return malformed("totalItems is " + std::to_string(total) + ", but no item came");
  return std::optional<std::string>();
}

}  // namespace

Outcome<std::optional<std::string>> judge(RawAnswer answer, std::string_view key) {
  if (answer.status == 200) {
    auto judged = judge_success(std::move(answer.body));
    if (!judged) {
      judged.error().service = Service::provider;
      judged.error().operation = "find";
      judged.error().effect = Effect::not_applied;
    }
    return judged;
  }
  const ServiceError error = read_error(answer.body);
  Failure failure = refusal(answer.status, error, seconds_of(answer.retry_after));
  failure.service = Service::provider;
  failure.operation = "find";
  failure.effect = Effect::not_applied;
  std::string message = "status " + std::to_string(answer.status);
  if (!error.reason.empty()) message += " (" + error.reason + ")";
  if (!error.message.empty()) message += ": " + error.message;
  failure.message = for_people(std::move(message), key);
  return failure;
}

}  // namespace cutover::google_books
