#include "tests/adapters/google_books/scripted_server.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace cutover::google_books {

Reply http_reply(int status, const std::string& body, const std::string& headers) {
  Reply reply;
  reply.bytes = "HTTP/1.1 " + std::to_string(status) +
                " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers + "\r\n" +
                body;
  return reply;
}

ScriptedServer::ScriptedServer(std::vector<Reply> replies)
    : replies_(std::move(replies)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, size) == 0 && ::listen(listener_, 64) == 0 &&
      ::getsockname(listener_, generic, &size) == 0) {
    port_ = ntohs(address.sin_port);
  }
  acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
  for (const int socket : sockets_) ::close(socket);
}

std::string ScriptedServer::url() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

std::vector<std::string> ScriptedServer::requests() {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void ScriptedServer::accept_all() {
  while (!stopping_) {
    const int socket = ::accept(listener_, nullptr, nullptr);
    if (socket < 0) return;
    ++connections_;
    const std::lock_guard lock(mutex_);
    sockets_.push_back(socket);
    threads_.emplace_back([this, socket] { serve(socket); });
  }
}

void ScriptedServer::serve(int socket) {
  std::string received;
  char bytes[4096];
  while (true) {
    const ssize_t count = ::recv(socket, bytes, sizeof bytes, 0);
    if (count <= 0) return;
    received.append(bytes, static_cast<std::size_t>(count));
    const std::size_t end = received.find("\r\n\r\n");
    if (end == std::string::npos) continue;
    std::size_t number = 0;
    {
      const std::lock_guard lock(mutex_);
      number = requests_.size();
      requests_.push_back(received.substr(0, end));
    }
    received.erase(0, end + 4);
    const Reply& reply = replies_[number % replies_.size()];
    if (!send(socket, reply) || reply.close_after) {
      ::shutdown(socket, SHUT_RDWR);
      return;
    }
  }
}

bool ScriptedServer::send(int socket, const Reply& reply) const {
  for (auto left = reply.pause; left.count() > 0 && !stopping_;
       left -= std::chrono::milliseconds(10)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const std::size_t step = reply.per_byte.count() > 0 ? 1 : reply.bytes.size();
  for (std::size_t at = 0; at < reply.bytes.size(); at += step) {
    if (stopping_) return false;
    if (::send(socket, reply.bytes.data() + at, step, MSG_NOSIGNAL) <= 0) return false;
    std::this_thread::sleep_for(reply.per_byte);
  }
  return true;
}

}  // namespace cutover::google_books
