// Miss: the way of one ISBN that KV had no fresh answer for: D1, KV's other keys, the provider. One
// task at a time walks it for an ISBN (single_flight.h).
#pragma once

#include <optional>

#include "core/lookup/tiers.h"

namespace cutover::lookup {

// What KV said under book:isbn:<isbn>.
struct CacheSide {
  CacheReading reading;
  bool answered = false;  // it could be read
  bool fresh = false;
};

class Miss {
 public:
  // No call is begun after `deadline` (Runtime::now()).
  Miss(TiersPtr tiers, const books::Isbn& isbn, const CacheSide& cache, Duration deadline);

  SingleFlight::Landed look();

 private:
  using Landed = SingleFlight::Landed;

  std::optional<Landed> from_d1();
  std::optional<Landed> from_other_keys();
  Landed from_provider();
  [[nodiscard]] bool is_late() const;

  TiersPtr tiers_;
  const books::Isbn isbn_;
  const CacheSide& cache_;
  const Duration deadline_;
  ReadPlan plan_;
  bool all_answered_;  // no tier failed: if nobody knows the book, that may be remembered
  std::optional<Failure>
      d1_failure_;  // D1 should have been read: then nobody knows that it has none
};

}  // namespace cutover::lookup
