// BookLookup: read-through search for one ISBN: KV, then D1, then the provider (R0.1).
//
// What it promises
// - One book, one representation (books/canonical_json.h), whichever tier answers; the tier travels
//   beside the book, never inside it (plan defect R12).
// - A tier that fails is skipped. The answer is Unavailable only when no tier that was still needed
//   could say anything, and then a stale copy is looked for first (R7.2).
// - Concurrent misses of one ISBN in one isolate make one provider call (R3.11). A leader's failure
//   is its followers' answer; it does not release them all at the provider. A follower stops
//   waiting at its own deadline.
// - Not found is an answer, remembered for a short, jittered time (`missing:isbn:<isbn>` in KV, and
//   in this isolate); a failure is never remembered as an absence.
// - Cache fills, metrics, shadow comparisons and refreshes are deferred and cannot fail or delay a
//   read. D1 is written before KV, for each value that D1 takes (R0.2).
//
// How old an answer may be: docs/LOOKUP.md states the bound and its reasons.
//
// Calls may come from any task of the isolate, and may switch. One object per isolate.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>

#include "core/books/isbn.h"
#include "core/lookup/read_policy.h"
#include "core/ports/book_provider.h"
#include "core/ports/database.h"
#include "core/ports/kv_store.h"
#include "core/ports/runtime.h"
#include "core/ports/telemetry.h"

namespace cutover::lookup {

struct LookupOptions {
  std::int64_t fresh_seconds = 86'400;  // R0.3; each entry lives up to a tenth less (R16)
  std::int64_t stale_seconds = 86'400;  // kept so long after that, for stale-if-error only
  std::int64_t missing_seconds = 300;   // negative entries; at least 60, jittered as above
  std::int64_t refresh_after_seconds = 30 * 86'400;  // D1 rows older than this are looked up again
  // Of one find(), waiting for a leader included: no call begins after it. One that is under way
  // ends by its port's own timeout.
  Duration deadline = std::chrono::seconds(10);
  std::size_t remembered_max = 10'000;  // ISBNs that this isolate remembers as missing
};

enum class Tier : std::uint8_t { cache, d1, provider };
[[nodiscard]] std::string_view name_of(Tier tier);  // "cache", "d1", "provider"

struct Found {
  std::string book;  // canonical JSON
  Tier tier = Tier::cache;
  bool stale = false;  // older than its fresh life, served because nothing better could be had
};

struct NotFound {
  bool remembered = false;  // the provider was not asked again
};

struct Unavailable {
  Failure failure;          // the last tier's, usually the provider's
  Duration retry_after{0};  // zero: unknown
};

using Answer = std::variant<Found, NotFound, Unavailable>;

class BookLookup {
 public:
  // All must outlive the lookup and its deferred work. `database` and `provider` are best given
  // with their breakers around them (rollout/guarded_ports.h).
  BookLookup(KvStore& kv, Database& database, BookProvider& provider, Runtime& runtime,
             Telemetry& telemetry, ReadPolicy& policy, const LookupOptions& options);
  ~BookLookup();
  BookLookup(const BookLookup&) = delete;
  BookLookup& operator=(const BookLookup&) = delete;

  Answer find(const books::Isbn& isbn);

  // Makes KV answer afresh from D1 or the provider: overwrites the entry with one that counts as
  // stale, instead of deleting it (plan defect R07). Visible elsewhere within the KV's staleness
  // bound. Succeeds also when there is nothing to invalidate; fails as KvStore does. Entries under
  // keys of older code (ISBN-10, older prefix) are left alone.
  Outcome<void> invalidate(const books::Isbn& isbn);

  // The same for every canonical key with this prefix (book:isbn: is put before it when it is
  // missing); at most `limit` keys. The number invalidated, and whether more remain: keys that are
  // stale already are passed over, so calling again goes on.
  struct Invalidated {
    std::int64_t keys = 0;
    bool more = false;
  };
  Outcome<Invalidated> invalidate_prefix(const std::string& prefix, std::int64_t limit);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with deferred work
};

}  // namespace cutover::lookup
