// Measured: what a load saw, as counts and histograms. Parts of one load, or loads on several
// machines, are merged by adding; percentiles are derived at the end.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "load/histogram.h"
#include "load/request.h"
#include "load/threshold.h"

namespace cutover::load {

// All requests of one route that one tier answered.
struct Cell {
  Histogram duration;  // from the intended start
  Histogram service;   // from the actual start
  std::uint64_t failed = 0;

  void merge(const Cell& other);
};

// All requests that were due within one piece of time.
struct Slice {
  std::uint64_t requests = 0;
  std::uint64_t failed = 0;
  std::uint64_t found = 0;    // searches that found their book
  std::uint64_t from_kv = 0;  // ... of those, in KV
  Histogram duration;

  void merge(const Slice& other);
};

struct CheckCount {
  std::uint64_t passes = 0;
  std::uint64_t fails = 0;
};

// The plan's k6 script has these three checks.
inline constexpr std::size_t check_count = 3;
inline constexpr std::array<std::string_view, check_count> check_names = {
    "status is right", "response time < 500ms", "has book data"};

struct Measured {
  // `slice`: how long each piece of the series is.
  explicit Measured(Duration slice_length) : slice(slice_length) {}

  std::array<std::array<Cell, tier_count>, route_count> cells;
  std::array<CheckCount, check_count> checks;
  std::uint64_t iterations = 0;
  std::uint64_t bytes = 0;
  std::uint64_t late = 0;  // sent more than 5 ms after they were due: all connections were busy
  Duration slice;
  std::vector<Slice> series;  // by when requests were due
  Duration elapsed{0};        // of the part that counts: without the warm-up
  bool interrupted = false;

  // Times count from the end of the warm-up.
  void add(const Request& request, const Reply& reply, Duration due, Duration sent,
           Duration answered);
  void merge(const Measured& other);

  [[nodiscard]] Cell all(const Filter& filter) const;  // the cells that the filter lets through
  [[nodiscard]] Slice total() const;                   // of the whole series
};

}  // namespace cutover::load
