#include "adapters/cloudflare/api_client.h"

#include <httplib.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "adapters/cloudflare/api_options.h"
#include "adapters/cloudflare/pace.h"
#include "adapters/sqlite/utf8.h"

namespace cutover::cloudflare {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t message_bytes_max = 500;

Silence silence(FailureKind kind, bool sent, std::string message) {
  const bool passes = kind != FailureKind::limit_exceeded;
  return {kind, passes, sent, std::move(message)};
}

Silence silence_of(httplib::Error error) {
  switch (error) {
    case httplib::Error::Connection:
      return silence(FailureKind::connection_lost, false, "no connection could be made");
    case httplib::Error::ConnectionTimeout:
      return silence(FailureKind::timeout, false, "no connection could be made in time");
    case httplib::Error::SSLConnection:
    case httplib::Error::SSLLoadingCerts:
    case httplib::Error::SSLServerVerification: {
      Silence untrusted = silence(FailureKind::connection_lost, false,
                                  "no trusted TLS connection: " + httplib::to_string(error));
      // A handshake may be cut off; a certificate does not become right by itself.
      untrusted.retryable = error == httplib::Error::SSLConnection;
      return untrusted;
    }
    default:
      return silence(FailureKind::connection_lost, true,
                     "the connection broke: " + httplib::to_string(error));
  }
}

}  // namespace

struct ApiClient::State {
  State(const ApiOptions& given, BaseUrl url, Runtime& time)
      : options(given),
        base(std::move(url)),
        runtime(time),
        pace(time, given.requests_max, given.window) {}

  const ApiOptions options;
  const BaseUrl base;
  Runtime& runtime;
  Pace pace;
  std::mutex mutex;  // guards the three below
  std::condition_variable returned;
  std::vector<std::unique_ptr<httplib::Client>> idle;
  std::size_t in_use = 0;

  // Nothing: none came free in time.
  std::unique_ptr<httplib::Client> take(Clock::time_point deadline) {
    std::unique_lock lock(mutex);
    if (!returned.wait_until(lock, deadline, [this] { return in_use < options.connections_max; })) {
      return nullptr;
    }
    ++in_use;
    if (!idle.empty()) {
      auto client = std::move(idle.back());
      idle.pop_back();
      return client;
    }
    lock.unlock();
    auto client = std::make_unique<httplib::Client>(base.origin);
    client->set_keep_alive(true);
    client->set_tcp_nodelay(true);
    client->set_follow_location(false);
    client->set_url_encode(false);  // paths come encoded, byte for byte
    client->set_connection_timeout(options.connect_timeout);
    return client;
  }

  // A connection on which something went wrong is not used again.
  void give_back(std::unique_ptr<httplib::Client> client, bool well) {
    {
      const std::lock_guard lock(mutex);
      --in_use;
      if (well) idle.push_back(std::move(client));
    }
    returned.notify_one();
  }

  tl::expected<ApiAnswer, Silence> exchange(httplib::Client& client, const ApiRequest& request,
                                            Clock::time_point deadline) const;
};

tl::expected<ApiAnswer, Silence> ApiClient::State::exchange(httplib::Client& client,
                                                            const ApiRequest& request,
                                                            Clock::time_point deadline) const {
  const auto left =
      std::max<Clock::duration>(deadline - Clock::now(), std::chrono::milliseconds(1));
  client.set_read_timeout(left);
  client.set_write_timeout(left);
  ApiAnswer answer;
  bool too_large = false;
  bool too_late = false;
  httplib::Request sent;
  sent.method = request.method;
  sent.path = base.path + "/accounts/" + options.account + request.path;
  sent.headers = {{"Accept", "application/json"},
                  {"Authorization", "Bearer " + options.token},
                  {"User-Agent", "cutover"}};
  if (!request.body.empty()) {
    sent.headers.emplace("Content-Type", "application/json");
    sent.body = request.body;
  }
  sent.response_handler = [&](const httplib::Response& response) {
    answer.status = response.status;
    answer.retry_after = response.get_header_value("Retry-After");
    too_late = Clock::now() > deadline;
    return !too_late;
  };
  sent.content_receiver = [&](const char* bytes, std::size_t size, std::uint64_t, std::uint64_t) {
    too_large = size > options.answer_bytes_max - answer.body.size();
    too_late = Clock::now() > deadline;
    if (too_large || too_late) return false;
    answer.body.append(bytes, size);
    return true;
  };
  const auto result = client.send(sent);
  if (result) return answer;
  if (too_large) {
    return tl::unexpected(silence(
        FailureKind::limit_exceeded, true,
        "the answer is larger than " + std::to_string(options.answer_bytes_max) + " bytes"));
  }
  Silence ended = silence_of(result.error());
  // The library's own timers may end a little early.
  if (ended.sent && (too_late || Clock::now() + std::chrono::milliseconds(5) >= deadline)) {
    return tl::unexpected(silence(FailureKind::timeout, true, "no whole answer in time"));
  }
  return tl::unexpected(std::move(ended));
}

tl::expected<std::unique_ptr<ApiClient>, std::string> ApiClient::create(const ApiOptions& options,
                                                                        Runtime& runtime) {
  auto base = checked(options);
  if (!base) return tl::unexpected(std::move(base.error()));
  return std::unique_ptr<ApiClient>(
      new ApiClient(std::make_unique<State>(options, std::move(*base), runtime)));
}

ApiClient::ApiClient(std::unique_ptr<State> state) : state_(std::move(state)) {}

ApiClient::~ApiClient() = default;

tl::expected<ApiAnswer, Silence> ApiClient::call(const ApiRequest& request) {
  state_->pace.wait();
  const auto deadline = Clock::now() + state_->options.timeout;
  auto client = state_->take(deadline);
  if (!client) {
    return tl::unexpected(silence(
        FailureKind::timeout, false,
        "all " + std::to_string(state_->options.connections_max) + " connections stayed busy"));
  }
  const bool reused = client->is_socket_open() != 0;
  auto answer = state_->exchange(*client, request, deadline);
  const bool lost = !answer && answer.error().kind == FailureKind::connection_lost;
  if (lost && reused && !request.writes) {
    answer = state_->exchange(*client, request, deadline);
  }
  state_->give_back(std::move(client), answer.has_value());
  return answer;
}

std::string ApiClient::for_people(std::string text) const {
  const std::string& token = state_->options.token;
  for (std::size_t at = 0; (at = text.find(token, at)) != std::string::npos;) {
    text.replace(at, token.size(), "(token)");
  }
  if (text.size() > message_bytes_max) text.resize(message_bytes_max);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ') || c == 127; }, '?');
  return replace_malformed_utf8(std::move(text));  // the cut may have split a character
}

Duration ApiClient::until_midnight() const {
  constexpr std::int64_t day = 86'400;
  return std::chrono::seconds(day - state_->runtime.wall().seconds() % day);
}

std::string percent_encoded(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view marks = "-._~";
  std::string encoded;
  encoded.reserve(bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter || (c >= '0' && c <= '9') || marks.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += {'%', digits[byte >> 4U], digits[byte & 15U]};
    }
  }
  return encoded;
}

}  // namespace cutover::cloudflare
