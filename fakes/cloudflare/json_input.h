// JSON from a client: read whole, strictly, at most 64 levels deep and 1,000 members an object.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "fakes/cloudflare/answer.h"

namespace cutover::simulate {

template <class T>
using Checked = tl::expected<T, ApiError>;

// The error is a 400 that says what is wrong and where.
[[nodiscard]] Checked<Json> parse_json(std::string_view bytes);

// The same, and it must be an object.
[[nodiscard]] Checked<Json> parse_object(std::string_view bytes);

// A member that must be there and be a text of 1 to `bytes_max` bytes.
[[nodiscard]] Checked<std::string> text_member(const Json& object, const char* name,
                                               std::size_t bytes_max);

// A member that may be absent, or null; else a whole number from `low` to `high`.
[[nodiscard]] Checked<std::optional<std::int64_t>> number_member(const Json& object,
                                                                 const char* name, std::int64_t low,
                                                                 std::int64_t high);

// Every member is one of these.
[[nodiscard]] std::optional<ApiError> only_members(const Json& object,
                                                   std::initializer_list<std::string_view> names);

// A whole text as a whole number.
[[nodiscard]] std::optional<std::int64_t> whole_number(std::string_view text);

// A parameter of the query; null when it is absent. The first one when it is repeated.
[[nodiscard]] const std::string* query_value(const api::HttpRequest& request,
                                             std::string_view name);

// A query parameter that is a whole number from `low` to `high`, or `otherwise` when it is absent.
[[nodiscard]] Checked<std::int64_t> query_number(const api::HttpRequest& request,
                                                 std::string_view name, std::int64_t low,
                                                 std::int64_t high, std::int64_t otherwise);

}  // namespace cutover::simulate
