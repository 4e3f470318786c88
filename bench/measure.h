// What the measurements of this folder share.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "bench/row.h"

namespace cutover::bench {

// Seconds that `work` takes, by the steady clock.
template <class Work>
[[nodiscard]] double seconds_of(Work&& work) {
  const auto started = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

struct TimedChild {
  double seconds = 0;
  std::int64_t peak_bytes = 0;  // of resident memory; 0 when it was not seen
  std::string output;           // what it printed
};

// Runs a program to its end. The error names it, and says how it ended when not with code 0.
[[nodiscard]] tl::expected<TimedChild, std::string> run_timed(
    const std::vector<std::string>& words);

// "12,345 rows/s, median of 5 (12,000 to 13,000)"
[[nodiscard]] std::string rates_text(std::string_view of, const std::vector<double>& rates,
                                     std::string_view unit);

// Where `name` is among the folders of PATH; empty: nowhere.
[[nodiscard]] std::string found_program(std::string_view name);

// One function for each measurement; see measurements().
std::vector<Row> measure_migration(const Setup& setup);
std::vector<Row> measure_worker(const Setup& setup);
std::vector<Row> measure_http(const Setup& setup);
std::vector<Row> measure_campaign(const Setup& setup);
std::vector<Row> measure_day(const Setup& setup);
std::vector<Row> measure_verify(const Setup& setup);
std::vector<Row> measure_growth(const Setup& setup);

}  // namespace cutover::bench
