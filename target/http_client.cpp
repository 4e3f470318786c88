#include "target/http_client.h"

#include <httplib.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <utility>
#include <vector>

#include "target/base_url.h"
#include "target/watchdog.h"

namespace cutover::target {
namespace {

using Clock = std::chrono::steady_clock;

std::string silence_of(httplib::Error error) {
  switch (error) {
    case httplib::Error::Connection: return "no connection could be made";
    case httplib::Error::ConnectionTimeout: return "no connection could be made in time";
    case httplib::Error::SSLConnection: return "no TLS connection could be made";
    case httplib::Error::SSLLoadingCerts: return "the file of authorities cannot be read";
    case httplib::Error::SSLServerVerification: return "its certificate is not trusted";
    default: return "the connection broke, or what came is no HTTP";
  }
}

struct Attempt {
  Told told;
  bool lost = false;  // the connection ended before the first byte of an answer
};

}  // namespace

struct HttpClient::State {
  State(const ClientOptions& given, BaseUrl url) : options(given), base(std::move(url)) {}

  const ClientOptions options;
  const BaseUrl base;
  Watchdog watchdog;
  std::mutex mutex;  // guards idle
  std::vector<std::unique_ptr<httplib::Client>> idle;

  std::unique_ptr<httplib::Client> take() {
    {
      const std::lock_guard lock(mutex);
      if (!idle.empty()) {
        auto client = std::move(idle.back());
        idle.pop_back();
        return client;
      }
    }
    auto client = std::make_unique<httplib::Client>(base.origin);
    client->set_keep_alive(true);
    client->set_tcp_nodelay(true);
    client->set_follow_location(false);
    client->set_url_encode(false);  // paths come encoded, byte for byte
    client->set_connection_timeout(options.connect_timeout);
    client->enable_server_certificate_verification(true);
    if (!options.ca_file.empty()) client->set_ca_cert_path(options.ca_file.c_str());
    return client;
  }

  // A connection on which something went wrong is not used again.
  void give_back(std::unique_ptr<httplib::Client> client, bool well) {
    const std::lock_guard lock(mutex);
    if (well) idle.push_back(std::move(client));
  }

  [[nodiscard]] httplib::Request request_of(const Ask& ask) const {
    httplib::Request request;
    request.method = ask.method;
    request.path = base.path + ask.path;
    request.headers = {{"Accept", "application/json"}, {"User-Agent", "cutover"}};
    if (!ask.token.empty()) request.headers.emplace("Authorization", "Bearer " + ask.token);
    if (!ask.body.empty()) {
      request.headers.emplace("Content-Type", "application/json");
      request.body = ask.body;
    }
    return request;
  }

  Attempt exchange(httplib::Client& client, const Ask& ask, Clock::time_point deadline);
};

Attempt HttpClient::State::exchange(httplib::Client& client, const Ask& ask,
                                    Clock::time_point deadline) {
  const auto left =
      std::max<Clock::duration>(deadline - Clock::now(), std::chrono::milliseconds(1));
  client.set_read_timeout(left);
  client.set_write_timeout(left);
  Attempt attempt;
  Told& told = attempt.told;
  bool too_large = false;
  httplib::Request request = request_of(ask);
  request.response_handler = [&](const httplib::Response& response) {
    told.status = response.status;
    told.content_type = response.get_header_value("Content-Type");
    told.location = response.get_header_value("Location");
    told.retry_after = response.get_header_value("Retry-After");
    return true;
  };
  request.content_receiver = [&](const char* bytes, std::size_t size, std::uint64_t,
                                 std::uint64_t) {
    too_large = size > options.answer_bytes_max - told.body.size();
    if (too_large) return false;
    told.body.append(bytes, size);
    return true;
  };
  const Watchdog::Guard guard(watchdog, deadline, [&client] { client.stop(); });
  const auto result = client.send(request);
  if (result) return attempt;
  attempt.lost = told.status == 0;
  told = Told();
  // The library's own timers may end a little early.
  const bool late = Clock::now() + std::chrono::milliseconds(5) >= deadline;
  told.silence =
      too_large ? "the answer is larger than " + std::to_string(options.answer_bytes_max) + " bytes"
      : late    ? "no whole answer within " + std::to_string(options.timeout.count()) + " ms"
                : silence_of(result.error());
  return attempt;
}

tl::expected<std::unique_ptr<HttpClient>, std::string> HttpClient::create(
    const ClientOptions& options) {
  auto base = read_base_url(options.base_url, options.tokens);
  if (!base) return tl::unexpected(std::move(base.error()));
  std::error_code error;
  if (!options.ca_file.empty() && !std::filesystem::is_regular_file(options.ca_file, error)) {
    return tl::unexpected("--ca-file: there is no file " + options.ca_file);
  }
  return std::unique_ptr<HttpClient>(
      new HttpClient(std::make_unique<State>(options, std::move(*base))));
}

HttpClient::HttpClient(std::unique_ptr<State> state) : state_(std::move(state)) {}

HttpClient::~HttpClient() = default;

Told HttpClient::ask(const Ask& ask) {
  const auto start = Clock::now();
  const auto deadline = start + state_->options.timeout;
  auto client = state_->take();
  const bool reused = client->is_socket_open() != 0;
  Attempt attempt = state_->exchange(*client, ask, deadline);
  if (attempt.lost && reused && ask.method == "GET" && Clock::now() < deadline) {
    attempt = state_->exchange(*client, ask, deadline);
  }
  attempt.told.ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  state_->give_back(std::move(client), attempt.told.status != 0);
  return std::move(attempt.told);
}

}  // namespace cutover::target
