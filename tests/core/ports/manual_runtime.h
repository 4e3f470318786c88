// A Runtime for tests without a simulated world: time moves only when the code sleeps, tasks run at
// once and in order, and random numbers are what the test says. One thread; never switches.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/ports/check.h"
#include "core/ports/runtime.h"
#include "core/ports/telemetry.h"

namespace cutover {

class ManualRuntime final : public Runtime {
 public:
  [[nodiscard]] Duration now() const override { return time; }
  [[nodiscard]] UnixTime wall() const override { return {start.micros + time.count()}; }
  void sleep(Duration duration) override {
    slept.push_back(duration);
    time += duration;
  }
  [[nodiscard]] std::unique_ptr<TaskGroup> task_group(std::size_t limit) override {
    group_limits.push_back(limit);
    return std::make_unique<Group>();
  }
  void defer(std::function<void()> work) override { work(); }
  [[nodiscard]] std::unique_ptr<Mutex> mutex() override { return nullptr; }
  [[nodiscard]] std::uint64_t random_number(std::string_view) override { return random; }
  [[nodiscard]] Budget budget() const override { return granted; }

  Duration time{0};
  UnixTime start{1'764'000'000'000'000};
  std::uint64_t random = 0;
  Budget granted;
  std::vector<Duration> slept;
  std::vector<std::size_t> group_limits;

 private:
  class Group final : public TaskGroup {
   public:
    void spawn(std::function<void()> task) override { task(); }
    void wait() override {}
  };
};

// Keeps the names of events.
class NamedEvents final : public Telemetry {
 public:
  using Telemetry::emit;
  void emit(std::string_view name, std::span<const Field>) override { names.emplace_back(name); }

  [[nodiscard]] std::size_t count(std::string_view name) const {
    std::size_t found = 0;
    for (const std::string& each : names) found += each == name ? 1 : 0;
    return found;
  }

  std::vector<std::string> names;
};

}  // namespace cutover
