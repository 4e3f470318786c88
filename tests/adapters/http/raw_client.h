// A client for tests that sends any bytes, well formed or not, and reads until the answer is whole.
#pragma once

#include <string>
#include <string_view>

namespace cutover::http {

class RawClient {
 public:
  explicit RawClient(int port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  // False: the server has closed the connection.
  bool send(std::string_view bytes);
  void end_of_requests();  // no more will be sent

  // The next answer, head and body; "" when the connection ended without one. Waits at most 5 s.
  std::string answer(bool head_only = false);
  // Everything until the server closes. Waits at most 5 s a read.
  std::string rest();
  // Does the server end the connection within 5 s?
  bool closed();

 private:
  bool receive();
  int socket_ = -1;
  std::string received_;
};

// One request on a connection of its own.
std::string ask(int port, std::string_view bytes);
[[nodiscard]] std::string status_of(const std::string& answer);  // "200"
[[nodiscard]] std::string body_of(const std::string& answer);

}  // namespace cutover::http
