// Picks: choices by chance, drawn before the clock starts, so that a measured loop pays for reading
// the next one and not for drawing it. The same in every run.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/ports/random.h"

namespace cutover::bench {

class Picks {
 public:
  // Each uniform in [0, bound); `bound` is positive. `purpose` names the stream.
  Picks(std::string_view purpose, std::size_t bound) {
    RandomStream random(1, purpose);
    for (std::uint32_t& place : places_) place = static_cast<std::uint32_t>(random.below(bound));
  }

  // After the last one, from the start again.
  [[nodiscard]] std::size_t next() { return places_[at_++ % count]; }

 private:
  static constexpr std::size_t count = 4096;  // 16 KiB: half of what a core's nearest cache holds
  std::array<std::uint32_t, count> places_{};
  std::size_t at_ = 0;
};

}  // namespace cutover::bench
