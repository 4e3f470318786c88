// What `cutover verify` plays beside the rehearsal, and where it finds the rest of the evidence.
#pragma once

#include <string>

#include <CLI/CLI.hpp>
#include <tl/expected.hpp>

#include "acceptance/acceptance.h"

namespace cutover::app {

struct AcceptanceArguments {
  std::string profile = "quick";
  std::string tests;     // of the user's choice; empty: those of this build
  std::string coverage;  // the same
};

// Adds --profile, --tests and --coverage.
void add_acceptance_flags(CLI::App& command, AcceptanceArguments& arguments);

// Where the source tree and its build have what the run needs. Test results and coverage
// count only when they are not older than the program. The error names the flag.
[[nodiscard]] tl::expected<acceptance::AcceptanceOptions, std::string> acceptance_options(
    const AcceptanceArguments& arguments, scenarios::VerifyOptions rehearsal);

}  // namespace cutover::app
