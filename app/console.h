// Console: what a person at a terminal, or a log, sees of long work.
//
// On a terminal one line is redrawn; elsewhere a plain line is written per 1,000 records (R2.12).
// Everything goes to stderr, so that stdout holds results only.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/ports/telemetry.h"
#include "scenarios/verify.h"

namespace cutover::app {

// Set by SIGINT and SIGTERM once watch_signals() was called: finish what is begun and stop.
void watch_signals();
[[nodiscard]] bool stop_requested();

class ProgressLine {
 public:
  ProgressLine(std::string name, bool quiet);
  // Total 0: unknown. Redraws at most ten times a second.
  void update(std::int64_t done, std::int64_t total);
  void clear();

 private:
  std::string name_;
  bool quiet_;
  bool terminal_;
  bool drawn_ = false;
  std::int64_t last_thousand_ = 0;
  std::chrono::steady_clock::time_point last_draw_{};
};

// verify's steps: one line each, with a mark for the verdict.
class ConsoleProgress final : public scenarios::ProgressSink {
 public:
  explicit ConsoleProgress(bool quiet) : quiet_(quiet), line_("", quiet) {}
  void step_began(std::string_view name) override;
  void went_on(std::int64_t done, std::int64_t total) override;
  void step_ended(const reports::Step& step) override;
  [[nodiscard]] bool interrupted() const override { return stop_requested(); }

 private:
  bool quiet_;
  ProgressLine line_;
};

// Shows the migrator's events as progress, and calls that have to be repeated, because the wait may
// take minutes; all other events are dropped.
class MigrationProgress final : public Telemetry {
 public:
  MigrationProgress(std::int64_t total, bool quiet)
      : total_(total), quiet_(quiet), line_("migrate", quiet) {}
  using Telemetry::emit;
  void emit(std::string_view name, std::span<const Field> fields) override;
  void clear() { line_.clear(); }

 private:
  std::int64_t total_;
  bool quiet_;
  ProgressLine line_;
};

}  // namespace cutover::app
