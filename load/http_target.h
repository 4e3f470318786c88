// HttpTarget: a server behind a URL. Connections are kept alive and reused, one for each request
// that is under way.
#pragma once

#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "core/ports/outcome.h"
#include "load/server.h"

namespace cutover::load {

struct HttpTargetOptions {
  std::string url;                                    // http://HOST[:PORT] or https://HOST[:PORT]
  std::string user_token;                             // for library routes; empty: none
  Duration timeout = std::chrono::seconds(30);        // of one answer
  std::size_t body_bytes_max = std::size_t{8} << 20;  // a longer answer counts as none
};

class HttpTarget final : public Server {
 public:
  // Looks whether anybody answers there (GET /health, whatever its status). The error names the
  // URL and says what to do; it never shows the token.
  static tl::expected<std::unique_ptr<HttpTarget>, std::string> connect(
      const HttpTargetOptions& options);
  ~HttpTarget() override;

  // Any thread. Redirections are not followed: they are not what the API answers.
  Reply ask(const Request& request) override;

 private:
  struct State;
  explicit HttpTarget(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cutover::load
