// SimRuntime: the Runtime port of one process in a simulated world.
//
// Make one per incarnation, with the rest of the process's System. Its random streams are derived
// from the world's seed, the process's role and incarnation, and the name: two processes need two
// roles to differ, and a process that was restarted does not replay the jitter of its last life.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/ports/random.h"
#include "core/ports/runtime.h"
#include "core/ports/telemetry.h"
#include "fakes/sim/scheduler.h"

namespace cutover::sim {

class SimRuntime final : public Runtime {
 public:
  SimRuntime(Scheduler& scheduler, Process& process);

  [[nodiscard]] Duration now() const override;
  [[nodiscard]] UnixTime wall() const override;
  void sleep(Duration duration) override;
  [[nodiscard]] std::unique_ptr<TaskGroup> task_group(std::size_t limit) override;
  void defer(std::function<void()> work) override;
  [[nodiscard]] std::unique_ptr<Mutex> mutex() override;
  [[nodiscard]] std::uint64_t random_number(std::string_view stream) override;
  [[nodiscard]] Budget budget() const override;

 private:
  Scheduler& scheduler_;
  Process& process_;
  std::uint32_t incarnation_;
  Duration started_;
  std::map<std::string, RandomStream, std::less<>> streams_;  // by name
};

// Writes the core's events into the world's history: `result` is "field=value field=value".
class HistoryTelemetry final : public Telemetry {
 public:
  explicit HistoryTelemetry(Scheduler& scheduler);
  using Telemetry::emit;
  void emit(std::string_view name, std::span<const Field> fields) override;

 private:
  Scheduler& scheduler_;
  std::string text_;  // reused, so that an event allocates nothing
};

}  // namespace cutover::sim
