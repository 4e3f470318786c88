#include "adapters/http/server.h"

#include <httplib.h>
#include <netinet/tcp.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "core/ports/check.h"

namespace cutover::http {
namespace {

constexpr int backlog = 511;  // the library's own is 5, which a burst of clients overflows

// Without this the library sets SO_REUSEPORT, and two servers would share one port unnoticed.
void set_socket_options(socket_t socket) {
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
}

class Listener final : public httplib::Server {
 public:
  Listener(const ConnectionOptions& options, http::Handler handler)
      : options_(options), handler_(std::move(handler)) {}

  void deepen_backlog() { ::listen(svr_sock_, backlog); }

  void end_idle_connections() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (Connection* connection : connections_) connection->end_when_idle();
  }

  // True: none is left.
  bool wait_for_connections(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return gone_.wait_for(lock, time, [this] { return connections_.empty(); });
  }

  void abort_connections() {
    const std::lock_guard lock(mutex_);
    aborting_ = true;
    for (Connection* connection : connections_) connection->abort();
  }

 private:
  bool process_and_close_socket(socket_t socket) override {
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Connection connection(socket, options_, handler_);
    {
      const std::lock_guard lock(mutex_);
      connections_.insert(&connection);
      // Accepted before the stop, served after it: one request that is here already is answered.
      if (stopping_) connection.end_when_idle();
      if (aborting_) connection.abort();
    }
    connection.serve();
    {
      const std::lock_guard lock(mutex_);
      connections_.erase(&connection);
      gone_.notify_all();
    }
    ::shutdown(socket, SHUT_RDWR);
    ::close(socket);
    return true;
  }

  const ConnectionOptions options_;
  const http::Handler handler_;  // the library has a type of that name, too
  std::mutex mutex_;             // guards the rest
  std::condition_variable gone_;
  std::set<Connection*> connections_;
  bool stopping_ = false;
  bool aborting_ = false;
};

}  // namespace

struct HttpServer::State {
  State(const ServerOptions& given, Handler handler)
      : options(given), listener(given.connection, std::move(handler)) {}

  ServerOptions options;
  Listener listener;
  int port = 0;
  std::thread thread;
  std::mutex mutex;  // one stop() at a time
};

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

tl::expected<std::unique_ptr<HttpServer>, std::string> HttpServer::start(
    const ServerOptions& options, Handler handler) {
  CUTOVER_CHECK(options.threads > 0, "a server needs a thread");
  CUTOVER_CHECK(handler != nullptr, "a server needs a handler");
  auto state = std::make_unique<State>(options, std::move(handler));
  Listener& listener = state->listener;
  listener.set_socket_options(set_socket_options);
  listener.new_task_queue = [threads = options.threads] {
    return new httplib::ThreadPool(threads);
  };
  const int port = options.port == 0 ? listener.bind_to_any_port(options.host)
                   : listener.bind_to_port(options.host, options.port) ? options.port
                                                                       : -1;
  if (port <= 0) {
    return tl::unexpected("cannot listen on " + options.host + ":" + std::to_string(options.port) +
                          ": the port is in use, or the address is not one of this machine; "
                          "choose another --port or --host");
  }
  state->port = port;
  listener.deepen_backlog();
  state->thread = std::thread([&listener] { listener.listen_after_bind(); });
  // stop() does nothing on a listener that does not run yet.
  while (!listener.is_running()) std::this_thread::yield();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

HttpServer::~HttpServer() {
  stop();
}

int HttpServer::port() const {
  return state_->port;
}

bool HttpServer::stop() {
  const std::lock_guard lock(state_->mutex);
  if (!state_->thread.joinable()) return true;
  state_->listener.stop();
  state_->listener.end_idle_connections();
  const bool drained = state_->listener.wait_for_connections(state_->options.drain);
  if (!drained) state_->listener.abort_connections();
  state_->thread.join();  // with it the pool, whose last connections have been asked to end
  return drained;
}

}  // namespace cutover::http
