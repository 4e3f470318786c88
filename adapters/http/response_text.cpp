#include "adapters/http/response_text.h"

#include <algorithm>
#include <ctime>
#include <string_view>

namespace cutover::http {
namespace {

std::string_view reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "Status";
  }
}

bool is_sendable(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return c == '\r' || c == '\n' || !c; });
}

std::string formatted(std::int64_t unix_seconds, const char* pattern) {
  const std::time_t time = unix_seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[40];
  return {text, std::strftime(text, sizeof text, pattern, &parts)};
}

}  // namespace

std::string response_text(const api::HttpResponse& response, bool keep_alive, bool with_body,
                          std::int64_t unix_seconds) {
  std::string text;
  text.reserve(256 + (with_body ? response.body.size() : 0));
  text.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  const bool own = !response.reason.empty() && is_sendable(response.reason);
  text.append(own ? std::string_view(response.reason) : reason_of(response.status));
  text.append("\r\nDate: ").append(formatted(unix_seconds, "%a, %d %b %Y %H:%M:%S GMT"));
  // 204 and 304 have no body, and so neither a length nor a type.
  const bool bodiless = response.status == 204 || response.status == 304;
  if (!bodiless) {
    if (is_sendable(response.content_type)) {
      text.append("\r\nContent-Type: ").append(response.content_type);
    }
    text.append("\r\nContent-Length: ").append(std::to_string(response.body.size()));
  }
  text.append(keep_alive ? "\r\nConnection: keep-alive" : "\r\nConnection: close");
  for (const auto& [name, value] : response.headers) {
    if (name.empty() || !is_sendable(name) || !is_sendable(value)) continue;
    text.append("\r\n").append(name).append(": ").append(value);
  }
  text.append("\r\n\r\n");
  if (with_body && !bodiless) text.append(response.body);
  return text;
}

api::HttpResponse problem_response(const HttpProblem& problem, std::int64_t unix_seconds) {
  api::HttpResponse response;
  response.status = problem.status;
  // Codes and messages are our own texts: they hold nothing that JSON would have to escape.
  response.body.append(R"({"success":false,"error":{"code":")").append(problem.code);
  response.body.append(R"(","message":")").append(problem.message);
  response.body.append(R"("},"metadata":{"timestamp":")");
  response.body.append(formatted(unix_seconds, "%Y-%m-%dT%H:%M:%S.000Z")).append("\"}}");
  return response;
}

}  // namespace cutover::http
