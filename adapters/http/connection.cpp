#include "adapters/http/connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <ctime>
#include <utility>

#include "adapters/http/response_text.h"

namespace cutover::http {
namespace {

constexpr std::size_t receive_bytes = 16 * 1024;
constexpr std::size_t line_bytes_max = 1024;   // of a chunk's size line, and of the trailers
constexpr std::size_t linger_bytes = 1 << 20;  // read and dropped, so that an answer arrives
constexpr std::chrono::milliseconds linger_time(500);

HttpProblem too_late() {
  return {408, "REQUEST_TIMEOUT", "the request did not arrive in time"};
}

HttpProblem cut_off() {
  return {400, "INVALID_REQUEST", "the request ends before it is complete"};
}

HttpProblem too_large(std::size_t bytes_max) {
  return {413, "PAYLOAD_TOO_LARGE",
          "the body is larger than " + std::to_string(bytes_max) + " bytes"};
}

// 0: not yet. Else the length of the head, without the empty line; `after` is where the body
// begins.
std::size_t end_of_head(const std::string& text, std::size_t from, std::size_t& after) {
  const std::size_t end = text.find("\r\n\r\n", from > 3 ? from - 3 : 0);
  if (end == std::string::npos) return 0;
  after = end + 4;
  return end;
}

}  // namespace

Connection::Connection(int socket, const ConnectionOptions& options, const Handler& handler)
    : socket_(socket), options_(options), handler_(handler) {}

void Connection::serve() {
  for (std::size_t served = 0; served < options_.requests_max; ++served) {
    if (!wait_for_request()) return;
    if (!serve_one(served + 1 == options_.requests_max)) return;
    const std::lock_guard lock(mutex_);
    idle_ = true;
  }
}

void Connection::end_when_idle() {
  const std::lock_guard lock(mutex_);
  ending_ = true;
  // Wakes the thread that waits for a request; what has arrived already is still read.
  if (idle_) ::shutdown(socket_, SHUT_RD);
}

void Connection::abort() {
  ::shutdown(socket_, SHUT_RDWR);
}

bool Connection::ending() {
  const std::lock_guard lock(mutex_);
  return ending_;
}

bool Connection::wait_for_request() {
  // Empty lines before a request are allowed (RFC 9112, 2.2).
  while (true) {
    const std::size_t begin = buffer_.find_first_not_of("\r\n");
    if (begin != std::string::npos) {
      buffer_.erase(0, begin);
      break;
    }
    buffer_.clear();
    const auto wait = ending() ? std::chrono::milliseconds(0) : options_.idle_timeout;
    if (fill(Clock::now() + wait) != Filled::data) return false;
  }
  const std::lock_guard lock(mutex_);
  idle_ = false;
  return true;
}

bool Connection::serve_one(bool last) {
  std::string text;
  if (auto problem = read_head(text)) {
    refuse(*problem);
    return false;
  }
  auto head = parse_head(text, options_.limits);
  if (!head) {
    refuse(head.error());
    return false;
  }
  if (auto problem = read_body(*head, head->request.body)) {
    refuse(*problem);
    return false;
  }
  api::HttpResponse response;
  try {
    response = handler_(head->request);
  } catch (const NoAnswer&) {
    return false;
  } catch (...) {
    // What it says may be anything, so nobody outside gets to see it.
    response = problem_response({500, "INTERNAL_ERROR", "the request failed inside of the server"},
                                std::time(nullptr));
  }
  const bool keep_alive = head->keep_alive && !last && !ending();
  return answer(response, keep_alive, head->request.method != "HEAD") && keep_alive;
}

std::optional<HttpProblem> Connection::read_head(std::string& head) {
  const auto deadline = Clock::now() + options_.head_timeout;
  std::size_t searched = 0;
  while (true) {
    std::size_t after = 0;
    if (const std::size_t end = end_of_head(buffer_, searched, after); end > 0) {
      if (end > options_.limits.head_bytes_max) break;
      head = buffer_.substr(0, end);
      buffer_.erase(0, after);
      return std::nullopt;
    }
    if (buffer_.find("\n\n", searched > 1 ? searched - 1 : 0) != std::string::npos) {
      return HttpProblem{400, "INVALID_REQUEST", "lines must end with CR and LF"};
    }
    if (buffer_.size() > options_.limits.head_bytes_max) break;
    searched = buffer_.size();
    switch (fill(deadline)) {
      case Filled::data: break;
      case Filled::late: return too_late();
      case Filled::end: return cut_off();
    }
  }
  if (buffer_.find("\r\n") > options_.limits.target_bytes_max) {
    return HttpProblem{414, "URI_TOO_LONG",
                       "the request target is longer than " +
                           std::to_string(options_.limits.target_bytes_max) + " bytes"};
  }
  return HttpProblem{
      431, "HEADERS_TOO_LARGE",
      "the headers are larger than " + std::to_string(options_.limits.head_bytes_max) + " bytes"};
}

std::optional<HttpProblem> Connection::read_body(const RequestHead& head, std::string& body) {
  if (!head.chunked && head.content_length == 0) return std::nullopt;
  std::size_t bytes_max = options_.limits.body_bytes_max;
  if (options_.body_bytes_max) {
    bytes_max = std::min(bytes_max, options_.body_bytes_max(head.request));
  }
  if (head.content_length > bytes_max) return too_large(bytes_max);
  if (head.expects_continue && buffer_.empty() && !send("HTTP/1.1 100 Continue\r\n\r\n")) {
    return cut_off();
  }
  const auto deadline = Clock::now() + options_.body_timeout;
  return head.chunked ? read_chunks(deadline, bytes_max, body)
                      : read_exactly(head.content_length, deadline, body);
}

std::optional<HttpProblem> Connection::read_exactly(std::size_t bytes, Clock::time_point deadline,
                                                    std::string& out) {
  while (buffer_.size() < bytes) {
    switch (fill(deadline)) {
      case Filled::data: break;
      case Filled::late: return too_late();
      case Filled::end: return cut_off();
    }
  }
  out.append(buffer_, 0, bytes);
  buffer_.erase(0, bytes);
  return std::nullopt;
}

std::optional<HttpProblem> Connection::read_line(Clock::time_point deadline, std::string& line) {
  while (true) {
    const std::size_t end = buffer_.find("\r\n");
    if (end != std::string::npos && end <= line_bytes_max) {
      line = buffer_.substr(0, end);
      buffer_.erase(0, end + 2);
      return std::nullopt;
    }
    if (buffer_.size() > line_bytes_max) {
      return HttpProblem{400, "INVALID_REQUEST", "a chunk of the body has no proper size"};
    }
    switch (fill(deadline)) {
      case Filled::data: break;
      case Filled::late: return too_late();
      case Filled::end: return cut_off();
    }
  }
}

std::optional<HttpProblem> Connection::read_chunks(Clock::time_point deadline,
                                                   std::size_t bytes_max, std::string& body) {
  const HttpProblem broken{400, "INVALID_REQUEST", "a chunk of the body has no proper size"};
  std::string line;
  while (true) {
    if (auto problem = read_line(deadline, line)) return problem;
    const std::size_t digits = std::min(line.find(';'), line.size());
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + digits, size, 16);
    if (digits == 0 || error != std::errc() || end != line.data() + digits) return broken;
    if (size > bytes_max - body.size()) return too_large(bytes_max);
    if (size == 0) break;
    if (auto problem = read_exactly(size, deadline, body)) return problem;
    if (auto problem = read_line(deadline, line)) return problem;
    if (!line.empty()) return broken;
  }
  // Trailers are read and dropped: nobody here has a use for them.
  for (std::size_t trailers = 0; trailers <= options_.limits.headers_max; ++trailers) {
    if (auto problem = read_line(deadline, line)) return problem;
    if (line.empty()) return std::nullopt;
  }
  return HttpProblem{431, "HEADERS_TOO_LARGE", "too many trailers after the body"};
}

Connection::Filled Connection::fill(Clock::time_point deadline) {
  if (gone_) return Filled::end;
  pollfd waiting{socket_, POLLIN, 0};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  const int ready = ::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
  if (ready == 0) return Filled::late;
  if (ready < 0) return errno == EINTR ? Filled::data : Filled::end;
  char bytes[receive_bytes];
  const ssize_t received = ::recv(socket_, bytes, sizeof bytes, 0);
  if (received < 0 && (errno == EINTR || errno == EAGAIN)) return Filled::data;
  if (received <= 0) {
    gone_ = true;
    return Filled::end;
  }
  buffer_.append(bytes, static_cast<std::size_t>(received));
  return Filled::data;
}

bool Connection::send(const std::string& text) {
  const auto deadline = Clock::now() + options_.write_timeout;
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t count =
        ::send(socket_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count > 0) {
      sent += static_cast<std::size_t>(count);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return false;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd waiting{socket_, POLLOUT, 0};
    if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) == 0) return false;
  }
  return true;
}

bool Connection::answer(const api::HttpResponse& response, bool keep_alive, bool with_body) {
  return send(response_text(response, keep_alive, with_body, std::time(nullptr)));
}

void Connection::refuse(const HttpProblem& problem) {
  const api::HttpResponse response =
      options_.refusal ? options_.refusal(problem) : problem_response(problem, std::time(nullptr));
  if (!answer(response, false, true)) return;
  // A socket that is closed with bytes unread is reset, and the answer may be lost with it.
  ::shutdown(socket_, SHUT_WR);
  const auto deadline = Clock::now() + linger_time;
  for (std::size_t dropped = 0; dropped < linger_bytes;) {
    buffer_.clear();
    if (Clock::now() >= deadline || fill(deadline) != Filled::data) return;
    dropped += buffer_.size();
  }
}

}  // namespace cutover::http
