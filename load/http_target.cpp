#include "load/http_target.h"

#include <httplib.h>

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace cutover::load {
namespace {

constexpr Duration connect_timeout = std::chrono::seconds(5);

bool is_base_url(const std::string& url) {
  const std::size_t host = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
  return host > 0 && url.size() > host && url.find_first_of("/?#@ \r\n", host) == std::string::npos;
}

httplib::Request to_httplib(const api::HttpRequest& request) {
  httplib::Request http;
  http.method = request.method;
  http.path = request.path;
  char joint = '?';
  for (const auto& [name, value] : request.query) {
    http.path.append(1, std::exchange(joint, '&')).append(name).append(1, '=').append(value);
  }
  http.headers.emplace("User-Agent", "cutover-load");
  for (const auto& [name, value] : request.headers) http.headers.emplace(name, value);
  http.body = request.body;
  return http;
}

}  // namespace

struct HttpTarget::State {
  explicit State(const HttpTargetOptions& given) : options(given) {}

  const HttpTargetOptions options;
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
    auto client = std::make_unique<httplib::Client>(options.url);
    client->set_keep_alive(true);
    client->set_tcp_nodelay(true);
    client->set_follow_location(false);
    client->set_decompress(false);
    client->set_connection_timeout(connect_timeout);
    client->set_read_timeout(options.timeout);
    client->set_write_timeout(options.timeout);
    return client;
  }

  struct Answer {
    int status = 0;
    std::string body;
  };
  // Nothing: there was no whole answer. A connection on which that happened is not used again.
  std::optional<Answer> send(const api::HttpRequest& request) {
    std::unique_ptr<httplib::Client> client = take();
    httplib::Request http = to_httplib(request);
    Answer answer;
    http.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
      if (answer.body.size() + size > options.body_bytes_max) return false;
      answer.body.append(data, size);
      return true;
    };
    httplib::Response response;
    auto error = httplib::Error::Success;
    if (!client->send(http, response, error)) return std::nullopt;
    answer.status = response.status;
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(client));
    return answer;
  }
};

HttpTarget::HttpTarget(std::unique_ptr<State> state) : state_(std::move(state)) {}

HttpTarget::~HttpTarget() = default;

tl::expected<std::unique_ptr<HttpTarget>, std::string> HttpTarget::connect(
    const HttpTargetOptions& options) {
  if (!is_base_url(options.url)) {
    return tl::unexpected("--target '" + options.url +
                          "': must be http://HOST[:PORT] or https://HOST[:PORT], without a path");
  }
  auto state = std::make_unique<State>(options);
  api::HttpRequest health;
  health.method = "GET";
  health.path = "/health";
  if (!state->send(health)) {
    return tl::unexpected("--target " + options.url +
                          ": nobody answers there; start the server first (cutover serve)");
  }
  return std::unique_ptr<HttpTarget>(new HttpTarget(std::move(state)));
}

Reply HttpTarget::ask(const Request& request) {
  const auto answer = state_->send(to_http(request, state_->options.user_token));
  if (!answer) return read_reply(request, 0, "");
  return read_reply(request, answer->status, answer->body);
}

}  // namespace cutover::load
