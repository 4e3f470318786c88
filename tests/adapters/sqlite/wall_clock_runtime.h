// A Runtime of which only the wall clock is used: it says what the test says.
#pragma once

#include <stdexcept>

#include "core/ports/runtime.h"

namespace cutover {

class WallClockRuntime final : public Runtime {
 public:
  std::int64_t wall_micros = 1'795'000'000'000'000;

  [[nodiscard]] UnixTime wall() const override { return UnixTime{wall_micros}; }

  [[nodiscard]] Duration now() const override { throw std::logic_error("not used"); }
  void sleep(Duration) override { throw std::logic_error("not used"); }
  [[nodiscard]] std::unique_ptr<TaskGroup> task_group(std::size_t) override {
    throw std::logic_error("not used");
  }
  void defer(std::function<void()>) override { throw std::logic_error("not used"); }
  [[nodiscard]] std::unique_ptr<Mutex> mutex() override { throw std::logic_error("not used"); }
  [[nodiscard]] std::uint64_t random_number(std::string_view) override {
    throw std::logic_error("not used");
  }
  [[nodiscard]] Budget budget() const override { return Budget{}; }
};

}  // namespace cutover
