// Writing to KV: fills, negative entries and invalidations. All of it is deferred or an operator's
// work, never on the way of a read.
//
// KV has no compare-and-swap and shows each location an old state for up to a minute, so a fill can
// put an old value over a newer one. Two rules bound that (plan defects R06, W15): a fill gives way
// to an entry that is newer, as far as this location sees; and after a put it asks D1 for the
// version once more, and when D1 is ahead by then, puts what D1 has. Whoever writes D1 does so
// before KV (R0.2), so one of the two racing tasks sees the other.
#pragma once

#include <string>

#include "core/lookup/tiers.h"

namespace cutover::lookup {

struct Fill {
  books::Isbn isbn;
  std::string value;  // bytes for KV
  CacheStamp seen;    // what KV said when the look-up began
  std::int64_t version = 0;
  bool from_d1 = false;  // the version is D1's
};

// Switches, for some seconds when KV throttles. Failures are counted and swallowed ("lookup.fill").
void fill(Tiers& tiers, Fill fill);

// The bytes for the stamp of a new entry, fresh from now on.
[[nodiscard]] KvPutOptions fresh_entry(Tiers& tiers, std::int64_t version,
                                       std::int64_t invalidated);

// Remembers in KV that no tier knows this book. Failures are counted and swallowed.
void put_missing(Tiers& tiers, const books::Isbn& isbn);

// Makes the entry under this key count as stale; true when there was one to change. Switches; fails
// as KvStore does.
Outcome<bool> make_stale(Tiers& tiers, const std::string& key, const books::Isbn& isbn);

}  // namespace cutover::lookup
