// Answers in the v4 API's one form: {success, errors, messages, result, result_info}.
//
// Source: cloudflare-facts A4, B5. Bytes that are not UTF-8 are answered as U+FFFD.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/api/http_message.h"

namespace cutover::simulate {

using Json = nlohmann::ordered_json;

// Nothing: the connection is closed without an answer.
using Answer = std::optional<api::HttpResponse>;

// Where no source names a code, this is answered; the status tells what is wrong.
inline constexpr int code_of_our_own = 10099;
inline constexpr int code_invalid = 10001;  // the request is not what it must be

struct ApiError {
  int status = 400;
  int code = code_invalid;
  std::string message;
};

[[nodiscard]] api::HttpResponse success(const Json& result, const Json& result_info = nullptr);
[[nodiscard]] api::HttpResponse failure(const ApiError& error);
// A D1 query that failed: `result` is an empty list, and a header repeats the code.
[[nodiscard]] api::HttpResponse d1_error(const ApiError& error);
// What a gateway before the API says: no envelope at all.
[[nodiscard]] api::HttpResponse gateway_error(int status);

// One JSON document as the whole body, for what is not the v4 API.
[[nodiscard]] api::HttpResponse json_answer(const Json& document, int status = 200);

[[nodiscard]] std::string text_of(const Json& document);

}  // namespace cutover::simulate
