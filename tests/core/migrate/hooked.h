// Ports that hand calls on to real ones until a test says otherwise: a hook may answer instead of
// the service (the call does nothing) or after it (the answer is lost).
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/ports/database.h"
#include "core/ports/kv_store.h"
#include "fakes/sim/sanitizers.h"

namespace cutover::migrate {

inline Failure d1_failure(FailureKind kind, Effect effect, bool retryable) {
  return {Service::d1, "batch", kind, retryable, Duration{0}, effect, "made by a test"};
}
inline Failure lost_reply() {
  return d1_failure(FailureKind::connection_lost, Effect::unknown, true);
}
inline Failure refused_data() {
  return d1_failure(FailureKind::constraint, Effect::not_applied, false);
}
inline Failure kv_failure(FailureKind kind, bool retryable) {
  return {Service::kv, "read", kind, retryable, Duration{0}, Effect::not_applied, "made by a test"};
}

struct DatabaseHooks {
  using Hook = std::function<std::optional<Failure>(std::span<const Statement>)>;
  Hook before;
  Hook after;
  std::int64_t statements = 0;  // that reached the database
};

class HookedDatabase final : public Database {
 public:
  HookedDatabase(Database& real, DatabaseHooks& hooks) : real_(real), hooks_(hooks) {}

  Outcome<ResultSet> query(const Statement& statement) override {
    return through(std::span(&statement, 1), [&] { return real_.query(statement); });
  }
  Outcome<std::vector<ResultSet>> batch(std::span<const Statement> statements) override {
    return through(statements, [&] { return real_.batch(statements); });
  }

 private:
  template <class Call>
  auto through(std::span<const Statement> statements, Call&& call) -> decltype(call()) {
    if (hooks_.before) {
      if (auto failure = hooks_.before(statements)) return *failure;
    }
    {
      const sim::Quiet quiet;  // every task of a test counts here
      hooks_.statements += static_cast<std::int64_t>(statements.size());
    }
    auto outcome = call();
    if (hooks_.after) {
      if (auto failure = hooks_.after(statements)) return *failure;
    }
    return outcome;
  }

  Database& real_;
  DatabaseHooks& hooks_;
};

struct KvHooks {
  std::function<std::optional<Failure>(std::string_view key)> get;
  std::function<std::optional<Failure>(std::span<const std::string> keys)> get_many;
  std::function<std::optional<Failure>(const KvListQuery&)> list;
  std::function<std::optional<Failure>(std::string_view key)> put;
};

class HookedKv final : public KvStore {
 public:
  HookedKv(KvStore& real, KvHooks& hooks) : real_(real), hooks_(hooks) {}

  Outcome<std::optional<KvValue>> get(std::string_view key) override {
    if (hooks_.get) {
      if (auto failure = hooks_.get(key)) return *failure;
    }
    return real_.get(key);
  }
  Outcome<std::vector<std::optional<std::string>>> get_many(
      std::span<const std::string> keys) override {
    if (hooks_.get_many) {
      if (auto failure = hooks_.get_many(keys)) return *failure;
    }
    return real_.get_many(keys);
  }
  Outcome<void> put(std::string_view key, std::string_view value,
                    const KvPutOptions& options) override {
    if (hooks_.put) {
      if (auto failure = hooks_.put(key)) return *failure;
    }
    return real_.put(key, value, options);
  }
  Outcome<void> remove(std::string_view key) override { return real_.remove(key); }
  Outcome<KvPage> list(const KvListQuery& query) override {
    if (hooks_.list) {
      if (auto failure = hooks_.list(query)) return *failure;
    }
    return real_.list(query);
  }
  [[nodiscard]] Duration staleness_bound() const override { return real_.staleness_bound(); }

 private:
  KvStore& real_;
  KvHooks& hooks_;
};

}  // namespace cutover::migrate
