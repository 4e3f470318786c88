#include "app/acceptance_arguments.h"

#include <filesystem>

namespace cutover::app {
namespace {

// Why what the tests wrote may not be used; empty when it may.
std::string why_not(const std::string& path) {
  std::error_code error;
  const auto written = std::filesystem::last_write_time(path, error);
  if (error) return "the test suite was not run with this build";
  const auto built = std::filesystem::last_write_time("/proc/self/exe", error);
  if (error) return "it cannot be told whether the test results are of this build";
  return written < built ? "the test results are older than this build" : "";
}

}  // namespace

void add_acceptance_flags(CLI::App& command, AcceptanceArguments& arguments) {
  command
      .add_option(
          "--profile", arguments.profile,
          "how much is played beside the rehearsal on the dump: nothing (dump), quick, standard "
          "or full")
      ->capture_default_str();
  command.add_option("--tests", arguments.tests,
                     "JUnit file of the test suite [what `./cutover test` wrote for this build]");
  command.add_option("--coverage", arguments.coverage,
                     "gcovr's JSON summary of the tests' line coverage [what `./cutover --preset "
                     "coverage test` wrote after this build]");
}

tl::expected<acceptance::AcceptanceOptions, std::string> acceptance_options(
    const AcceptanceArguments& arguments, scenarios::VerifyOptions rehearsal) {
  auto profile = acceptance::profile_named(arguments.profile);
  if (!profile) return tl::unexpected("--profile: " + profile.error());
  acceptance::AcceptanceOptions options;
  options.rehearsal = std::move(rehearsal);
  options.profile = std::move(*profile);
  options.corpus = CUTOVER_CORPUS;
  options.defects = CUTOVER_DEFECTS;
  options.probes = CUTOVER_PROBES;
  options.tests = arguments.tests;
  if (arguments.tests.empty()) {
    options.tests = CUTOVER_TEST_RESULTS;
    options.no_tests = why_not(options.tests);
  }
  options.coverage = arguments.coverage;
  const std::string measured = CUTOVER_COVERAGE_RESULTS;
  if (options.coverage.empty() && why_not(measured).empty()) options.coverage = measured;
  return options;
}

}  // namespace cutover::app
