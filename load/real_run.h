// run_real: a profile's load on a server behind a URL, in real time (R4.3, R8.11).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "load/generator.h"
#include "load/http_target.h"
#include "load/profile.h"
#include "load/result.h"

namespace cutover::load {

struct RealOptions {
  Profile profile;
  HttpTargetOptions target;
  std::vector<std::string> isbns;  // that the server knows; not empty
  std::string user;                // of library routes; empty: none
  std::uint64_t seed = 1;
  std::int64_t points_max = 120;
  std::function<bool()> interrupted;              // from any thread; true: stop soon
  std::function<void(const Standing&)> progress;  // once a second, from a thread of its own
};

// Blocks. The error says what cannot be done against a URL, or that nobody answers there.
[[nodiscard]] tl::expected<Result, std::string> run_real(const RealOptions& options);

}  // namespace cutover::load
