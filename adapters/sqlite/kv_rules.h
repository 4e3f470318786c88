// What Workers KV accepts, in the words in which it refuses the rest (miniflare-observed section
// 3).
//
// Pure checks, shared by the store and the loader. No answer means: accepted. Sizes, counts and
// times out of range are `limit_exceeded`; a key that can never be one is `malformed`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/ports/kv_store.h"

namespace cutover::sqlite {

// `operation` is the port's, static text: "get", "get_many", "put", "remove", "list".
[[nodiscard]] Failure refuse(std::string_view operation, FailureKind kind, std::string message);

[[nodiscard]] std::optional<Failure> check_key(std::string_view operation, std::string_view key);

[[nodiscard]] std::optional<Failure> check_value(std::string_view value);
[[nodiscard]] std::optional<Failure> check_metadata(std::string_view metadata);

// What the binding refuses before it looks at the key: both times must be 32-bit integers.
[[nodiscard]] std::optional<Failure> check_expiry_range(const KvPutOptions& options);
// All of it. `now` in whole seconds since 1970.
[[nodiscard]] std::optional<Failure> check_expiry(const KvPutOptions& options, std::int64_t now);

// The service looks at a list's limit, then at its cursor, and at its prefix last.
[[nodiscard]] std::optional<Failure> check_list_limit(const KvListQuery& query);
[[nodiscard]] std::optional<Failure> check_list_prefix(const KvListQuery& query);

// How many keys one get_many may ask for: 1 to 100.
[[nodiscard]] std::optional<Failure> check_key_count(std::size_t keys);

}  // namespace cutover::sqlite
