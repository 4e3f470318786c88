// Deployment: a small server that does all right, and a dump of what its KV held; a test makes it
// wrong in one thing.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "adapters/http/server.h"
#include "target/acceptance.h"

namespace cutover::target {

class Deployment {
 public:
  static constexpr const char* admin_token = "the-admins-own-token";
  static constexpr const char* user_token = "the-users-own-token";
  static constexpr std::int64_t expiry_of_the_first = 1'800'000'000;  // book's entry; no other has

  // `books` of them, and in the dump a few entries that are none.
  explicit Deployment(std::size_t books = 40);
  ~Deployment();
  Deployment(const Deployment&) = delete;
  Deployment& operator=(const Deployment&) = delete;

  // Asked first; what it gives is the answer.
  using Odd = std::function<std::optional<api::HttpResponse>(const api::HttpRequest&)>;
  // Changes an answer that was right.
  using Change = std::function<void(const api::HttpRequest&, api::HttpResponse&)>;
  Odd odd;
  Change change;

  // For this server and its dump; no token.
  [[nodiscard]] AcceptanceOptions options() const;
  [[nodiscard]] std::string isbn(std::size_t number) const { return isbns_.at(number); }
  [[nodiscard]] std::vector<std::string> methods();  // that were asked, each once
  [[nodiscard]] std::string shelf();                 // as JSON

 private:
  api::HttpResponse answer(const api::HttpRequest& request);
  api::HttpResponse right(const api::HttpRequest& request);
  api::HttpResponse search(const api::HttpRequest& request, bool of_before);
  api::HttpResponse library(const api::HttpRequest& request);
  api::HttpResponse write(const api::HttpRequest& request);

  std::vector<std::string> isbns_;
  std::map<std::string, nlohmann::json> books_;
  std::string dump_;
  std::mutex mutex_;  // guards the next three; a request holds it
  std::set<std::string> cached_;
  std::map<std::string, nlohmann::json> shelf_;
  std::set<std::string> methods_;
  std::unique_ptr<http::HttpServer> server_;
};

[[nodiscard]] api::HttpResponse json_answer(int status, const nlohmann::json& body);
[[nodiscard]] api::HttpResponse refusal(int status, const std::string& code);
[[nodiscard]] std::string query_of(const api::HttpRequest& request, const std::string& name);

// The names of the criteria with this verdict.
[[nodiscard]] std::set<std::string> named(const reports::Report& report, reports::Verdict verdict);
// What was found by the criterion of this name.
[[nodiscard]] std::string found_by(const reports::Report& report, const std::string& name);

}  // namespace cutover::target
