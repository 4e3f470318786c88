// How cost grows: 1,000,000 keys against 100,000 through `cutover migrate`, from a dump file into
// an SQLite file; then the plan's queries and the library's filters on what came out (R6.2, R2.13).

#include "bench/measure.h"
#include "bench/queries.h"
#include "bench/scratch.h"

namespace cutover::bench {
namespace {

constexpr std::int64_t few = 100'000;
constexpr std::int64_t many = 1'000'000;
constexpr int few_rounds = 3;

struct Grown {
  double seconds = 0;
  double peak_mib = 0;
};

tl::expected<void, std::string> generate(const Setup& setup, std::int64_t keys,
                                         const std::string& file) {
  const auto made = run_timed(
      {setup.program, "generate", "--keys", std::to_string(keys), "--out", file, "--quiet"});
  if (!made) return tl::unexpected(made.error());
  return {};
}

tl::expected<Grown, std::string> migrate_file(const Setup& setup, const std::string& dump,
                                              const std::string& database) {
  const auto child =
      run_timed({setup.program, "migrate", "--kv", dump, "--d1", database, "--quiet", "--json"});
  if (!child) return tl::unexpected(child.error());
  if (child->peak_bytes == 0)
    return tl::unexpected(std::string("its memory could not be seen in /proc"));
  return Grown{child->seconds, static_cast<double>(child->peak_bytes) / (1 << 20)};
}

std::vector<Row> without_figures(std::vector<Row> rows, const std::string& why) {
  for (Row& row : rows) row.missing = why;
  return rows;
}

}  // namespace

std::vector<Row> measure_growth(const Setup& setup) {
  std::vector<Row> rows = {
      {"growth-time", "time for each of 1,000,000 keys, dump file to SQLite file",
       "for each of 100,000", Bound::at_most, 1.3, ""},
      {"growth-memory", "resident memory with 1,000,000 keys", "with 100,000", Bound::at_most, 1.2,
       ""}};
  const ScratchFolder folder;
  const std::string small = folder.file("small.ndjson.zst");
  const std::string large = folder.file("large.ndjson.zst");
  for (const auto& [keys, file] : {std::pair(few, small), std::pair(many, large)}) {
    if (const auto made = generate(setup, keys, file); !made) {
      return without_figures(std::move(rows), made.error());
    }
  }
  std::vector<double> few_rates;
  std::vector<double> few_mib;
  std::vector<Grown> grown;
  for (int round = 0; round < few_rounds; ++round) {
    const auto one =
        migrate_file(setup, small, folder.file("small-" + std::to_string(round) + ".sqlite"));
    if (!one) return without_figures(std::move(rows), one.error());
    grown.push_back(*one);
    few_rates.push_back(few / one->seconds);
    few_mib.push_back(one->peak_mib);
  }
  const std::string database = folder.file("large.sqlite");
  const auto whole = migrate_file(setup, large, database);
  if (!whole) return without_figures(std::move(rows), whole.error());
  for (const Grown& one : grown) {
    rows[0].values.push_back(whole->seconds / many / (one.seconds / few));
    rows[1].values.push_back(whole->peak_mib / one.peak_mib);
  }
  rows[0].notes = {rates_text("1,000,000:", {many / whole->seconds}, "keys/s"),
                   rates_text("100,000:", few_rates, "keys/s")};
  rows[1].notes = {rates_text("1,000,000:", {whole->peak_mib}, "MiB"),
                   rates_text("100,000:", few_mib, "MiB")};
  std::vector<Row> queries = measure_queries(database);
  rows.insert(rows.end(), std::make_move_iterator(queries.begin()),
              std::make_move_iterator(queries.end()));
  return rows;
}

}  // namespace cutover::bench
