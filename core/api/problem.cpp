#include "core/api/problem.h"

#include <algorithm>

namespace cutover::api {
namespace {

constexpr std::int64_t retry_seconds_unknown = 5;

std::string seconds_of(Duration wait) {
  const auto micros = wait.count();
  if (micros <= 0) return std::to_string(retry_seconds_unknown);
  return std::to_string((micros - 1) / 1'000'000 + 1);
}

std::string who(Service service) {
  switch (service) {
    case Service::kv: return "the cache";
    case Service::d1: return "the database";
    case Service::provider: return "the book provider";
  }
  return "a service";
}

Problem come_back(const Failure& failure, Duration wait, std::string_view code) {
  const std::string seconds = seconds_of(wait);
  return {503,
          code,
          who(failure.service) + " cannot serve this now (" + std::string(name_of(failure.kind)) +
              "); try again in " + seconds + " s",
          {{"Retry-After", seconds}},
          {}};
}

Problem told(const Failure& failure, Duration wait) {
  switch (failure.kind) {
    case FailureKind::throttled:
    case FailureKind::overloaded: return come_back(failure, wait, "OVERLOADED");
    case FailureKind::timeout:
      return {504, "TIMEOUT", who(failure.service) + " did not answer in time; try again", {}, {}};
    case FailureKind::unavailable:
    case FailureKind::connection_lost:
    case FailureKind::limit_exceeded:  // of the invocation or of the day; sizes are checked before
    case FailureKind::constraint:
    case FailureKind::malformed:
    case FailureKind::unauthorized: break;
  }
  const bool passes = failure.kind == FailureKind::unavailable ||
                      failure.kind == FailureKind::connection_lost ||
                      failure.kind == FailureKind::limit_exceeded;
  if (passes && wait > Duration{0}) return come_back(failure, wait, "SERVICE_UNAVAILABLE");
  if (failure.service == Service::provider) {
    return {502,
            "PROVIDER_ERROR",
            "the book provider failed (" + std::string(name_of(failure.kind)) +
                "); this says nothing about the book; try again later",
            {},
            {}};
  }
  if (passes) return come_back(failure, wait, "SERVICE_UNAVAILABLE");
  return {500, "INTERNAL_ERROR", who(failure.service) + " refused what this service asked", {}, {}};
}

}  // namespace

Problem problem_of(const Failure& failure, Duration retry_after, bool for_admin) {
  Problem problem = told(failure, std::max(retry_after, failure.retry_after));
  if (for_admin) problem.message += ": " + describe(failure);
  return problem;
}

}  // namespace cutover::api
