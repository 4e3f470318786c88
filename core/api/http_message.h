// HTTP as the core sees it: a request that was read whole, and an answer to send. No socket, no
// server (adapters/http has those).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cutover::api {

// Order and repetition are kept; names of headers are compared without case.
using Pairs = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method;  // as sent: "GET"
  std::string path;    // decoded once; no query
  Pairs query;         // decoded
  Pairs headers;
  std::string body;

  // The value of the header, or nothing; the first one when it is repeated.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string reason;  // the phrase after it; empty: the usual one
  std::string content_type = "application/json; charset=utf-8";
  Pairs headers;  // beside Content-Type and Content-Length
  std::string body;
};

}  // namespace cutover::api
