#include "fakes/d1/time_travel.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cutover::fakes {

std::string TimeTravel::keep(std::string image, UnixTime now) {
  if (!kept_.empty() && kept_.back().image == image) {
    kept_.back().at = now;
    return kept_.back().bookmark;
  }
  const auto micros = static_cast<std::uint64_t>(now.micros);
  kept_.push_back({fmt::format("{:08x}-{:016x}", ++given_, micros), std::move(image), now});
  if (kept_.size() > options_.kept_max) kept_.pop_front();
  return kept_.back().bookmark;
}

const std::string* TimeTravel::find(std::string_view bookmark, UnixTime now) const {
  const auto found = std::find_if(kept_.begin(), kept_.end(),
                                  [&](const Kept& kept) { return kept.bookmark == bookmark; });
  if (found == kept_.end()) return nullptr;
  if (now.micros - found->at.micros > options_.reach.count()) return nullptr;
  return &found->image;
}

bool TimeTravel::take_restore(UnixTime now) {
  while (!restores_.empty() &&
         now.micros - restores_.front().micros >= options_.restores_within.count()) {
    restores_.pop_front();
  }
  if (restores_.size() >= options_.restores_max) return false;
  restores_.push_back(now);
  return true;
}

}  // namespace cutover::fakes
