// Row: one line of the table that `cutover bench` prints: something of ours against its limit, both
// measured in turn in one run, so that the machine's noise meets both (DESIGN section 10).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cutover::bench {

enum class Bound : std::uint8_t { at_least, at_most };

struct Row {
  std::string_view name;     // static; of --only
  std::string_view what;     // static
  std::string_view against;  // static; "-": nothing
  Bound bound = Bound::at_least;
  double goal = 0;
  std::string_view unit;                // static; empty: a ratio
  std::vector<double> values = {};      // one for each round; empty: not measured
  std::vector<std::string> notes = {};  // what was measured on either side, for people
  std::string missing = {};             // why nothing was measured
};

enum class Goal : std::uint8_t { met, missed, unknown };

// Unknown: nothing was measured, or the goal lies between the quartiles of the rounds, so that
// another run may say otherwise.
[[nodiscard]] Goal goal_of(const Row& row);
[[nodiscard]] std::string_view name_of(Goal goal);

// One row over several lines, ending with a line break.
[[nodiscard]] std::string text_of(const Row& row);
[[nodiscard]] std::string json_of(const std::vector<Row>& rows);

// Where the measured programs and the files they read are.
struct Setup {
  std::string program;       // cutover
  std::string empty_server;  // cutover_bench_http
  std::string source;        // the project's folder
  int rounds = 5;            // of each row, at least 1
};

struct Measurement {
  std::string_view name;  // static: the rows' name
  std::string_view meaning;
  std::string_view takes;  // about how long, for people
  std::function<std::vector<Row>(const Setup&)> run;
};

// In the order of the table. Those that take minutes are last.
[[nodiscard]] const std::vector<Measurement>& measurements();

}  // namespace cutover::bench
