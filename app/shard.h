// Which part of a campaign this process plays, when many processes share it: from --shard i/n, or
// from the variables that job systems set (docs/SCALING.md).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <tl/expected.hpp>

namespace cutover::app {

struct Shard {
  std::uint64_t index = 0;  // from 0
  std::uint64_t count = 1;
  std::string from;  // where it was found: "--shard", "SLURM_ARRAY_TASK_ID"; empty: nowhere
};

using Environment = std::function<std::optional<std::string>(const char* name)>;

// `text` is "i/n" with i from 0 to n-1, or empty: then GTEST_SHARD_INDEX and GTEST_TOTAL_SHARDS,
// JOB_COMPLETION_INDEX and JOB_COMPLETIONS, or SLURM_ARRAY_TASK_ID, _MIN and _COUNT count, in this
// order. None set: the whole. The error names the flag or variable.
tl::expected<Shard, std::string> find_shard(const std::string& text,
                                            const Environment& environment);

}  // namespace cutover::app
