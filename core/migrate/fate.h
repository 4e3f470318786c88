// Fates: what became of each listed key. Exactly one each, and they add up to the listing (R2.14).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace cutover::migrate {

enum class Fate : std::uint8_t {
  inserted,    // a new row
  updated,     // a row of an earlier backfill changed to match
  unchanged,   // the row was already as it should be
  superseded,  // newer live data, or a preferred key of the same ISBN, stands in its place
  empty,       // the entry says that nothing is known: a cached answer, not a book
  expired,     // it ran out between the listing and the reading
  rejected,    // it cannot become a row, and the reason is recorded
  failed,      // a service kept failing; `retry_failed` tries again
  pending,     // not decided yet: an attempt failed and another will follow
};

inline constexpr std::size_t fate_count = 9;
inline constexpr std::array<Fate, fate_count> all_fates = {
    Fate::inserted, Fate::updated,  Fate::unchanged, Fate::superseded, Fate::empty,
    Fate::expired,  Fate::rejected, Fate::failed,    Fate::pending};

[[nodiscard]] std::string_view name_of(Fate fate);

// A sentence for reports.
[[nodiscard]] std::string_view meaning_of(Fate fate);

struct Totals {
  std::int64_t listed = 0;
  std::array<std::int64_t, fate_count> by_fate{};

  [[nodiscard]] std::int64_t& operator[](Fate fate) {
    return by_fate[static_cast<std::size_t>(fate)];
  }
  [[nodiscard]] std::int64_t operator[](Fate fate) const {
    return by_fate[static_cast<std::size_t>(fate)];
  }
  [[nodiscard]] std::int64_t sum() const;
  [[nodiscard]] bool add_up() const { return sum() == listed; }  // pending included

  friend bool operator==(const Totals&, const Totals&) = default;
};

}  // namespace cutover::migrate
