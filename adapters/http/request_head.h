// The head of an HTTP/1.1 request: request line and headers, from text to values.
//
// Strict on purpose: what two programs could read in two ways (two lengths, a length beside chunks,
// folded lines, bare line feeds, control bytes) is refused, so that nothing can be smuggled past a
// proxy (RFC 9112). Every size is bounded by HttpLimits. Pure: no socket, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/api/http_message.h"

namespace cutover::http {

struct HttpLimits {
  std::size_t target_bytes_max = 8 * 1024;  // more: 414
  std::size_t head_bytes_max = 32 * 1024;   // request line and headers; more: 431
  std::size_t headers_max = 100;            // more: 431
  std::size_t body_bytes_max = 256 * 1024;  // more: 413
};

// Why a request is refused before any handler sees it: always a 4xx.
struct HttpProblem {
  int status = 400;
  std::string_view code;  // static: "INVALID_REQUEST", "PAYLOAD_TOO_LARGE", ...
  std::string message;    // for people; repeats nothing of the request
};

struct RequestHead {
  api::HttpRequest request;  // all but the body
  bool keep_alive = true;
  bool chunked = false;
  std::size_t content_length = 0;  // 0 when chunked
  bool expects_continue = false;
};

// `text` is everything before the empty line that ends the head.
tl::expected<RequestHead, HttpProblem> parse_head(std::string_view text, const HttpLimits& limits);

// %41 becomes A; with `plus_is_space`, + a space. False for a broken escape or a zero byte.
[[nodiscard]] bool percent_decode(std::string_view text, bool plus_is_space, std::string& out);

}  // namespace cutover::http
