#include "core/api/deadline_kv.h"

#include <utility>

namespace cutover::api {
namespace {

Failure refusal(std::string_view operation, FailureKind kind, const char* why) {
  return {Service::kv, operation, kind, false, Duration{0}, Effect::not_applied, why};
}

Failure too_late(std::string_view operation) {
  return refusal(operation, FailureKind::timeout, "this request's time is up");
}

Failure only_reads(std::string_view operation) {
  return refusal(operation, FailureKind::unauthorized, "this walk only reads");
}

}  // namespace

DeadlineKv::DeadlineKv(KvStore& kv, std::function<bool()> time_is_up)
    : kv_(kv), time_is_up_(std::move(time_is_up)) {}

Outcome<std::optional<KvValue>> DeadlineKv::get(std::string_view key) {
  if (time_is_up_()) return too_late("get");
  return kv_.get(key);
}

Outcome<std::vector<std::optional<std::string>>> DeadlineKv::get_many(
    std::span<const std::string> keys) {
  if (time_is_up_()) return too_late("get_many");
  return kv_.get_many(keys);
}

Outcome<void> DeadlineKv::put(std::string_view, std::string_view, const KvPutOptions&) {
  return only_reads("put");
}

Outcome<void> DeadlineKv::remove(std::string_view) {
  return only_reads("remove");
}

Outcome<KvPage> DeadlineKv::list(const KvListQuery& query) {
  if (time_is_up_()) return too_late("list");
  return kv_.list(query);
}

}  // namespace cutover::api
