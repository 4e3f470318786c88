// The `quality` column read back: a JSON array of marks, which are plain lower-case words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cutover::books {

// The marks in a `quality` value, in its order. Total: other text gives whatever stands in quotes.
[[nodiscard]] std::vector<std::string> marks_in(std::string_view quality);

}  // namespace cutover::books
