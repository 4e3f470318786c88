// ApiClient: requests to Cloudflare's v4 HTTP API, or to a server that answers like it.
//
//   METHOD {base}/accounts/{account}{path}     Authorization: Bearer {token}
//
// It carries requests and says how they ended; what an answer means is verdict.h's. Connections are
// kept and reused, at most connections_max of them, and calls beyond wait for one. A whole call has
// one deadline, and an answer is bounded while it is read. Redirects are not followed, so the token
// goes to no other host; it stands in no message. Plain http is for this machine only.
//
// The service answers 1,200 requests in five minutes and then refuses everything for five more
// (reference facts A2), so the client waits before the request that would be one too many.
//
// A kept connection may end just as it is used again. A read is then repeated once, on a new one; a
// write is not, because it may have been applied. Nothing else is repeated: ports/retry.h does
// that. Safe to use from any thread; blocks the calling thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/ports/outcome.h"
#include "core/ports/runtime.h"

namespace cutover::cloudflare {

struct ApiOptions {
  std::string base_url = "https://api.cloudflare.com/client/v4";
  std::string account;  // id
  std::string token;
  std::size_t connections_max = 6;
  Duration connect_timeout = std::chrono::seconds(5);
  // Of a whole call, the wait for a connection included, the wait for the pace not. D1 gives up
  // after 30 s by itself.
  Duration timeout = std::chrono::seconds(60);
  // 25 MiB of values, each byte of which may be six in JSON, and their frame.
  std::size_t answer_bytes_max = std::size_t{160} * 1024 * 1024;
  std::size_t requests_max = 1200;  // in any window; 0: no pace is kept
  Duration window = std::chrono::minutes(5);
};

struct ApiRequest {
  std::string method;
  std::string path;  // below the account, percent-encoded, with its query
  std::string body;  // JSON; empty: none
  bool writes = true;
};

struct ApiAnswer {
  int status = 0;
  std::string retry_after;  // the header's value; "" when there was none
  std::string body;
};

// Nothing that could be judged came back.
struct Silence {
  FailureKind kind = FailureKind::connection_lost;
  bool retryable = true;
  bool sent = true;  // the service may have received the request
  std::string message;
};

class ApiClient {
 public:
  // Nothing is asked yet. The error names the option, and never shows the token. `runtime` must
  // outlive the client.
  static tl::expected<std::unique_ptr<ApiClient>, std::string> create(const ApiOptions& options,
                                                                      Runtime& runtime);
  ~ApiClient();
  ApiClient(const ApiClient&) = delete;
  ApiClient& operator=(const ApiClient&) = delete;

  // Switches.
  tl::expected<ApiAnswer, Silence> call(const ApiRequest& request);

  // The text as it may be shown: one bounded printable line, without the token.
  [[nodiscard]] std::string for_people(std::string text) const;

  // Until the daily limits begin anew, at midnight UTC.
  [[nodiscard]] Duration until_midnight() const;

 private:
  struct State;
  explicit ApiClient(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Letters, digits, - and _, 1 to 64 of them: what accounts, namespaces and databases are named by.
[[nodiscard]] bool is_id(std::string_view text);

// Every byte but RFC 3986's unreserved ones as %XX.
[[nodiscard]] std::string percent_encoded(std::string_view bytes);

}  // namespace cutover::cloudflare
