// Sequel: after a call that a fault hit, or that failed, what its caller did next, in
// words; after a death, who came in its place.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "chaos/show/account.h"

namespace cutover::chaos {

class Sequel {
 public:
  // `account` must outlive this.
  explicit Sequel(const Account& account);

  // "It tried again 221 ms later: ok." Of a call that its caller did not survive: nothing.
  [[nodiscard]] std::string after(std::size_t call) const;

  // "2 of its calls were cut off. A new one started 1.0 s later."
  [[nodiscard]] std::string after_death(std::size_t lane, std::size_t life,
                                        std::optional<std::size_t> own_call) const;

 private:
  [[nodiscard]] std::optional<std::size_t> next_of(std::size_t call) const;
  [[nodiscard]] std::optional<Duration> next_life(std::size_t lane, Duration after) const;
  [[nodiscard]] std::string gave_up(const ShownCall& last) const;

  const Account& account_;
  std::vector<std::vector<std::vector<std::size_t>>> calls_;  // by lane and life
};

}  // namespace cutover::chaos
