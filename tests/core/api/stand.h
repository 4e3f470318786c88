// Stand: the whole system on SQLite stores in memory, with a provider that the test fills, and a
// contract check on every answer.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/sqlite/sqlite_database.h"
#include "adapters/sqlite/sqlite_kv.h"
#include "adapters/threads/thread_runtime.h"
#include "core/api/system.h"

namespace cutover::api {

// Hands calls on, until the test says how they fail.
class SwitchedDatabase final : public Database {
 public:
  explicit SwitchedDatabase(Database& real) : real_(real) {}
  Outcome<ResultSet> query(const Statement& statement) override {
    if (down) return *down;
    return real_.query(statement);
  }
  Outcome<std::vector<ResultSet>> batch(std::span<const Statement> statements) override {
    if (down) return *down;
    return real_.batch(statements);
  }
  std::optional<Failure> down;

 private:
  Database& real_;
};

class TestProvider final : public BookProvider {
 public:
  Outcome<std::optional<std::string>> find(std::string_view isbn13) override {
    calls += 1;
    if (fails) return *fails;
    const auto found = books.find(std::string(isbn13));
    if (found == books.end()) return std::optional<std::string>();
    return std::optional<std::string>(found->second);
  }
  std::map<std::string, std::string> books;  // by ISBN-13: the provider's answer
  std::optional<Failure> fails;
  std::atomic<int> calls = 0;
};

// Keeps the events as text: "http.request route=/search method=GET status=200".
class KeptTelemetry final : public Telemetry {
 public:
  using Telemetry::emit;
  void emit(std::string_view name, std::span<const Field> fields) override;
  [[nodiscard]] std::vector<std::string> events(std::string_view name) const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> events_;
};

inline constexpr const char* admin_token = "the-admin-token";
inline constexpr const char* user_secret = "the-secret-of-users-tokens";
inline constexpr const char* known_isbn = "9780439708180";

[[nodiscard]] SystemOptions stand_options();

class Stand {
 public:
  explicit Stand(const SystemOptions& options = stand_options());
  ~Stand();

  // The answer, after it was held against the contract.
  HttpResponse send(const HttpRequest& request);

  // By an admin, a user or nobody. The query is "a=1&b=2", not encoded.
  HttpResponse as_admin(const std::string& method, const std::string& target,
                        const std::string& body = "");
  HttpResponse as_user(const std::string& user, const std::string& method,
                       const std::string& target, const std::string& body = "",
                       const Pairs& headers = {});
  HttpResponse get(const std::string& target);

  // A book in D1, as live traffic writes it.
  void add_to_d1(const std::string& isbn, const std::string& title, int year = 1998,
                 const std::string& authors = R"(["J. K. Rowling"])");
  void add_to_kv(const std::string& isbn, const std::string& title);
  void add_to_provider(const std::string& isbn, const std::string& title);

  // Walks the rollout to this phase, its gates included.
  void move_to(const std::string& phase, int percent = 0);

  std::unique_ptr<threads::ThreadRuntime> runtime;
  std::unique_ptr<Database> d1_file;
  std::unique_ptr<SwitchedDatabase> d1;
  std::unique_ptr<KvStore> kv;
  TestProvider provider;
  KeptTelemetry telemetry;
  std::unique_ptr<System> system;
};

// Waits up to a few seconds until it holds: for work that is deferred.
[[nodiscard]] bool soon(const std::function<bool()>& holds);

[[nodiscard]] HttpRequest make_request(const std::string& method, const std::string& target,
                                       const std::string& token, const std::string& body);
[[nodiscard]] nlohmann::json json_of(const HttpResponse& response);
[[nodiscard]] std::string code_of(const HttpResponse& response);
[[nodiscard]] std::string header_of(const HttpResponse& response, const std::string& name);
[[nodiscard]] std::string token_of(const std::string& user);
[[nodiscard]] Failure failure_of(Service service, FailureKind kind);

}  // namespace cutover::api
