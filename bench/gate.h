// The gate: has the migrator become slower? A verdict only beyond the noise (DESIGN section 10).
//
// Two measures. Instructions for each key, counted by callgrind, barely vary: they are compared
// with bench/baseline.json, which holds for one compiler and one set of libraries. Seconds vary:
// they are compared with another build of this program (--against), in turn, after the same
// program has been measured against itself.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace cutover::bench {

struct GateOptions {
  std::string measured;  // a cutover_bench; empty: this one
  std::string against;   // an earlier one; empty: no seconds are compared
  std::string baseline;  // file of the instructions for each key
  bool write = false;    // the baseline anew, instead of judging
  int rounds = 12;       // of seconds, on each side
};

void add_gate_options(CLI::App& command, GateOptions& options);

enum class Pace : int { unchanged, faster, slower, unknown };

// Of two sets of seconds, where `noise` is the relative difference that the same program showed
// against itself (0 and above). Slower or faster: chance explains it in less than one of a thousand
// cases, and it is beyond twice the noise and two percent.
[[nodiscard]] Pace pace_of(const std::vector<double>& before, const std::vector<double>& now,
                           double noise);

// Of counts: slower or faster beyond three percent, and beyond three times the noise.
[[nodiscard]] Pace pace_of_counts(double before, double now, double noise);

// Prints what was measured and the verdict: 0 unchanged or faster, 1 slower, 3 unknown, 2 wrong
// input. `self` is this program's path.
int run_gate(const GateOptions& options, const std::string& self);

// What the gate measures: migrates so many records of the sample, and prints the seconds.
int run_work(int records);

}  // namespace cutover::bench
