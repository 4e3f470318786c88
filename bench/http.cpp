// A KV hit through the whole of `cutover serve` against an empty handler (DESIGN section 10).
// http_ratio.sh drives both with wrk, whose own cost is small beside theirs.

#include <sstream>

#include "bench/measure.h"

namespace cutover::bench {

std::vector<Row> measure_http(const Setup& setup) {
  Row row{"http",
          "lookup over HTTP, KV hit, requests/s",
          "an empty handler of the same server with a body of the same size",
          Bound::at_least,
          0.8,
          ""};
  if (found_program("wrk").empty()) {
    row.missing = "wrk is not installed: apt-get install wrk";
    return {std::move(row)};
  }
  const auto child = run_timed({"/bin/sh", setup.source + "/bench/http_ratio.sh", setup.program,
                                setup.empty_server, setup.source, std::to_string(setup.rounds)});
  if (!child) {
    row.missing = child.error();
    return {std::move(row)};
  }
  std::vector<double> hits;
  std::vector<double> nothings;
  std::istringstream lines(child->output);
  std::string word;
  double empty = 0;
  double hit = 0;
  while (lines >> word >> empty >> hit) {
    if (word != "pair" || empty <= 0 || hit <= 0) break;
    nothings.push_back(empty);
    hits.push_back(hit);
    row.values.push_back(hit / empty);
  }
  if (row.values.empty()) {
    row.missing = "http_ratio.sh printed no pair of rates";
  } else {
    row.notes = {rates_text("KV hit", hits, "requests/s"),
                 rates_text("empty handler", nothings, "requests/s")};
  }
  return {std::move(row)};
}

}  // namespace cutover::bench
