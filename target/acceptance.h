// The acceptance run of a deployment by its URL (`cutover verify --target URL`): what can be seen
// over HTTP alone, of our own server or of anybody's Worker (R8.11). docs/TARGET.md.
//
// Only GETs are asked, unless writes are allowed in words: a deployment that follows the contract
// or the plan is not changed by this run, beyond what its look-ups do by themselves.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "reports/evidence.h"
#include "target/visit.h"

namespace cutover::target {

struct AcceptanceOptions {
  std::string url;
  std::string ca_file;  // PEM; empty: the system's authorities
  std::string dump;     // what KV held; empty: nothing is known of it
  std::size_t sample = 300;
  std::uint64_t seed = 1;
  std::int64_t now_seconds = 0;            // since 1970
  std::vector<std::string> isbns;          // books to read when there is no dump; empty: the plan's
  std::vector<std::string> unknown_isbns;  // that nobody has; empty: some of no country
  std::string user;                        // whose shelf is looked at; empty: nobody's
  std::string user_token;
  std::string admin_token;
  bool allow_writes = false;  // one book may be put on the user's shelf
  VisitLimits limits;
  std::chrono::milliseconds timeout{30'000};  // of one request
  // For the report:
  std::string started;
  std::string tool_version;
  std::string command;
  // Either may be empty. After each criterion; and: shall the run end early? The second is asked
  // from any thread.
  std::function<void(const reports::Criterion& criterion)> checked;
  std::function<bool()> interrupted;
};

inline constexpr std::size_t burst_size = 50;

// The report, whatever its verdict; no token stands in it. The error is for a URL, a file or an
// ISBN that cannot be used, and for a target that does not answer at all; it says what to do.
[[nodiscard]] tl::expected<reports::Report, std::string> accept_target(
    const AcceptanceOptions& options);

}  // namespace cutover::target
