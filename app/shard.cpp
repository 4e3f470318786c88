#include "app/shard.h"

#include <charconv>
#include <string_view>

namespace cutover::app {
namespace {

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

struct Source {
  const char* index;
  const char* count;
  const char* first;  // the index counts from this variable's value; null: from 0
};

constexpr Source sources[] = {
    {"GTEST_SHARD_INDEX", "GTEST_TOTAL_SHARDS", nullptr},
    {"JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", nullptr},
    {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN"},
};

}  // namespace

tl::expected<Shard, std::string> find_shard(const std::string& text,
                                            const Environment& environment) {
  if (!text.empty()) {
    const std::size_t slash = text.find('/');
    const auto index = number_in(std::string_view(text).substr(0, slash));
    const auto count = slash == std::string::npos
                           ? std::nullopt
                           : number_in(std::string_view(text).substr(slash + 1));
    if (!index || !count || *count == 0 || *index >= *count) {
      return tl::unexpected("--shard " + text + ": must be i/n with i from 0 to n-1");
    }
    return Shard{*index, *count, "--shard"};
  }
  for (const Source& source : sources) {
    const auto index_text = environment(source.index);
    if (!index_text) continue;
    const auto count_text = environment(source.count);
    if (!count_text) {
      return tl::unexpected(std::string(source.index) + " is set, but " + source.count +
                            " is not; set it, or give --shard i/n");
    }
    const auto index = number_in(*index_text);
    const auto count = number_in(*count_text);
    const auto first_text =
        source.first ? environment(source.first) : std::optional<std::string>("0");
    const auto first = number_in(first_text.value_or("0"));
    if (!index || !count || !first || *index < *first || *index - *first >= *count) {
      return tl::unexpected(std::string(source.index) + "=" + *index_text + " and " + source.count +
                            "=" + *count_text + " are no part of a whole");
    }
    return Shard{*index - *first, *count, source.index};
  }
  return Shard{};
}

}  // namespace cutover::app
