// What lets a reader check a run, follow its worst moments, and see it beside earlier runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/verdict.h"

namespace cutover::reports {

// A run that anyone can repeat: the same scenario and seed must give the same digest
// (requirement R8.3).
struct SeededRun {
  std::string scenario;
  std::uint64_t seed = 0;
  std::string digest;     // lower-case hex digits
  std::string reproduce;  // a command
  bool operator==(const SeededRun&) const = default;
};

// A number worth following from run to run.
struct Figure {
  std::string name;
  std::optional<double> value{};  // nothing: not measured
  std::string unit{};
  bool operator==(const Figure&) const = default;
};

// An earlier run, in short.
struct PastRun {
  std::string started;  // ISO 8601 with zone
  Verdict verdict = Verdict::unknown;
  std::string tool_version;
  std::string digest;  // SHA-256 of its report.json, or empty
  std::vector<Figure> figures;
  bool operator==(const PastRun&) const = default;
};

inline constexpr std::size_t history_max = 20;  // earlier runs that a report keeps

// One line of a timeline.
struct Moment {
  // Since the run began, virtual time, never negative; nothing: at no one moment.
  std::optional<double> at_ms{};
  std::string who;  // "migrator", "d1"
  std::string what;
  bool operator==(const Moment&) const = default;
};

// The run that came closest to breaking something, told moment by moment. No moments: no such run.
struct Timeline {
  std::string title;  // which run it is, and why it is the worst
  std::string reproduce;
  std::vector<Moment> moments;
  bool operator==(const Timeline&) const = default;
};

}  // namespace cutover::reports
