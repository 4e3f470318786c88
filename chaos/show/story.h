// Story: a run told in plain words: who took part, which fault hit whom with what consequence, who
// died and came again, what touched the violated keys, and what is wrong in the end.
//
// It tells what matters most within a bound of lines; the rest is counted ("then 12 calls without
// trouble"). Every text from outside is made visible and cut short.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chaos/show/account.h"

namespace cutover::chaos {

struct StoryLine {
  enum class Kind : std::uint8_t { who, calm, fault, death, failure, key, report, happening, end };
  Kind kind = Kind::calm;
  std::optional<Duration> at;
  std::string text;                 // whole sentences
  std::optional<std::size_t> call;  // what it is about
};

// A word for the margin: "fault", "death", ...; empty for those that need none.
[[nodiscard]] std::string_view margin_of(StoryLine::Kind kind);

// `lines_max` counts lines as print() makes them; at least 10.
[[nodiscard]] std::vector<StoryLine> story_of(const Account& account, std::size_t lines_max = 40);

// For a terminal: at most 100 characters a line, a time and a word in the margin.
[[nodiscard]] std::string print(const std::vector<StoryLine>& story);

}  // namespace cutover::chaos
