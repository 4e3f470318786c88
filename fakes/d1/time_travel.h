// TimeTravel: the states of a database that it can be put back to, by bookmark.
//
// The service can go back to any moment of the last 30 days (7 on the free plan); here only moments
// at which somebody asked for a bookmark are kept, the newest `kept_max` of them. Bookmarks sort as
// strings, in the order in which they were given out. A database that did not change keeps its
// bookmark. Source: cloudflare-facts B1, B2, B5. Never switches; one world, one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "core/ports/runtime.h"

namespace cutover::fakes {

class TimeTravel {
 public:
  struct Options {
    std::size_t kept_max = 16;
    Duration reach = std::chrono::hours(24 * 30);
    std::size_t restores_max = 10;  // within `restores_within`
    Duration restores_within = std::chrono::minutes(10);
  };

  explicit TimeTravel(const Options& options) : options_(options) {}

  // The bookmark of this state of the database (its bytes), as it stands now.
  std::string keep(std::string image, UnixTime now);

  // The kept state; null when the bookmark is unknown, dropped, or older than the reach.
  [[nodiscard]] const std::string* find(std::string_view bookmark, UnixTime now) const;

  // Counts a restore. False: there were too many lately, and this one does not count.
  [[nodiscard]] bool take_restore(UnixTime now);

 private:
  struct Kept {
    std::string bookmark;
    std::string image;
    UnixTime at;
  };

  Options options_;
  std::deque<Kept> kept_;          // oldest first
  std::deque<UnixTime> restores_;  // within the last `restores_within`
  std::uint32_t given_ = 0;
};

}  // namespace cutover::fakes
