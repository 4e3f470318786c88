// Numbers as people read them in a load's summaries.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/ports/outcome.h"

namespace cutover::load {

[[nodiscard]] std::string time_words(Duration duration);             // "12.34ms", "1.52s"
[[nodiscard]] std::string ms_words(double ms);                       // the same
[[nodiscard]] std::string share_words(double share);                 // "99.83%"
[[nodiscard]] std::string share_words(std::optional<double> share);  // "-" for none
[[nodiscard]] std::string byte_words(double bytes);                  // "12.3 MB"
[[nodiscard]] std::string count_words(std::int64_t number);          // "6,810"

}  // namespace cutover::load
