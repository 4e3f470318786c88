// HttpServer: listens, and serves each connection with a handler (core/api, or any other).
//
// One thread a connection, from a fixed number of threads: connections beyond it wait until one
// ends or falls idle. On the loopback address unless told otherwise; there is no TLS, so a proxy
// belongs in front of it wherever strangers can reach it.
//
// cpp-httplib does the listening, the accepting and the thread pool; reading and answering is
// connection.h, because the library lets a client send headers without end, hold a thread by
// sending slowly, loses the order of query and headers, and knows a fixed list of methods.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "adapters/http/connection.h"

namespace cutover::http {

struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 0;              // 0: any that is free
  std::size_t threads = 64;  // connections served at the same time; at least 1
  ConnectionOptions connection;
  std::chrono::milliseconds drain{10'000};  // for requests in flight when it stops
};

class HttpServer {
 public:
  // Serves from the return on. The handler may be called from many threads at once. The error names
  // the address and says what to do.
  static tl::expected<std::unique_ptr<HttpServer>, std::string> start(const ServerOptions& options,
                                                                      Handler handler);
  ~HttpServer();  // stops
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] int port() const;

  // Accepts no more, ends idle connections, lets requests in flight be answered for at most
  // `drain`, then cuts their connections and waits for their handlers. True: nothing was cut.
  bool stop();

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cutover::http
