// FanOut: one telemetry that hands every event on to several.
//
// They are called in the order in which they were given, and must outlive it.
#pragma once

#include <utility>
#include <vector>

#include "core/ports/telemetry.h"

namespace cutover::observability {

class FanOut final : public Telemetry {
 public:
  explicit FanOut(std::vector<Telemetry*> targets) : targets_(std::move(targets)) {}

  using Telemetry::emit;
  void emit(std::string_view name, std::span<const Field> fields) override {
    for (Telemetry* target : targets_) target->emit(name, fields);
  }

 private:
  const std::vector<Telemetry*> targets_;
};

}  // namespace cutover::observability
