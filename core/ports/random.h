// RandomStream: reproducible random numbers, one stream per purpose.
//
// A stream is derived from a seed and a name ("schedule", "faults", "data"), so that drawing more
// from one never shifts another. The numbers are the same on every machine and compiler: the
// generator is xoshiro256** seeded by SplitMix64, and no <random> distribution is used.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace cutover {

class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view name);

  [[nodiscard]] std::uint64_t next();

  // Uniform in [0, bound); bound must be positive.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound);

  // Uniform in [low, high], both included.
  [[nodiscard]] std::int64_t between(std::int64_t low, std::int64_t high);

  // True `numerator` times in `denominator`, in the long run.
  [[nodiscard]] bool chance(std::uint64_t numerator, std::uint64_t denominator);

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace cutover
