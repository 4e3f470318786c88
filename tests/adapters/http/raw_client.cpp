#include "tests/adapters/http/raw_client.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

namespace cutover::http {

RawClient::RawClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket_);
    socket_ = -1;
  }
}

RawClient::~RawClient() {
  if (socket_ >= 0) ::close(socket_);
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawClient::end_of_requests() {
  ::shutdown(socket_, SHUT_WR);
}

bool RawClient::receive() {
  pollfd waiting{socket_, POLLIN, 0};
  if (socket_ < 0 || ::poll(&waiting, 1, 5000) <= 0) return false;
  char bytes[8192];
  const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
  if (count <= 0) return false;
  received_.append(bytes, static_cast<std::size_t>(count));
  return true;
}

std::string RawClient::answer(bool head_only) {
  std::size_t head = std::string::npos;
  while ((head = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive()) return {};
  }
  std::size_t size = head + 4;
  const std::size_t length = received_.find("Content-Length: ");
  if (!head_only && length < head) {
    size += std::strtoul(received_.c_str() + length + 16, nullptr, 10);
  }
  while (received_.size() < size) {
    if (!receive()) return {};
  }
  std::string answer = received_.substr(0, size);
  received_.erase(0, size);
  return answer;
}

std::string RawClient::rest() {
  while (receive()) {
  }
  return std::move(received_);
}

bool RawClient::closed() {
  pollfd waiting{socket_, POLLIN, 0};
  char byte = 0;
  return ::poll(&waiting, 1, 5000) == 1 && ::recv(socket_, &byte, 1, 0) <= 0;
}

std::string ask(int port, std::string_view bytes) {
  RawClient client(port);
  client.send(bytes);
  return client.answer();
}

std::string status_of(const std::string& answer) {
  return answer.size() > 12 ? answer.substr(9, 3) : "";
}

std::string body_of(const std::string& answer) {
  const std::size_t head = answer.find("\r\n\r\n");
  return head == std::string::npos ? "" : answer.substr(head + 4);
}

}  // namespace cutover::http
