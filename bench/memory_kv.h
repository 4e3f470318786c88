// MemoryKv: a KvStore over sorted records, as cheap as one can be, so that a measurement of the
// migrator measures the migrator.
#pragma once

#include <string>
#include <vector>

#include "core/ports/kv_store.h"

namespace cutover::bench {

class MemoryKv final : public KvStore {
 public:
  // The records must stay and be sorted by key, each key once.
  explicit MemoryKv(const std::vector<KvRecord>& records) : records_(records) {}

  Outcome<std::optional<KvValue>> get(std::string_view key) override;
  Outcome<std::vector<std::optional<std::string>>> get_many(
      std::span<const std::string> keys) override;
  // Writes are taken and forgotten: the migrator only mirrors its progress here.
  Outcome<void> put(std::string_view, std::string_view, const KvPutOptions&) override { return {}; }
  Outcome<void> remove(std::string_view) override { return {}; }
  Outcome<KvPage> list(const KvListQuery& query) override;
  [[nodiscard]] Duration staleness_bound() const override { return Duration{0}; }

 private:
  [[nodiscard]] std::vector<KvRecord>::const_iterator find(std::string_view key) const;
  const std::vector<KvRecord>& records_;
};

}  // namespace cutover::bench
