// Simulator: the fakes as Cloudflare's HTTP API, Google Books' and a control API: a request in, an
// answer out. No socket: whoever listens calls answer(), from as many threads as it likes.
//
//   /client/v4/...   KV and D1, with a bearer token; at most 1,200 requests in five minutes
//   /books/v1/...    Google Books
//   /_transfer/...   files of exports and imports, under addresses that cannot be guessed
//   /_cutover/...    the control API, with the same token
//
// and, with a header that names it and the token, what the bindings of a Worker speak (bindings.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "fakes/cloudflare/answer.h"
#include "fakes/cloudflare/entrance.h"
#include "fakes/cloudflare/routes.h"

namespace cutover::simulate {

class Simulator {
 public:
  // The token must not be empty. `clock` is asked only while the world follows real time.
  Simulator(std::unique_ptr<Cloud> cloud, std::string token, Entrance::Clock clock);

  // Nothing: close the connection without an answer. Never throws but for lack of memory.
  [[nodiscard]] Answer answer(const api::HttpRequest& request);

  // How large the body of such a request may be; the request has no body yet. Who has no token gets
  // little room.
  [[nodiscard]] std::size_t body_bytes_max(const api::HttpRequest& request) const;

  // What is said when a request is refused before answer() sees it.
  [[nodiscard]] static api::HttpResponse refusal(int status, const std::string& message);

  [[nodiscard]] Entrance& entrance() { return entrance_; }

 private:
  [[nodiscard]] bool is_authorised(const api::HttpRequest& request) const;
  Answer answer_api(const api::HttpRequest& request, std::string_view path);
  Answer answer_binding(const api::HttpRequest& request, std::string_view header);
  Answer answer_control(const api::HttpRequest& request);

  std::string token_;
  Entrance entrance_;
  Desk desk_;
};

}  // namespace cutover::simulate
