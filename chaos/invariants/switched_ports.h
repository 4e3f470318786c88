// Ports that can be switched off: one backend down, as a whole, for as long as a check likes. What
// a call needs to fail takes 20 ms of virtual time. Calls may switch.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "core/ports/book_provider.h"
#include "core/ports/database.h"
#include "core/ports/kv_store.h"
#include "core/ports/runtime.h"
#include "fakes/sim/sanitizers.h"

namespace cutover::chaos {

// Says whether a service is down, and gives the failure then.
class Switch {
 public:
  Switch(Runtime& runtime, Service service) : runtime_(runtime), service_(service) {}

  bool down = false;

  [[nodiscard]] bool refuses() {
    if (is_down()) runtime_.sleep(std::chrono::milliseconds(20));
    return is_down();
  }
  [[nodiscard]] Failure failure() const {
    Failure failure;
    failure.service = service_;
    failure.operation = "call";
    failure.retryable = true;
    failure.effect = Effect::not_applied;
    failure.message = "switched off";
    return failure;
  }

 private:
  // The check that throws the switch does not wait for those who call.
  [[nodiscard]] bool is_down() const {
    const sim::Quiet quiet;
    return down;
  }

  Runtime& runtime_;
  Service service_;
};

class SwitchedKv final : public KvStore {
 public:
  SwitchedKv(KvStore& kv, Runtime& runtime) : power(runtime, Service::kv), kv_(kv) {}
  Switch power;

  Outcome<std::optional<KvValue>> get(std::string_view key) override {
    if (power.refuses()) return power.failure();
    return kv_.get(key);
  }
  Outcome<std::vector<std::optional<std::string>>> get_many(
      std::span<const std::string> keys) override {
    if (power.refuses()) return power.failure();
    return kv_.get_many(keys);
  }
  Outcome<void> put(std::string_view key, std::string_view value,
                    const KvPutOptions& options) override {
    if (power.refuses()) return power.failure();
    return kv_.put(key, value, options);
  }
  Outcome<void> remove(std::string_view key) override {
    if (power.refuses()) return power.failure();
    return kv_.remove(key);
  }
  Outcome<KvPage> list(const KvListQuery& query) override {
    if (power.refuses()) return power.failure();
    return kv_.list(query);
  }
  [[nodiscard]] Duration staleness_bound() const override { return kv_.staleness_bound(); }

 private:
  KvStore& kv_;
};

class SwitchedDatabase final : public Database {
 public:
  SwitchedDatabase(Database& database, Runtime& runtime)
      : power(runtime, Service::d1), database_(database) {}
  Switch power;

  Outcome<ResultSet> query(const Statement& statement) override {
    if (power.refuses()) return power.failure();
    return database_.query(statement);
  }
  Outcome<std::vector<ResultSet>> batch(std::span<const Statement> statements) override {
    if (power.refuses()) return power.failure();
    return database_.batch(statements);
  }

 private:
  Database& database_;
};

// Counts the calls for each ISBN, too.
class SwitchedProvider final : public BookProvider {
 public:
  SwitchedProvider(BookProvider& provider, Runtime& runtime)
      : power(runtime, Service::provider), provider_(provider) {}
  Switch power;
  std::map<std::string, std::int64_t> calls;

  Outcome<std::optional<std::string>> find(std::string_view isbn13) override {
    {
      const sim::Quiet quiet;
      calls[std::string(isbn13)] += 1;
    }
    if (power.refuses()) return power.failure();
    return provider_.find(isbn13);
  }

 private:
  BookProvider& provider_;
};

}  // namespace cutover::chaos
