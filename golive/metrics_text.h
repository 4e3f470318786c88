// Prometheus text (exposition format 0.0.4) as samples.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace cutover::golive {

inline constexpr std::size_t metrics_bytes_max = 16U << 20;
inline constexpr std::size_t samples_max = 200'000;

using Labels = std::map<std::string, std::string>;

struct Sample {
  std::string name;
  Labels labels;
  double value = 0;
};

// The samples whose names start with "bookstrack_", in the text's order. Every line is read, also
// of others; the error names the first that is none: "line 12: ...". An error too: one series
// twice, a value of ours that is no number, and a text without any sample of ours.
[[nodiscard]] tl::expected<std::vector<Sample>, std::string> samples_from(std::string_view text);

}  // namespace cutover::golive
