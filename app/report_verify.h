// cutover report verify: a report and its sign-off, checked on any machine (requirement R6.8).
#pragma once

#include "app/commands.h"

namespace cutover::app {

// Adds `verify` to the `report` command; the result runs it.
Run add_report_verify(CLI::App& report, Common& common);

}  // namespace cutover::app
