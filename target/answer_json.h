// What stands in an answer. Answers come from anywhere: nothing here trusts them, and what is shown
// of them is one short visible line.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "target/http_client.h"

namespace cutover::target {

using Json = nlohmann::json;

inline constexpr int answer_levels_max = 64;

// Nothing when the body is no JSON, or nests deeper than answer_levels_max.
[[nodiscard]] std::optional<Json> json_in(const Told& told);

// The value at a path of keys, "data.book"; a null pointer when it is not there.
[[nodiscard]] const Json* value_at(const Json& json, std::string_view path);

// The book in a search's answer; null when there is none.
[[nodiscard]] Json book_in(const Json& answer);

[[nodiscard]] bool says_json(const Told& told);  // by its content type
[[nodiscard]] bool says_html(const Told& told);

// {"success":false,"error":{"code":text,"message":text}}: what every refusal must be (R3.9).
[[nodiscard]] bool is_refusal(const Json& answer);

// "404", "302 to https://...", "no answer (...)": for people.
[[nodiscard]] std::string said(const Told& told);

// Text of theirs on one line, at most 120 characters of it.
[[nodiscard]] std::string shown(std::string_view text);
[[nodiscard]] std::string shown_value(const Json& value);

}  // namespace cutover::target
