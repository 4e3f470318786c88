// What the commands on storm runs share: the world's size, and case files.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "chaos/case_file.h"

namespace CLI {
class App;
}  // namespace CLI

namespace cutover::app {

// Worlds come and go by the thousand: what one frees stays with the process for the next, instead
// of going back to the system each time, which costs a sixth of a campaign.
void keep_freed_memory();

// --scenario.
void add_scenario_option(CLI::App& command, chaos::StormCase& played);
// --keys, --locations, --migrators, --writers, --readers, --operations, --storm-seconds.
void add_world_options(CLI::App& command, chaos::StormCase& played);

tl::expected<chaos::CaseFile, std::string> read_case(const std::string& path);
// Whole or not at all; makes the folder. The error names the file.
tl::expected<void, std::string> write_case(const std::string& path, const chaos::CaseFile& file);

// The violations, one line each, at most `lines_max`.
void print_violations(const std::vector<chaos::Violation>& violations, std::size_t lines_max);

}  // namespace cutover::app
