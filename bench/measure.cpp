#include "bench/measure.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "adapters/process/child.h"
#include "bench/samples.h"
#include "reports/figures.h"

namespace cutover::bench {
namespace {

std::string whole(double value) {
  return reports::count_text(static_cast<std::uint64_t>(value + 0.5));
}

}  // namespace

tl::expected<TimedChild, std::string> run_timed(const std::vector<std::string>& words) {
  tl::expected<process::ChildEnd, std::string> end;
  TimedChild timed;
  timed.seconds = seconds_of([&] { end = process::run_child(words); });
  if (!end) return tl::unexpected(end.error());
  if (end->code != 0) {
    std::string typed;
    for (const std::string& word : words) typed += (typed.empty() ? "" : " ") + word;
    return tl::unexpected("ended with code " + std::to_string(end->code) + ": " + typed);
  }
  timed.peak_bytes = end->peak_bytes;
  timed.output = std::move(end->output);
  return timed;
}

std::string rates_text(std::string_view of, const std::vector<double>& rates,
                       std::string_view unit) {
  const auto [low, high] = std::minmax_element(rates.begin(), rates.end());
  std::string text = std::string(of) + " " + whole(median(rates)) + " " + std::string(unit);
  if (rates.size() > 1) text += " (" + whole(*low) + " to " + whole(*high) + ")";
  return text;
}

std::string found_program(std::string_view name) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    std::string file = std::string(rest.substr(0, colon)) + "/" + std::string(name);
    if (access(file.c_str(), X_OK) == 0) return file;
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  return {};
}

const std::vector<Measurement>& measurements() {
  static const std::vector<Measurement> all = {
      {"migration", "the migrator against a bare loop", "10 s", measure_migration},
      {"worker", "the migrator against the plan's on workerd", "30 s", measure_worker},
      {"http", "a KV hit over HTTP against an empty handler", "40 s", measure_http},
      {"campaign", "storms with and without history and invariants", "20 s", measure_campaign},
      {"day", "a day of traffic in virtual time", "40 s", measure_day},
      {"verify", "the acceptance run on the sample", "1 min", measure_verify},
      {"growth", "1,000,000 keys against 100,000, and the plan's queries there", "10 min",
       measure_growth},
  };
  return all;
}

}  // namespace cutover::bench
