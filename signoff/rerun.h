// Playing again some of the runs that a report lists: a report that was made up cannot know the
// digests of runs that it never made. The "reproduce" commands of a report are for people: nothing
// that stands in a file is ever run.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "reports/run_record.h"
#include "signoff/check.h"

namespace cutover::signoff {

using reports::SeededRun;  // a storm of a scenario in its own size (chaos/storm_case.h)

inline constexpr std::size_t rerun_max = 10'000;

// `count` different ones of them, or all; which ones depends on the seed alone. In the list's
// order.
[[nodiscard]] std::vector<SeededRun> sample_of(const std::vector<SeededRun>& runs,
                                               std::size_t count, std::uint64_t seed);

// Gives the digest of a run, or why it cannot be played.
using Play = std::function<tl::expected<std::string, std::string>(const SeededRun& run)>;

// Pass: the digest is the report's. Fail: it is another. Unknown: it cannot be played, or it is
// another and the report is of another version, whose runs this one need not repeat.
[[nodiscard]] Check rerun(const SeededRun& run, const Play& play, bool same_version);

// In this process; takes from milliseconds to seconds.
[[nodiscard]] tl::expected<std::string, std::string> play_storm(const SeededRun& run);

}  // namespace cutover::signoff
