// Served: a simulator behind a real server on a free port, and a client to ask it.
#pragma once

#include <httplib.h>

#include <atomic>
#include <memory>
#include <string>

#include "adapters/http/server.h"
#include "fakes/cloudflare/simulator.h"

namespace cutover::simulate {

inline const std::string test_token = "a-token-for-tests-only";
inline const std::string account = "/client/v4/accounts/0123456789abcdef0123456789abcdef";

// What came back; status 0: the connection ended without an answer.
struct Reply {
  int status = 0;
  std::string body;
  httplib::Headers headers;

  [[nodiscard]] Json json() const { return Json::parse(body, nullptr, false); }
  [[nodiscard]] Json result() const { return json()["result"]; }
  [[nodiscard]] int code() const { return json()["errors"][0]["code"].get<int>(); }
  [[nodiscard]] std::string message() const {
    return json()["errors"][0]["message"].get<std::string>();
  }
  [[nodiscard]] std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

class Served {
 public:
  explicit Served(std::unique_ptr<Cloud> cloud = std::make_unique<Cloud>(Cloud::Options{}));

  // `path` is whole, or below the account when it begins with "/storage" or "/d1".
  Reply ask(const std::string& method, const std::string& path, const std::string& body = "",
            const std::string& type = "application/json",
            const std::string& authorization = "Bearer " + test_token);
  Reply get(const std::string& path) { return ask("GET", path); }
  Reply post(const std::string& path, const Json& body) { return ask("POST", path, text_of(body)); }
  Reply put(const std::string& path, const Json& body) { return ask("PUT", path, text_of(body)); }
  Reply remove(const std::string& path) { return ask("DELETE", path); }

  // The path of a new namespace or database.
  std::string new_namespace(const std::string& title = "BOOK_CACHE");
  std::string new_database(const std::string& name = "bookstrack");
  Reply query(const std::string& database, const Json& body) {
    return post(database + "/query", body);
  }

  // Sets exactly this fault, at the first such call from now on.
  void fault(const std::string& site, const std::string& key, const std::string& name);
  // A number of the control API's state, such as the events of the history.
  Json state() { return get("/_cutover/state").json(); }

  [[nodiscard]] int port() const { return server_->port(); }
  Simulator& simulator() { return simulator_; }
  std::atomic<Duration> clock{Duration{0}};  // what the wall's clock shows

 private:
  Simulator simulator_;
  std::unique_ptr<http::HttpServer> server_;
};

// The body that a KV value with metadata is sent in, and its content type.
inline const std::string form_type = "multipart/form-data; boundary=----b";
std::string form(const std::string& value, const std::string& metadata);

// With every byte escaped that means something in a query.
std::string escaped(const std::string& text);

}  // namespace cutover::simulate
