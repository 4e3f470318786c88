// The part of a key that says what it is: up to and with its second colon, "book:isbn:".
#pragma once

#include <string>
#include <string_view>

namespace cutover::migrate {

// Up to the first colon when there is no second; "(no prefix)" when there is none at all.
[[nodiscard]] inline std::string prefix_of_key(std::string_view key) {
  const std::size_t first = key.find(':');
  if (first == std::string_view::npos) return "(no prefix)";
  const std::size_t second = key.find(':', first + 1);
  return std::string(key.substr(0, (second == std::string_view::npos ? first : second) + 1));
}

}  // namespace cutover::migrate
