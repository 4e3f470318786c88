// verify: the acceptance run. Rehearses the whole migration on a real dump in a simulated world, by
// the code that goes live, and judges every record.
//
// Everything happens in virtual time and depends on the dump, the library and the seed alone; only
// the measured real times differ from run to run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "reports/evidence.h"
#include "reports/key_list.h"

namespace cutover::scenarios {

// Where progress goes. Called from the thread that runs verify.
class ProgressSink {
 public:
  ProgressSink() = default;
  ProgressSink(const ProgressSink&) = delete;
  ProgressSink& operator=(const ProgressSink&) = delete;
  virtual ~ProgressSink() = default;
  virtual void step_began(std::string_view name) = 0;
  virtual void went_on(std::int64_t done, std::int64_t total) = 0;
  virtual void step_ended(const reports::Step& step) = 0;
  // Asked between steps: true ends the run early; the report then says so and is unknown.
  [[nodiscard]] virtual bool interrupted() const = 0;
};

struct VerifyOptions {
  std::string dump;                    // path of a wrangler bulk file, or "-"
  std::optional<std::string> library;  // path of a CSV; without it a library is generated
  std::uint64_t seed = 1;
  std::string out_directory;                // existing; the backup goes there
  std::int64_t at_seconds = 1'764'000'000;  // the rehearsal's date, seconds since 1970
  std::string started;                      // ISO 8601, for the report
  std::string tool_version;
  std::string command;  // what was typed, for the report
  int interrupted_runs = 3;
  bool drills = false;  // rehearse the four phases and drill the risks too: about half a minute
  // Takes every key that did not simply become a row, and is finished with the run; the report then
  // names the file that the caller writes of it. Null: nobody wants the list.
  reports::KeyList* left_out_keys = nullptr;
};

// The report of the run, whatever its verdict. The error is for input that cannot be used at all
// (it names the file); nothing was judged then.
tl::expected<reports::Report, std::string> verify(const VerifyOptions& options,
                                                  ProgressSink& progress);

}  // namespace cutover::scenarios
