// verify --target: its flags, and the run that they ask for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "app/commands.h"
#include "reports/evidence.h"

namespace CLI {
class Option;
}  // namespace CLI

namespace cutover::app {

struct TargetArguments {
  std::string url;  // empty: this run has no target
  std::string ca_file;
  std::string sample = "300";
  std::size_t requests = 500;
  std::size_t connections = 8;
  std::vector<std::string> isbns;
  std::vector<std::string> unknown_isbns;
  std::string user;
  std::string user_token_file;
  std::string admin_token_file;
  bool allow_writes = false;
};

// What verify's other flags say of such a run.
struct TargetRun {
  std::string dump;  // empty: none was given
  std::uint64_t seed = 1;
  std::string started;
};

// Gives --target itself, for what it excludes. `arguments` must outlive the command.
CLI::Option* add_target_flags(CLI::App& command, TargetArguments& arguments);

// The error names the flag or the file.
tl::expected<reports::Report, std::string> verify_target(const TargetArguments& arguments,
                                                         const TargetRun& run,
                                                         const Common& common);

}  // namespace cutover::app
