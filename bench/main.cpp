// cutover bench: prints the table of DESIGN section 10, each row measured against its limit in this
// run; the pieces by Google Benchmark; and the gate that compares two states of the migrator.

#include <benchmark/benchmark.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "bench/gate.h"
#include "bench/row.h"

namespace cutover::bench {
namespace {

constexpr int exit_usage = 2;
constexpr int exit_unknown = 3;

struct Arguments {
  Setup setup;
  std::vector<std::string> only;
  bool json = false;
  bool quick = false;
  std::string pieces;  // a regular expression
  GateOptions gate;
  int work = 0;  // records
};

// What takes minutes.
bool is_long(const Measurement& measurement) {
  return measurement.name == "growth";
}

int print_table(const Arguments& arguments) {
  std::vector<Row> rows;
  for (const Measurement& measurement : measurements()) {
    const auto& only = arguments.only;
    const bool named = std::find(only.begin(), only.end(), measurement.name) != only.end();
    if (!only.empty() && !named) continue;
    if (only.empty() && arguments.quick && is_long(measurement)) continue;
    if (!arguments.json) {
      std::fprintf(stderr, "measuring %s (about %s)\n", std::string(measurement.meaning).c_str(),
                   std::string(measurement.takes).c_str());
    }
    for (Row& row : measurement.run(arguments.setup)) {
      if (!arguments.json) std::fputs(text_of(row).c_str(), stdout);
      std::fflush(stdout);
      rows.push_back(std::move(row));
    }
  }
  if (arguments.json) std::fputs(json_of(rows).c_str(), stdout);
  bool missed = false;
  bool unknown = false;
  for (const Row& row : rows) {
    missed = missed || goal_of(row) == Goal::missed;
    unknown = unknown || goal_of(row) == Goal::unknown;
  }
  return missed ? 1 : unknown ? exit_unknown : 0;
}

int run_pieces(const std::string& filter, char* program) {
  std::string flag = "--benchmark_filter=" + filter;
  std::vector<char*> words = {program, flag.data()};
  int count = static_cast<int>(words.size());
  benchmark::Initialize(&count, words.data());
  return benchmark::RunSpecifiedBenchmarks() == 0 ? exit_usage : 0;
}

int run(int argc, char** argv) {
  Arguments arguments;
  arguments.setup.source = CUTOVER_SOURCE_DIR;
  CLI::App program("Measures cutover against its limits, side by side in one run.",
                   "cutover bench");
  std::string rows;
  for (const Measurement& one : measurements()) {
    rows += "\n  " + std::string(one.name) + ": " + std::string(one.meaning) + ", about " +
            std::string(one.takes);
  }
  program.footer("Rows:" + rows +
                 "\nExit codes: 0 every goal is met, 1 one is missed, 2 wrong usage, 3 unknown: "
                 "within the noise,\nor not measured. docs/PERFORMANCE.md explains the table.");
  program.add_option("--only", arguments.only, "these rows only");
  program.add_option("--rounds", arguments.setup.rounds, "how often each side is measured")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  program.add_flag("--quick", arguments.quick, "leave out what takes minutes");
  program.add_flag("--json", arguments.json, "print the rows as JSON");
  program.add_option("--program", arguments.setup.program, "the cutover that is measured")
      ->default_val(CUTOVER_PROGRAM);
  program.add_option("--empty-server", arguments.setup.empty_server)
      ->default_val(CUTOVER_EMPTY_SERVER)
      ->group("");
  CLI::App* pieces = program.add_subcommand("pieces", "the hot pieces, by Google Benchmark");
  pieces->add_option("filter", arguments.pieces, "a regular expression for their names")
      ->default_val(".");
  CLI::App* gate = program.add_subcommand(
      "gate", "has the migrator become slower than the baseline? By instructions, and by time");
  add_gate_options(*gate, arguments.gate);
  CLI::App* work = program.add_subcommand("work", "what the gate measures")->group("");
  work->add_option("records", arguments.work)->required()->check(CLI::Range(1, 1'000'000));
  try {
    program.parse(argc, argv);
    for (const std::string& name : arguments.only) {
      const auto& all = measurements();
      const bool known = std::any_of(all.begin(), all.end(),
                                     [&](const Measurement& one) { return one.name == name; });
      if (!known) throw CLI::ValidationError("--only", "there is no row '" + name + "'");
    }
  } catch (const CLI::CallForHelp&) {
    const CLI::App* chosen = pieces->parsed() ? pieces : gate->parsed() ? gate : &program;
    std::fputs(chosen->help().c_str(), stdout);
    return 0;
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "cutover: %s; see: cutover bench --help\n", error.what());
    return exit_usage;
  }
  if (pieces->parsed()) return run_pieces(arguments.pieces, argv[0]);
  if (gate->parsed()) return run_gate(arguments.gate, argv[0]);
  if (work->parsed()) return run_work(arguments.work);
  return print_table(arguments);
}

}  // namespace
}  // namespace cutover::bench

int main(int argc, char** argv) {
  return cutover::bench::run(argc, argv);
}
