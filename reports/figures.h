// Figures and sentences as people read them; the same words in every renderer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "reports/evidence.h"

namespace cutover::reports {

// "42 ms", "99.7 %", "13 of 13", "not measured". Numbers are never rounded: a figure that misses
// its limit by a hair must not look as if it met it.
[[nodiscard]] std::string measured_text(const Criterion& criterion);

// The sentence that explains a requirement's verdict: its first evidence of that verdict.
[[nodiscard]] std::string deciding_sentence(const Requirement& requirement);

// "0.412 ms", "3.2 s", "26.0 h"; "-" when there is none.
[[nodiscard]] std::string duration_text(const std::optional<double>& milliseconds);

// "512 bytes", "3.4 MiB".
[[nodiscard]] std::string size_text(std::uint64_t bytes);

}  // namespace cutover::reports
