// Rows that time the whole program: a day of traffic, and the acceptance run (DESIGN section 10).

#include "bench/measure.h"
#include "bench/scratch.h"

namespace cutover::bench {
namespace {

// A row of one value: it takes too long to be repeated.
Row timed_row(Row row, const std::vector<std::string>& words) {
  const auto child = run_timed(words);
  if (!child) {
    row.missing = child.error();
    return row;
  }
  row.values = {child->seconds};
  row.notes = {"peak of " + std::to_string(child->peak_bytes >> 20) + " MiB resident"};
  return row;
}

}  // namespace

std::vector<Row> measure_day(const Setup& setup) {
  return {timed_row({"day", "24 h of traffic at 10 requests/s in virtual time (load --profile day)",
                     "-", Bound::at_most, 30, "s"},
                    {setup.program, "load", "--profile", "day", "--quiet", "--json"})};
}

std::vector<Row> measure_verify(const Setup& setup) {
  const ScratchFolder folder;
  return {timed_row(
      {"verify", "verify --profile quick on a dump of 7,000 records", "-", Bound::at_most, 60, "s"},
      {setup.program, "verify", "--profile", "quick", "--quiet", "--out", folder.file("report")})};
}

}  // namespace cutover::bench
