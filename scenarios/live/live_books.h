// The books of a play: popular ones that stay in KV, and rare ones whose KV entries run out soon
// after the migration, so that a look-up must go further: to D1, or to the provider.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/ports/kv_store.h"
#include "core/ports/runtime.h"

namespace cutover::scenarios {

struct LiveBooks {
  std::vector<KvRecord> sources;
  std::vector<std::string> popular;  // ISBNs
  std::vector<std::string> rare;

  // The last `count` of the rare ones, for probes of the caller's own.
  [[nodiscard]] std::vector<std::string> take_rare(std::size_t count);
};

// Generated, none of them odd. The rare ones' entries end `rare_for` after `start`.
[[nodiscard]] LiveBooks live_books(std::uint64_t seed, std::uint64_t popular, std::uint64_t rare,
                                   UnixTime start, Duration rare_for = std::chrono::minutes(20));

// Books that no dump has: for what only the provider knows.
[[nodiscard]] LiveBooks unlisted_books(std::uint64_t seed, std::uint64_t count);

// From a real dump: the books whose entries are plain (a bare object under the canonical key, with
// fields of the usual kinds), one of `rare_one_in` of them rare; all other entries stay as they
// are. An entry that would run out within a day lives on, so that only the rare ones are missed.
[[nodiscard]] LiveBooks choose_books(std::vector<KvRecord> sources, std::uint64_t rare_one_in,
                                     UnixTime start, Duration rare_for);

}  // namespace cutover::scenarios
