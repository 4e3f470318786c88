#include "bench/memory_kv.h"

#include <algorithm>

namespace cutover::bench {

std::vector<KvRecord>::const_iterator MemoryKv::find(std::string_view key) const {
  return std::lower_bound(
      records_.begin(), records_.end(), key,
      [](const KvRecord& record, std::string_view k) { return record.key < k; });
}

Outcome<std::optional<KvValue>> MemoryKv::get(std::string_view key) {
  const auto at = find(key);
  if (at == records_.end() || at->key != key) return std::optional<KvValue>();
  return std::optional<KvValue>({at->value, at->metadata});
}

Outcome<std::vector<std::optional<std::string>>> MemoryKv::get_many(
    std::span<const std::string> keys) {
  std::vector<std::optional<std::string>> values;
  values.reserve(keys.size());
  for (const std::string& key : keys) {
    const auto at = find(key);
    const bool found = at != records_.end() && at->key == key;
    values.push_back(found ? std::optional(at->value) : std::nullopt);
  }
  return values;
}

// The cursor is the last key given out.
Outcome<KvPage> MemoryKv::list(const KvListQuery& query) {
  KvPage page;
  auto at = query.cursor.empty() ? find(query.prefix) : find(query.cursor);
  if (!query.cursor.empty() && at != records_.end() && at->key == query.cursor) ++at;
  for (; at != records_.end() && at->key.starts_with(query.prefix); ++at) {
    if (page.keys.size() == query.limit) {
      page.cursor = page.keys.back().name;
      return page;
    }
    page.keys.push_back({at->key, at->expiration, at->metadata});
  }
  page.complete = true;
  return page;
}

}  // namespace cutover::bench
