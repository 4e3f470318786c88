// PrometheusMetrics: counts telemetry events and gives them as Prometheus text.
//
// Every metric is named bookstrack_..., with its base unit as suffix; docs/SERVE.md lists them, and
// ops/prometheus has the alerts on them. Labels come from small fixed sets; one whose values come
// from outside is bounded: beyond label_values_max different ones, they count as "other".
// Events that it does not know are dropped.
//
// Safe to use from any thread.
#pragma once

#include <memory>
#include <string>

#include "core/ports/telemetry.h"

namespace cutover::observability {

class PrometheusMetrics final : public Telemetry {
 public:
  static constexpr std::size_t label_values_max = 50;

  PrometheusMetrics();
  ~PrometheusMetrics() override;

  using Telemetry::emit;
  void emit(std::string_view name, std::span<const Field> fields) override;

  // The exposition format, version 0.0.4.
  [[nodiscard]] std::string text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cutover::observability
