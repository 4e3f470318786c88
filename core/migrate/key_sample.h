// KeySample: a sample of keys that is the same for the same set of keys, whatever their order: the
// ones with the smallest hashes (plan defect V09).
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "core/ports/kv_store.h"

namespace cutover::migrate {

// FNV-1a with a final mix; the same everywhere, and good enough to choose a sample by.
[[nodiscard]] std::uint64_t sample_hash(std::string_view key);

class KeySample {
 public:
  explicit KeySample(std::size_t size) : size_(size) {}

  void offer(KvListedKey key);
  [[nodiscard]] std::vector<KvListedKey> keys() const;  // in byte order

 private:
  std::size_t size_;
  std::map<std::uint64_t, KvListedKey> smallest_;
};

}  // namespace cutover::migrate
