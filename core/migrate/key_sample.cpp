#include "core/migrate/key_sample.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/ports/stable_hash.h"

namespace cutover::migrate {

std::uint64_t sample_hash(std::string_view key) {
  std::uint64_t hash = stable_hash(key);
  hash ^= hash >> 32;
  hash *= 0x9E3779B97F4A7C15ULL;
  return hash ^ (hash >> 29);
}

void KeySample::offer(KvListedKey key) {
  if (size_ == 0) return;
  const std::uint64_t hash = sample_hash(key.name);
  if (smallest_.size() == size_ && hash >= smallest_.rbegin()->first) return;
  smallest_.insert_or_assign(hash, std::move(key));
  if (smallest_.size() > size_) smallest_.erase(std::prev(smallest_.end()));
}

std::vector<KvListedKey> KeySample::keys() const {
  std::vector<KvListedKey> keys;
  keys.reserve(smallest_.size());
  for (const auto& [hash, key] : smallest_) keys.push_back(key);
  std::sort(keys.begin(), keys.end(),
            [](const KvListedKey& a, const KvListedKey& b) { return a.name < b.name; });
  return keys;
}

}  // namespace cutover::migrate
