// Samples: what is said of repeated measurements. A machine is noisy, so a single figure is never
// compared; medians are, and a difference counts only beyond what chance explains.
#pragma once

#include <vector>

namespace cutover::bench {

// Of at least one value. With an even number, the mean of the middle two.
[[nodiscard]] double median(std::vector<double> values);

// Half the distance between the quartiles over the median, 0 to 1 and above: how far apart repeated
// measurements of one thing lie. Of at least one value, all above zero.
[[nodiscard]] double relative_spread(std::vector<double> values);

// The chance that two sets of measurements of the same thing differ so much in rank or more
// (Mann-Whitney, two-sided, normal approximation with ties and continuity corrected): 0 to 1. Below
// eight values a side the approximation is poor, and 1 is given: nothing can be told.
[[nodiscard]] double rank_test(const std::vector<double>& left, const std::vector<double>& right);

}  // namespace cutover::bench
