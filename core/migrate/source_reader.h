// SourceReader: lists the source and reads its values, in bounded pieces.
//
// It decides nothing about the target. Each listed key becomes an Item: a row to write, a fate that
// needs no row, or "try again later" with the reason. Reading never fails as a whole: a service
// that keeps failing leaves its keys to be tried again (R2.6).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/books/transform.h"
#include "core/migrate/fate.h"
#include "core/ports/kv_store.h"
#include "core/ports/retry.h"
#include "core/ports/runtime.h"
#include "core/ports/telemetry.h"

namespace cutover::migrate {

struct ReadOptions {
  // In byte order; both the plan's shape of key and the older one (plan defect X01).
  std::vector<std::string> prefixes = {std::string(books::plan_prefix),
                                       std::string(books::legacy_prefix)};
  std::size_t page_keys = 1000;     // keys per list call, 1 to 1,000 (M16)
  std::size_t reads_in_flight = 4;  // bulk reads at a time, 1 to 6 (R2.2, M04)
  RetryPolicy retry;
};

// Decided without a row: empty, expired, rejected.
struct Decided {
  Fate fate = Fate::rejected;
  std::string reason;
  std::string detail;
};

// Not readable now. `missing` tells a listed key without a value (it may be remembered as absent at
// this location, M14) from a service that failed.
struct TryAgain {
  std::string reason;
  std::string detail;
  bool missing = false;
  bool counts = true;  // is it one of the key's attempts?
};

struct Item {
  KvListedKey listed;
  std::variant<books::BookRow, Decided, TryAgain> what;
};

// A place in the listing. Keys up to `last_key` are done; `cursor` gives the page they stand on.
struct Place {
  std::size_t prefix_index = 0;
  std::string cursor;
  std::string last_key;
  bool complete = false;

  friend bool operator==(const Place&, const Place&) = default;
};

struct SourcePage {
  std::vector<KvListedKey> keys;  // ascending, all after the place asked for
  Place next;                     // where to go on when all of them are done
};

class SourceReader {
 public:
  SourceReader(KvStore& kv, Runtime& runtime, Telemetry& telemetry, const ReadOptions& options);

  // The next page after `place`. A refused cursor falls back to listing from the start and skipping
  // what is done (K06). Switches.
  Outcome<SourcePage> page(const Place& place);

  // Reads and transforms these keys: chunks of at most `chunk_keys` (1 to 100), several at a time.
  // The answer is in the order of the keys. Switches.
  std::vector<Item> read(std::span<const KvListedKey> keys, std::size_t chunk_keys);

 private:
  Outcome<KvPage> list(const Place& place);
  void read_chunk(std::span<const KvListedKey> keys, std::span<Item> items);
  void read_halves(std::span<const KvListedKey> keys, std::span<Item> items);
  void finish(const KvListedKey& key, std::optional<std::string> bulk_text, Item& item,
              books::Transform& transform);

  KvStore& kv_;
  Runtime& runtime_;
  Telemetry& telemetry_;
  const ReadOptions& options_;
};

}  // namespace cutover::migrate
