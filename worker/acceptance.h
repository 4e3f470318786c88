// The acceptance run of a team's own Worker (`cutover verify --worker DIR`): every check on a stage
// of its own, and a report that names the plan's defects that the Worker has (requirements R8.1,
// R8.10). docs/WORKER.md.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "reports/evidence.h"
#include "worker/check.h"

namespace cutover::worker {

struct AcceptanceOptions {
  std::string folder;   // of the Worker
  std::string workerd;  // the program
  std::string only;     // checks whose name or defects contain this; empty: all
  // For the report:
  std::string started;
  std::string tool_version;
  std::string command;
  // Either may be empty. After each check; and: shall the run end early?
  std::function<void(const Check& check, const reports::Criterion& criterion)> checked;
  std::function<bool()> interrupted;
};

// The report, whatever its verdict. The error is for a folder that is no Worker, and for one that
// does not start at all.
tl::expected<reports::Report, std::string> accept_worker(const AcceptanceOptions& options);

// The defects that the failed criteria of such a report name, each once, in order.
[[nodiscard]] std::vector<std::string> defects_named(const reports::Report& report);

}  // namespace cutover::worker
