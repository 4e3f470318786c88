#include "adapters/google_books/google_books.h"

#include <httplib.h>

#include <algorithm>
#include <cctype>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "adapters/google_books/answer.h"

namespace cutover::google_books {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t key_bytes_max = 200;

Failure failed(FailureKind kind, std::string message) {
  Failure failure;
  failure.service = Service::provider;
  failure.operation = "find";
  failure.kind = kind;
  failure.retryable = kind != FailureKind::limit_exceeded && kind != FailureKind::unauthorized;
  failure.effect = Effect::not_applied;  // a search changes nothing
  failure.message = std::move(message);
  return failure;
}

bool is_key_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
}

// Empty: they can be used.
std::string what_is_wrong(const GoogleBooksOptions& options) {
  const std::string& url = options.base_url;
  const std::size_t host = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
  if (host == 0 || host == url.size() || url.find_first_of("/?#@ ", host) != std::string::npos) {
    return "the provider's URL must be https://HOST[:PORT] or http://HOST[:PORT], without a path";
  }
  if (options.key.size() > key_bytes_max ||
      !std::all_of(options.key.begin(), options.key.end(), is_key_byte)) {
    return "the Google Books key is not one: only letters, digits, - and _ may be in it";
  }
  const auto is_letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  if (!options.country.empty() &&
      (options.country.size() != 2 ||
       !std::all_of(options.country.begin(), options.country.end(), is_letter))) {
    return "the country must be two letters, such as DE";
  }
  return {};
}

}  // namespace

struct GoogleBooks::State {
  explicit State(const GoogleBooksOptions& given) : options(given) {}

  GoogleBooksOptions options;
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
    auto client = std::make_unique<httplib::Client>(options.base_url);
    client->set_keep_alive(true);
    client->set_tcp_nodelay(true);
    client->set_follow_location(false);
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

  [[nodiscard]] std::string path_for(std::string_view isbn13) const {
    std::string path = "/books/v1/volumes?q=isbn:" + std::string(isbn13);
    if (!options.key.empty()) path += "&key=" + options.key;
    if (!options.country.empty()) path += "&country=" + options.country;
    return path;
  }

  Outcome<RawAnswer> call(httplib::Client& client, std::string_view isbn13,
                          Clock::time_point deadline) const;
};

Outcome<RawAnswer> GoogleBooks::State::call(httplib::Client& client, std::string_view isbn13,
                                            Clock::time_point deadline) const {
  const auto left =
      std::max<Clock::duration>(deadline - Clock::now(), std::chrono::milliseconds(1));
  client.set_read_timeout(left);
  client.set_write_timeout(left);
  RawAnswer answer;
  bool too_large = false;
  bool too_late = false;
  const httplib::Headers headers = {{"Accept", "application/json"}, {"User-Agent", "cutover"}};
  const auto result = client.Get(
      path_for(isbn13), headers,
      [&](const httplib::Response& response) {
        answer.status = response.status;
        answer.retry_after = response.get_header_value("Retry-After");
        too_late = Clock::now() > deadline;
        return !too_late;
      },
      [&](const char* bytes, std::size_t size) {
        too_large = size > options.answer_bytes_max - answer.body.size();
        too_late = Clock::now() > deadline;
        if (too_large || too_late) return false;
        answer.body.append(bytes, size);
        return true;
      });
  if (result) return answer;
  if (too_large) {
    return failed(
        FailureKind::limit_exceeded,
        "the answer is larger than " + std::to_string(options.answer_bytes_max) + " bytes");
  }
  // The library's own timers may end a little early.
  if (too_late || Clock::now() + std::chrono::milliseconds(5) >= deadline) {
    return failed(FailureKind::timeout, "no whole answer in time");
  }
  switch (result.error()) {
    case httplib::Error::ConnectionTimeout:
      return failed(FailureKind::timeout, "the connection could not be made in time");
    case httplib::Error::SSLConnection:
    case httplib::Error::SSLLoadingCerts:
    case httplib::Error::SSLServerVerification:
      return failed(FailureKind::connection_lost,
                    "no trusted TLS connection: " + httplib::to_string(result.error()));
    default:
      return failed(FailureKind::connection_lost,
                    "the connection failed: " + httplib::to_string(result.error()));
  }
}

tl::expected<std::unique_ptr<GoogleBooks>, std::string> GoogleBooks::create(
    const GoogleBooksOptions& options) {
  std::string wrong = what_is_wrong(options);
  if (!wrong.empty()) return tl::unexpected(std::move(wrong));
  return std::unique_ptr<GoogleBooks>(new GoogleBooks(std::make_unique<State>(options)));
}

GoogleBooks::GoogleBooks(std::unique_ptr<State> state) : state_(std::move(state)) {}

GoogleBooks::~GoogleBooks() = default;

Outcome<std::optional<std::string>> GoogleBooks::find(std::string_view isbn13) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (isbn13.size() != 13 || !std::all_of(isbn13.begin(), isbn13.end(), digit)) {
    Failure failure = failed(FailureKind::malformed, "an ISBN-13 has 13 digits");
    failure.retryable = false;
    return failure;
  }
  const auto deadline = Clock::now() + state_->options.timeout;
  auto client = state_->take(deadline);
  if (!client) {
    return failed(FailureKind::timeout, "all " + std::to_string(state_->options.connections_max) +
                                            " connections to the provider stayed busy");
  }
  const bool reused = client->is_socket_open() != 0;
  auto answer = state_->call(*client, isbn13, deadline);
  if (!answer && reused && answer.error().kind == FailureKind::connection_lost) {
    // A kept connection may end just as it is used again. That says nothing of the service.
    answer = state_->call(*client, isbn13, deadline);
  }
  state_->give_back(std::move(client), answer.has_value());
  if (!answer) return answer.error();
  return judge(std::move(*answer), state_->options.key);
}

}  // namespace cutover::google_books
