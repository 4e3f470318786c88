// Connection: requests from one socket, one after the other, each answered by the handler.
//
// Nobody can hold a thread for long: the head of a request must arrive within head_timeout of its
// first byte, the body within body_timeout, and an answer must be taken within write_timeout.
// Whatever is wrong with a request gets an error envelope, then the connection ends. Exceptions of
// the handler end here, as a 500.
//
// A handler may throw NoAnswer: the connection ends without an answer.
//
// serve() runs on one thread. end_when_idle() and abort() may be called from another at any time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "adapters/http/request_head.h"
#include "core/api/http_message.h"

namespace cutover::http {

using Handler = std::function<api::HttpResponse(const api::HttpRequest&)>;

// Thrown by a handler: the connection is closed, as if the answer had been lost.
struct NoAnswer {};

struct ConnectionOptions {
  HttpLimits limits;
  // How large the body may be of the request with this head; never more than `limits` say. Empty:
  // as they say.
  std::function<std::size_t(const api::HttpRequest&)> body_bytes_max;
  // The answer to what is refused before any handler. Empty: problem_response().
  std::function<api::HttpResponse(const HttpProblem&)> refusal;
  std::size_t requests_max = 10'000;               // on one connection; then it is closed
  std::chrono::milliseconds idle_timeout{15'000};  // between two requests
  std::chrono::milliseconds head_timeout{10'000};
  std::chrono::milliseconds body_timeout{30'000};
  std::chrono::milliseconds write_timeout{30'000};
};

class Connection {
 public:
  // Does not own the socket. All must outlive the connection.
  Connection(int socket, const ConnectionOptions& options, const Handler& handler);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Until the peer goes, something is wrong, or the end is asked for.
  void serve();

  // Between two requests: ends at once. Within one: answers it, then ends.
  void end_when_idle();
  // Ends all reading and writing now; a handler that runs is not stopped by it.
  void abort();

 private:
  using Clock = std::chrono::steady_clock;
  enum class Filled { data, end, late };

  bool serve_one(bool last);
  bool wait_for_request();
  std::optional<HttpProblem> read_head(std::string& head);
  std::optional<HttpProblem> read_body(const RequestHead& head, std::string& body);
  std::optional<HttpProblem> read_chunks(Clock::time_point deadline, std::size_t bytes_max,
                                         std::string& body);
  std::optional<HttpProblem> read_line(Clock::time_point deadline, std::string& line);
  std::optional<HttpProblem> read_exactly(std::size_t bytes, Clock::time_point deadline,
                                          std::string& out);
  Filled fill(Clock::time_point deadline);
  bool send(const std::string& text);
  bool answer(const api::HttpResponse& response, bool keep_alive, bool with_body);
  void refuse(const HttpProblem& problem);
  bool ending();

  int socket_;
  const ConnectionOptions& options_;
  const Handler& handler_;
  std::string buffer_;  // received, not yet used
  bool gone_ = false;   // the peer sent its last byte

  std::mutex mutex_;  // guards the two below
  bool idle_ = true;
  bool ending_ = false;
};

}  // namespace cutover::http
