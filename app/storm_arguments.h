// What the commands on storm runs share: the world's size, and case files.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "chaos/case_file.h"

namespace CLI {
class App;
}  // namespace CLI

namespace cutover::app {

// --scenario NAME, and a flag for each number of a case: --keys, --writers, --storm-seconds, ...
struct WorldOptions {
  std::string scenario = "migration";
  std::vector<std::pair<std::uint64_t chaos::StormCase::*, std::uint64_t>> numbers;  // as given
};
void add_world_options(CLI::App& command, WorldOptions& options);

// The scenario's numbers, and those that were given.
[[nodiscard]] chaos::StormCase case_of(const WorldOptions& options);

// Worlds come and go by the thousand: what one frees stays with the process for the next, instead
// of going back to the system each time, which costs a sixth of a campaign.
void keep_freed_memory();

tl::expected<chaos::CaseFile, std::string> read_case(const std::string& path);
// Whole or not at all; makes the folder. The error names the file.
tl::expected<void, std::string> write_case(const std::string& path, const chaos::CaseFile& file);

// The violations, one line each, at most `lines_max`.
void print_violations(const std::vector<chaos::Violation>& violations, std::size_t lines_max);

}  // namespace cutover::app
