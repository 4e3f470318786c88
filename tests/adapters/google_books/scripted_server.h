// A server for tests that answers each request with the next of the given bytes, right or wrong.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace cutover::google_books {

struct Reply {
  std::string bytes;
  bool close_after = false;               // else the connection is kept
  std::chrono::milliseconds pause{0};     // before the reply
  std::chrono::milliseconds per_byte{0};  // 0: all at once
};

// A well-formed answer.
Reply http_reply(int status, const std::string& body, const std::string& headers = {});

class ScriptedServer {
 public:
  // After the last reply it starts again with the first.
  explicit ScriptedServer(std::vector<Reply> replies);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::vector<std::string> requests();  // the heads, as received
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void accept_all();
  void serve(int socket);
  bool send(int socket, const Reply& reply) const;

  std::vector<Reply> replies_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;  // guards the next three
  std::vector<std::string> requests_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace cutover::google_books
