// Inventory: what the source holds, before anything is moved (R2.10, plan defects X01, V07).
//
// Counts keys by prefix over the whole namespace, so that a migration of the wrong prefix or the
// wrong namespace shows itself as zero keys instead of a vacuous success.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/migrate/source_reader.h"

namespace cutover::migrate {

struct PrefixCount {
  std::int64_t keys = 0;
  std::int64_t expiring = 0;  // keys with an expiry
  bool migrated = false;      // is it one of the prefixes that a run migrates?
};

struct SampledKey {
  std::string key;
  std::string result;  // "row", or the reason why not
};

struct Inventory {
  std::map<std::string, PrefixCount> prefixes;  // at most 100; the rest under "(other)"
  std::int64_t keys = 0;
  std::int64_t to_migrate = 0;
  std::vector<SampledKey> sample;  // by hash of the key over the whole listing (V09)
};

// Walks the whole listing once, and reads `sample_size` (at most 100) of the keys to migrate.
// Switches.
Outcome<Inventory> take_inventory(KvStore& kv, Runtime& runtime, Telemetry& telemetry,
                                  const ReadOptions& options, std::size_t sample_size);

// Why a run must not start: nothing to migrate, with what was found instead. Empty when all is
// well.
[[nodiscard]] std::string why_not_to_start(const Inventory& inventory, const ReadOptions& options);

}  // namespace cutover::migrate
