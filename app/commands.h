// The program's commands. Each adds itself to the command line and, when chosen, runs and returns
// the exit code.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace cutover::reports {
enum class Verdict : std::uint8_t;
}  // namespace cutover::reports

namespace cutover::app {

// DESIGN section 8.
enum ExitCode : int {
  exit_pass = 0,
  exit_fail = 1,
  exit_usage = 2,    // wrong usage, or input that cannot be used
  exit_unknown = 3,  // not enough evidence, or interrupted
  exit_internal = 4,
};

// What all commands share.
struct Common {
  bool json = false;   // the result as JSON on stdout
  bool quiet = false;  // no progress
  std::string typed;   // the command line as typed, for reports
};

using Run = std::function<int()>;
using AddCommand = Run (*)(CLI::App& program, Common& common);

Run add_verify(CLI::App& program, Common& common);
Run add_migrate(CLI::App& program, Common& common);
Run add_validate(CLI::App& program, Common& common);
Run add_backup(CLI::App& program, Common& common);
Run add_restore(CLI::App& program, Common& common);
Run add_schema(CLI::App& program, Common& common);
Run add_generate(CLI::App& program, Common& common);
Run add_load(CLI::App& program, Common& common);
Run add_serve(CLI::App& program, Common& common);
Run add_simulate(CLI::App& program, Common& common);
Run add_token(CLI::App& program, Common& common);
Run add_chaos(CLI::App& program, Common& common);
Run add_explore(CLI::App& program, Common& common);
Run add_defects(CLI::App& program, Common& common);
Run add_replay(CLI::App& program, Common& common);
Run add_shrink(CLI::App& program, Common& common);
Run add_report(CLI::App& program, Common& common);
Run add_signoff(CLI::App& program, Common& common);

[[nodiscard]] int exit_code_of(reports::Verdict verdict);

// Prints "cutover: MESSAGE" to stderr and gives exit_usage.
int usage_error(const std::string& message);

}  // namespace cutover::app
