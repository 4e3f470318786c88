// HttpClient: asks one deployment over HTTP, and says what came back.
//
// Connections are kept and reused. A whole exchange has one deadline, and an answer is bounded
// while it is read. Redirects are not followed but told, so a token goes to no other host.
// Certificates are verified. A kept connection may end just as it is used again: a GET is then
// repeated once on a new one; nothing else is ever repeated. Safe to use from any thread; each call
// takes a connection of its own.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include <tl/expected.hpp>

namespace cutover::target {

struct Ask {
  std::string method = "GET";
  std::string path;   // after the base URL; with its query, percent-encoded
  std::string token;  // bearer; empty: none
  std::string body;   // JSON; empty: none
};

struct Told {
  int status = 0;       // 0: there was no answer
  std::string silence;  // why there was none
  std::string content_type;
  std::string location;     // of a redirect
  std::string retry_after;  // the header's value
  std::string body;
  double ms = 0;  // from the question to the last byte, connecting included
};

struct ClientOptions {
  std::string base_url;
  std::string ca_file;  // PEM; empty: the system's authorities
  bool tokens = false;  // some question will carry one
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds timeout{30'000};  // of a whole exchange
  std::size_t answer_bytes_max = std::size_t{4} * 1024 * 1024;
};

class HttpClient {
 public:
  // Nothing is asked yet. The error names the flag that is wrong.
  static tl::expected<std::unique_ptr<HttpClient>, std::string> create(
      const ClientOptions& options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  [[nodiscard]] Told ask(const Ask& ask);

 private:
  struct State;
  explicit HttpClient(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cutover::target
