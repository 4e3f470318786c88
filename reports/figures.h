// Figures and sentences as people read them; the same words in every renderer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "reports/evidence.h"

namespace cutover::reports {

// "42 ms", "99.7 %", "13 of 13", "not measured". Numbers are never rounded: a figure that misses
// its limit by a hair must not look as if it met it.
[[nodiscard]] std::string measured_text(const Criterion& criterion);

// The same with at most four digits that count, where that does not move the number to the other
// side of its limit or onto it; ten digits when the limit is no number.
[[nodiscard]] std::string measured_in_short(const Criterion& criterion);

// "+12.5 %", "-3 %"; "-" when there is none.
[[nodiscard]] std::string margin_text(const Criterion& criterion);

// "API p95 41.5 ms"; "API p95 not measured".
[[nodiscard]] std::string figure_text(const Figure& figure);

// "6,810".
[[nodiscard]] std::string count_text(std::uint64_t count);

// "1 key", "6,810 keys".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view one);

// The sentence that explains a requirement's verdict: its first evidence of that verdict.
[[nodiscard]] std::string deciding_sentence(const Requirement& requirement);

// "1,234 rows"; "1,000,000 rows, and 5 more did not fit".
[[nodiscard]] std::string rows_text(const ReportFile& file);

// "0.412 ms", "3.2 s", "26.0 h"; "-" when there is none.
[[nodiscard]] std::string duration_text(const std::optional<double>& milliseconds);

// "512 bytes", "3.4 MiB".
[[nodiscard]] std::string size_text(std::uint64_t bytes);

}  // namespace cutover::reports
