#include "fakes/cloudflare/failure_answer.h"

#include <cctype>
#include <string>

#include "fakes/cloudflare/json_input.h"

namespace cutover::simulate {
namespace {

constexpr std::string_view d1_prefix = "D1_ERROR: ";
// What the gate says of a fault that has no words of its own.
constexpr std::string_view no_words = "injected fault";

constexpr int d1_code = 7500;
constexpr int d1_overloaded_code = 7429;
constexpr int used_up_code = 10048;

// "KV PUT failed: 413 Value length of ..." is 413 and "Value length of ...". Status 0: it names
// none.
KvSaid worded(std::string_view message) {
  const std::size_t at = message.find(" failed: ");
  if (!message.starts_with("KV ") || at == std::string_view::npos) return {0, std::string(message)};
  const std::string_view rest = message.substr(at + 9);
  const auto status = whole_number(rest.substr(0, 3));
  if (!status || rest.size() < 4) return {0, std::string(rest)};
  return {static_cast<int>(*status), std::string(rest.substr(4))};
}

int status_of(FailureKind kind) {
  switch (kind) {
    case FailureKind::throttled:
    case FailureKind::overloaded: return 429;
    case FailureKind::unavailable: return 503;
    case FailureKind::unauthorized: return 403;
    default: return 400;
  }
}

bool is_daily(const Failure& failure) {
  return failure.message.find("for the day") != std::string::npos ||
         failure.message.find("10048") != std::string::npos;
}

Answer with_retry_after(api::HttpResponse response, const Failure& failure) {
  if (failure.retry_after > Duration{0}) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(failure.retry_after).count();
    response.headers.emplace_back("retry-after", std::to_string(seconds));
  }
  return response;
}

// With words of its own where the gate has none.
KvSaid told_by_kv(const Failure& failure) {
  KvSaid said = worded(failure.message);
  if (said.status == 0) said.status = status_of(failure.kind);
  if (said.text == no_words) {
    // Of all requests that make no sense, only a cursor is refused without a reason of its own.
    said.text = said.status == 429   ? "Too Many Requests"
                : said.status == 400 ? "Invalid cursor."
                                     : "Service Unavailable";
  }
  return said;
}

}  // namespace

std::optional<KvSaid> said_by_kv(const Failure& failure) {
  if (failure.kind == FailureKind::connection_lost) return std::nullopt;
  if (failure.kind == FailureKind::timeout) return KvSaid{504, "Gateway Timeout"};
  return told_by_kv(failure);
}

std::string said_by_d1(const Failure& failure) {
  std::string text = failure.message;
  if (text.starts_with(d1_prefix)) text.erase(0, d1_prefix.size());
  return text == no_words ? "Internal error; the service is unavailable." : text;
}

Answer kv_failure(std::string_view method, const Failure& failure) {
  if (failure.kind == FailureKind::connection_lost) return std::nullopt;
  if (failure.kind == FailureKind::timeout) return gateway_error(504);
  const std::string name(method);
  if (is_daily(failure)) {
    return with_retry_after(
        simulate::failure({429, used_up_code,
                           name + ": 'you have reached the free usage limit for this operation "
                                  "for today'"}),
        failure);
  }
  KvSaid said = told_by_kv(failure);
  int code = code_invalid;
  if (said.status == 414) code = 10000;
  if (said.status == 429 || said.status >= 500) code = code_of_our_own;
  return with_retry_after(simulate::failure({said.status, code, name + ": '" + said.text + "'"}),
                          failure);
}

Answer d1_failure(const Failure& failure) {
  if (failure.kind == FailureKind::connection_lost) return std::nullopt;
  std::string text = failure.message;
  if (text.starts_with(d1_prefix)) text.erase(0, d1_prefix.size());
  const bool nameless = text == no_words;
  switch (failure.kind) {
    case FailureKind::timeout:
      if (nameless) return gateway_error(504);
      return d1_error({500, d1_code, text});
    case FailureKind::unavailable:
      if (nameless) return d1_error({503, code_of_our_own, "unavailable"});
      return d1_error({500, d1_code, text});
    case FailureKind::overloaded: return d1_error({429, d1_overloaded_code, text});
    case FailureKind::throttled: return with_retry_after(d1_error({429, d1_code, text}), failure);
    default: return d1_error({400, d1_code, text});
  }
}

ApiError namespace_not_found(std::string_view method) {
  return {404, 10013, std::string(method) + ": 'namespace not found'"};
}

}  // namespace cutover::simulate
