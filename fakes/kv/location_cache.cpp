#include "fakes/kv/location_cache.h"

#include <algorithm>
#include <utility>

namespace cutover::fakes {

bool is_expired(const StoredValue& stored, UnixTime now) {
  return stored.expiration && *stored.expiration <= now.seconds();
}

const StoredValuePtr* LocationCache::find(std::string_view key, UnixTime now, Duration age) const {
  const auto found = answers_.find(key);
  if (found == answers_.end() || !is_fresh(found->second, now)) return nullptr;
  if (now.micros - found->second.fetched_at.micros < age.count()) return nullptr;
  return &found->second.answer;
}

void LocationCache::fill(std::string_view key, StoredValuePtr answer, UnixTime fetched,
                         UnixTime now) {
  if (ttl_ <= Duration::zero()) return;
  if (answers_.size() >= forget_at_) forget_old(now);
  const auto found = answers_.find(key);
  if (found == answers_.end()) {
    answers_.emplace(std::string(key), Remembered{std::move(answer), fetched});
  } else {
    found->second = Remembered{std::move(answer), fetched};
  }
}

bool LocationCache::is_fresh(const Remembered& remembered, UnixTime now) const {
  if (now.micros - remembered.fetched_at.micros >= ttl_.count()) return false;
  return remembered.answer == nullptr || !is_expired(*remembered.answer, now);
}

void LocationCache::forget_old(UnixTime now) {
  std::erase_if(answers_, [&](const auto& entry) { return !is_fresh(entry.second, now); });
  forget_at_ = std::max<std::size_t>(1024, 2 * answers_.size());
}

}  // namespace cutover::fakes
