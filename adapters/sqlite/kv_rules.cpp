#include "adapters/sqlite/kv_rules.h"

#include <utility>

#include "adapters/sqlite/utf8.h"

namespace cutover::sqlite {
namespace {

// The binding reads 32-bit integers.
constexpr std::int64_t expiry_min = -2'147'483'648;
constexpr std::int64_t expiry_max = 2'147'483'647;

// The service's names; its `list` calls itself GET.
std::string_view service_name_of(std::string_view operation) {
  if (operation == "put") return "PUT";
  if (operation == "remove") return "DELETE";
  if (operation == "get_many") return "GET_BULK";
  return "GET";
}

Failure failed(std::string_view operation, FailureKind kind, std::string_view reason) {
  std::string message = "KV ";
  message.append(service_name_of(operation)).append(" failed: ").append(reason);
  return refuse(operation, kind, std::move(message));
}

Failure put_refused(const std::string& reason) {
  return failed("put", FailureKind::limit_exceeded, reason);
}

std::string key_too_long(std::size_t bytes) {
  return "414 UTF-8 encoded length of " + std::to_string(bytes) + " exceeds key length limit of " +
         std::to_string(KvLimits::key_bytes_max) + ".";
}

bool is_out_of_range(const std::optional<std::int64_t>& seconds) {
  return seconds && (*seconds < expiry_min || *seconds > expiry_max);
}

}  // namespace

Failure refuse(std::string_view operation, FailureKind kind, std::string message) {
  Failure failure;
  failure.service = Service::kv;
  failure.operation = operation;
  failure.kind = kind;
  failure.effect = Effect::not_applied;
  failure.message = std::move(message);
  return failure;
}

std::optional<Failure> check_key(std::string_view operation, std::string_view key) {
  if (key.empty()) {
    if (operation == "get_many") {
      return failed(operation, FailureKind::malformed, "400 Key names must not be empty");
    }
    return refuse(operation, FailureKind::malformed, "Key name cannot be empty.");
  }
  if (key == "." || key == "..") {
    if (operation == "get_many") {
      return failed(
          operation, FailureKind::malformed,
          "400 Illegal key name \"" + std::string(key) + "\". Please use a different name.");
    }
    return refuse(operation, FailureKind::malformed,
                  "\"" + std::string(key) + "\" is not allowed as a key name.");
  }
  if (key.size() > KvLimits::key_bytes_max) {
    return failed(operation, FailureKind::limit_exceeded, key_too_long(key.size()));
  }
  if (!is_utf8(key)) {
    return failed(operation, FailureKind::malformed, "400 Could not URL-decode key name");
  }
  return std::nullopt;
}

std::optional<Failure> check_value(std::string_view value) {
  if (value.size() <= KvLimits::value_bytes_max) return std::nullopt;
  return put_refused("413 Value length of " + std::to_string(value.size()) + " exceeds limit of " +
                     std::to_string(KvLimits::value_bytes_max) + ".");
}

std::optional<Failure> check_metadata(std::string_view metadata) {
  if (metadata.size() <= KvLimits::metadata_bytes_max) return std::nullopt;
  return put_refused("413 Metadata length of " + std::to_string(metadata.size()) +
                     " exceeds limit of " + std::to_string(KvLimits::metadata_bytes_max) + ".");
}

std::optional<Failure> check_expiry_range(const KvPutOptions& options) {
  if (!is_out_of_range(options.expiration_ttl) && !is_out_of_range(options.expiration)) {
    return std::nullopt;
  }
  return refuse("put", FailureKind::limit_exceeded,
                "Value out of range. Must be between -2147483648 and 2147483647 (inclusive).");
}

std::optional<Failure> check_expiry(const KvPutOptions& options, std::int64_t now) {
  if (auto failure = check_expiry_range(options)) return failure;
  // The service looks at the TTL first, and then no longer at the other.
  if (options.expiration_ttl) {
    const std::int64_t ttl = *options.expiration_ttl;
    const std::string invalid = "400 Invalid expiration_ttl of " + std::to_string(ttl) + ". ";
    if (ttl <= 0) return put_refused(invalid + "Please specify integer greater than 0.");
    if (ttl < KvLimits::ttl_seconds_min) {
      return put_refused(invalid + "Expiration TTL must be at least 60.");
    }
  } else if (options.expiration) {
    const std::int64_t expiration = *options.expiration;
    const std::string invalid = "400 Invalid expiration of " + std::to_string(expiration) + ". ";
    if (expiration <= now) {
      return put_refused(invalid +
                         "Please specify integer greater than the current number of "
                         "seconds since the UNIX epoch.");
    }
    if (expiration < now + KvLimits::ttl_seconds_min) {
      return put_refused(invalid + "Expiration times must be at least 60 seconds in the future.");
    }
  }
  return std::nullopt;
}

std::optional<Failure> check_list_limit(const KvListQuery& query) {
  const std::string invalid =
      "400 Invalid key_count_limit of " + std::to_string(query.limit) + ". Please specify an ";
  if (query.limit == 0) {
    return failed("list", FailureKind::limit_exceeded, invalid + "integer greater than 0.");
  }
  if (query.limit > KvLimits::list_keys_max) {
    // "less than" is the service's slip: 1,000 itself passes.
    return failed("list", FailureKind::limit_exceeded, invalid + "integer less than 1000.");
  }
  return std::nullopt;
}

std::optional<Failure> check_list_prefix(const KvListQuery& query) {
  if (query.prefix.size() <= KvLimits::key_bytes_max) return std::nullopt;
  return failed("list", FailureKind::limit_exceeded, key_too_long(query.prefix.size()));
}

std::optional<Failure> check_key_count(std::size_t keys) {
  if (keys == 0) {
    return failed("get_many", FailureKind::limit_exceeded,
                  "400 You must request a minimum of 1 key");
  }
  if (keys > KvLimits::get_many_keys_max) {
    return failed("get_many", FailureKind::limit_exceeded,
                  "400 You can request a maximum of 100 keys");
  }
  return std::nullopt;
}

}  // namespace cutover::sqlite
