#include "adapters/cloudflare/verdict.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace cutover::cloudflare {
namespace {

constexpr Duration patience = std::chrono::minutes(6);
constexpr std::int64_t retry_after_seconds_max = 86'400;

// Codes of the API.
constexpr std::int64_t bad_credentials = 10000;
constexpr std::int64_t bad_headers = 6003;  // a token that cannot be one
constexpr std::int64_t used_up_today = 10048;
constexpr std::int64_t statement_failed = 7500;

struct Meaning {
  FailureKind kind = FailureKind::unavailable;
  bool retryable = false;
  bool in_doubt = false;
  Duration retry_after{0};
};

struct Words {
  std::string_view text;
  Meaning meaning;
};

using K = FailureKind;

// D1's words, the first that is found counts.
constexpr std::array<Words, 30> d1_words = {{
    {"SQLITE_CONSTRAINT", {K::constraint}},
    {"SQLITE_MISMATCH", {K::constraint}},
    {"SQLITE_TOOBIG", {K::limit_exceeded}},
    {"SQLITE_NOMEM", {K::limit_exceeded}},
    {"too many SQL variables", {K::limit_exceeded}},
    {"variable number must be", {K::limit_exceeded}},
    {"too many columns", {K::limit_exceeded}},
    {"too many arguments on function", {K::limit_exceeded}},
    {"Expression tree is too large", {K::limit_exceeded}},
    {"too many terms in compound SELECT", {K::limit_exceeded}},
    {"LIKE or GLOB pattern too complex", {K::limit_exceeded}},
    {"at most 64 tables in a join", {K::limit_exceeded}},
    {"SQLITE_ERROR", {K::malformed}},
    {"SQLITE_AUTH", {K::malformed}},
    {"SQLITE_BUSY", {K::overloaded, true}},
    {"SQLITE_FULL", {K::unavailable}},
    {"SQLITE_CORRUPT", {K::unavailable}},
    {"SQLITE_IOERR", {K::unavailable, true, true}},
    {"D1 DB is overloaded", {K::overloaded, true}},
    {"exceeded timeout which caused object to be reset", {K::timeout, true, true}},
    {"starting up D1 DB storage", {K::unavailable, true}},
    {"Cannot resolve D1 DB", {K::unavailable, true}},
    {"caused object to be reset", {K::unavailable, true, true}},
    {"D1 DB reset because", {K::unavailable, true, true}},
    {"limit and was reset", {K::unavailable, true, true}},
    {"Network connection lost", {K::connection_lost, true, true}},
    {"client disconnected", {K::connection_lost, true, true}},
    {"Currently processing a long-running", {K::unavailable, true}},
    {"Exceeded maximum DB size", {K::unavailable}},
    {"nternal error", {K::unavailable, true, true}},  // with or without a capital
}};

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

Duration seconds_of(std::string_view header) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), seconds);
  if (error != std::errc() || end != header.data() + header.size() || seconds < 0) return {};
  return std::chrono::seconds(std::min(seconds, retry_after_seconds_max));
}

std::optional<Meaning> by_words(const Envelope& envelope, const ApiClient& api) {
  const std::string& text = envelope.text();
  if (contains(text, "free tier daily")) {
    return Meaning{K::throttled, false, false, api.until_midnight()};
  }
  const auto* found = std::find_if(d1_words.begin(), d1_words.end(),
                                   [&](const Words& words) { return contains(text, words.text); });
  if (found == d1_words.end()) return std::nullopt;
  return found->meaning;
}

Meaning throttled(const ApiAnswer& answer, const Envelope& envelope, const ApiClient& api) {
  if (envelope.has_code(used_up_today)) return {K::throttled, false, false, api.until_midnight()};
  const Duration wish = seconds_of(answer.retry_after);
  return {K::throttled, wish <= patience, false, wish};
}

Meaning by_status(const Question& question, const ApiAnswer& answer, const Envelope& envelope,
                  const ApiClient& api) {
  const int status = answer.status;
  if (envelope.has_code(bad_credentials) || envelope.has_code(bad_headers) || status == 401 ||
      status == 403) {
    return {K::unauthorized};
  }
  if (status == 429 || envelope.has_code(used_up_today)) return throttled(answer, envelope, api);
  const bool late = status == 408 || status == 504 || status == 522 || status == 524;
  if (late) return {K::timeout, true, true, seconds_of(answer.retry_after)};
  if (status >= 500) return {K::unavailable, true, true, seconds_of(answer.retry_after)};
  if (status == 413 || status == 414) return {K::limit_exceeded};
  if (question.service == Service::d1) {
    return {envelope.has_code(statement_failed) ? K::malformed : K::unavailable};
  }
  // 10011 is an id that is none.
  return {status == 400 && !envelope.has_code(10011) ? K::malformed : K::unavailable};
}

Failure failure_of(const Question& question, const Meaning& meaning, std::string message) {
  Failure failure;
  failure.service = question.service;
  failure.operation = question.operation;
  failure.kind = meaning.kind;
  failure.retryable = meaning.retryable;
  failure.retry_after = meaning.retry_after;
  const bool unknown = meaning.in_doubt && question.writes;
  failure.effect = unknown ? Effect::unknown : Effect::not_applied;
  failure.message = std::move(message);
  return failure;
}

bool is_html(std::string_view body) {
  const std::size_t begin = body.find_first_not_of(" \t\r\n");
  return begin != std::string_view::npos && body[begin] == '<';
}

std::string words_of(const ApiAnswer& answer, const Envelope& envelope) {
  std::string words = "status " + std::to_string(answer.status);
  if (envelope.code() != 0) words += " (" + std::to_string(envelope.code()) + ")";
  if (!envelope.text().empty()) return words + ": " + envelope.text();
  if (answer.status >= 300 && answer.status < 400) {
    return words + ": redirects are not followed; is the API's base URL right?";
  }
  if (envelope.valid()) return words + " without a reason";
  return words + (is_html(answer.body) ? " with HTML instead of JSON" : " without JSON");
}

}  // namespace

Failure judge_silence(const Question& question, const Silence& silence, const ApiClient& api) {
  const Meaning meaning{silence.kind, silence.retryable, silence.sent};
  return failure_of(question, meaning, api.for_people(silence.message));
}

Failure judge_refusal(const Question& question, const ApiAnswer& answer, const Envelope& envelope,
                      const ApiClient& api) {
  std::string words = api.for_people(words_of(answer, envelope));
  const bool accepted = answer.status >= 200 && answer.status < 300;
  if (accepted && !envelope.valid()) return judge_nonsense(question, words);
  if (question.service == Service::d1) {
    if (auto meaning = by_words(envelope, api)) {
      if (meaning->retry_after.count() == 0) meaning->retry_after = seconds_of(answer.retry_after);
      return failure_of(question, *meaning, std::move(words));
    }
  }
  return failure_of(question, by_status(question, answer, envelope, api), std::move(words));
}

Failure judge_nonsense(const Question& question, std::string_view what) {
  // The next answer may be whole; what this one stood for may have been applied.
  return failure_of(question, {K::malformed, true, true}, std::string(what));
}

Failure judge_unasked(const Question& question, FailureKind kind, std::string why) {
  return failure_of(question, {kind}, std::move(why));
}

}  // namespace cutover::cloudflare
