// A server for tests that keeps the requests it gets, and gives the next of the answers it was
// told.
#pragma once

#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "adapters/cloudflare/api_client.h"
#include "adapters/http/server.h"
#include "adapters/threads/thread_runtime.h"

namespace cutover::cloudflare {

struct Canned {
  int status = 200;
  std::string body;
  std::string retry_after = {};
};

inline Canned succeeded(const std::string& result, const std::string& rest = "") {
  return {200, R"({"success":true,"errors":[],"messages":[],"result":)" + result + rest + "}"};
}

inline Canned refused_with(int status, int code, const std::string& message) {
  return {status, R"({"success":false,"errors":[{"code":)" + std::to_string(code) +
                      R"(,"message":")" + message + R"("}],"messages":[],"result":null})"};
}

class RecordingServer {
 public:
  explicit RecordingServer(std::vector<Canned> answers) : answers_(std::move(answers)) {
    http::ServerOptions options;
    options.connection.limits.body_bytes_max = std::size_t{40} * 1024 * 1024;
    auto started = http::HttpServer::start(
        options, [this](const api::HttpRequest& request) { return next(request); });
    if (!started) throw std::runtime_error(started.error());
    server_ = std::move(*started);
  }

  // A client of it, for account "acc" with token "secret-token".
  std::unique_ptr<ApiClient> client(ApiOptions options = {}) {
    options.base_url = "http://127.0.0.1:" + std::to_string(server_->port()) + "/client/v4";
    options.account = "acc";
    options.token = "secret-token";
    auto made = ApiClient::create(options, runtime);
    if (!made) throw std::runtime_error(made.error());
    return std::move(*made);
  }

  [[nodiscard]] std::vector<api::HttpRequest> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  threads::ThreadRuntime runtime;

 private:
  api::HttpResponse next(const api::HttpRequest& request) {
    const std::lock_guard lock(mutex_);
    // Past the last answer, so that a call too many is seen.
    const Canned canned = requests_.size() < answers_.size() ? answers_[requests_.size()]
                                                             : Canned{418, "no answer is left"};
    requests_.push_back(request);
    api::HttpResponse response;
    response.status = canned.status;
    response.body = canned.body;
    if (!canned.retry_after.empty()) {
      response.headers.emplace_back("Retry-After", canned.retry_after);
    }
    return response;
  }

  const std::vector<Canned> answers_;
  std::mutex mutex_;  // guards requests_
  std::vector<api::HttpRequest> requests_;
  std::unique_ptr<http::HttpServer> server_;
};

}  // namespace cutover::cloudflare
