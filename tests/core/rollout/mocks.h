// What the rollout's unit tests share: mocked ports, a runtime whose time the test moves, failures
// of every kind, and telemetry that is kept as text.
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "core/ports/book_provider.h"
#include "core/ports/database.h"
#include "core/ports/kv_store.h"
#include "core/ports/runtime.h"
#include "core/ports/telemetry.h"

namespace cutover::rollout {

constexpr Duration second = std::chrono::seconds(1);
constexpr Duration millisecond = std::chrono::milliseconds(1);

class MockDatabase : public Database {
 public:
  MOCK_METHOD(Outcome<ResultSet>, query, (const Statement&), (override));
  MOCK_METHOD(Outcome<std::vector<ResultSet>>, batch, (std::span<const Statement>), (override));
};

class MockProvider : public BookProvider {
 public:
  MOCK_METHOD(Outcome<std::optional<std::string>>, find, (std::string_view), (override));
};

class MockKv : public KvStore {
 public:
  MOCK_METHOD(Outcome<std::optional<KvValue>>, get, (std::string_view), (override));
  MOCK_METHOD(Outcome<std::vector<std::optional<std::string>>>, get_many,
              (std::span<const std::string>), (override));
  MOCK_METHOD(Outcome<void>, put, (std::string_view, std::string_view, const KvPutOptions&),
              (override));
  MOCK_METHOD(Outcome<void>, remove, (std::string_view), (override));
  MOCK_METHOD(Outcome<KvPage>, list, (const KvListQuery&), (override));
  [[nodiscard]] Duration staleness_bound() const override { return std::chrono::seconds(60); }
};

// One thread, one task.
class StillRuntime final : public Runtime {
 public:
  [[nodiscard]] Duration now() const override { return time; }
  [[nodiscard]] UnixTime wall() const override { return {time.count()}; }
  void sleep(Duration duration) override { time += duration; }
  [[nodiscard]] std::unique_ptr<TaskGroup> task_group(std::size_t) override { return nullptr; }
  void defer(std::function<void()> work) override { work(); }
  [[nodiscard]] std::unique_ptr<Mutex> mutex() override { return std::make_unique<NoLock>(); }
  [[nodiscard]] std::uint64_t random_number(std::string_view) override { return random; }
  [[nodiscard]] Budget budget() const override { return {}; }

  Duration time{0};
  std::uint64_t random = 0;

 private:
  class NoLock final : public Mutex {
    void lock() override {}
    void unlock() override {}
  };
};

// Each event as "name field=value ...".
class TextTelemetry final : public Telemetry {
 public:
  using Telemetry::emit;
  void emit(std::string_view name, std::span<const Field> fields) override {
    std::string text(name);
    for (const Field& field : fields) {
      text.append(1, ' ').append(field.name).append(1, '=');
      if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
        text.append(std::to_string(*number));
      } else {
        text.append(std::get<std::string_view>(field.value));
      }
    }
    events.push_back(text);
  }
  std::vector<std::string> events;
};

inline Failure failure_of(Service service, FailureKind kind, Effect effect = Effect::not_applied) {
  return {service, "call", kind, true, Duration{0}, effect, "made by a test"};
}

constexpr FailureKind every_kind[] = {
    FailureKind::throttled,  FailureKind::overloaded,      FailureKind::unavailable,
    FailureKind::timeout,    FailureKind::connection_lost, FailureKind::limit_exceeded,
    FailureKind::constraint, FailureKind::malformed,       FailureKind::unauthorized,
};

}  // namespace cutover::rollout
