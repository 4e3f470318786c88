// Tiers: what all parts of one lookup share: the ports, the options, and what this isolate
// remembers. Deferred work holds it too, so it lives until the last of that has ended.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/lookup/book_memory.h"
#include "core/lookup/cache_entry.h"
#include "core/lookup/isbn_memory.h"
#include "core/lookup/lookup.h"
#include "core/lookup/single_flight.h"
#include "core/store/book_statements.h"

namespace cutover::lookup {

// Readers of values, one for each task that reads at the same time.
class ReaderPool {
 public:
  explicit ReaderPool(Runtime& runtime) : mutex_(runtime.mutex()) {}

  // A reader for as long as the lease lives.
  class Lease {
   public:
    explicit Lease(ReaderPool& pool);
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease();
    ValueReader* operator->() const { return reader_.get(); }

   private:
    ReaderPool& pool_;
    std::unique_ptr<ValueReader> reader_;
  };

 private:
  std::unique_ptr<Mutex> mutex_;  // guards idle_
  std::vector<std::unique_ptr<ValueReader>> idle_;
};

// How often a KV answer may be compared with D1's: a thousand times a second, and a hundred at
// once. Hits are far more frequent, and what is compared must not keep D1 from its readers.
class ShadowPace {
 public:
  explicit ShadowPace(Runtime& runtime);
  [[nodiscard]] bool take();

 private:
  Runtime& runtime_;
  std::unique_ptr<Mutex> mutex_;  // guards everything below
  Duration next_{0};              // when all of the hundred are there again
};

struct Tiers {
  Tiers(KvStore& kv_store, Database& d1, BookProvider& book_provider, Runtime& the_runtime,
        Telemetry& the_telemetry, ReadPolicy& read_policy, const LookupOptions& the_options);

  KvStore& kv;
  Database& database;
  BookProvider& provider;
  Runtime& runtime;
  Telemetry& telemetry;
  ReadPolicy& policy;
  const LookupOptions options;

  ReaderPool readers;
  BookMemory books;      // as KV's values were read lately
  IsbnMemory missing;    // not found lately
  IsbnMemory refreshed;  // asked the provider lately, though D1 knows it
  SingleFlight flights;
  ShadowPace shadow_pace;
};

using TiersPtr = std::shared_ptr<Tiers>;

// Up to a tenth less than `seconds`, at least 60 (plan defect R16: what was written together does
// not end together).
[[nodiscard]] std::int64_t jittered_seconds(Tiers& tiers, std::int64_t seconds);

// A book as D1 has it.
struct D1Book {
  std::string book;         // canonical JSON, the same as KV's entry of this row gives
  std::string cache_value;  // what to keep in KV; empty: it does not fit there
  std::int64_t version = 0;
  std::int64_t updated_at = 0;  // seconds since 1970
};

// Switches; fails as Database does.
Outcome<std::optional<D1Book>> read_d1(Tiers& tiers, const books::Isbn& isbn);

// A row as D1Book has it: through the bytes that KV would keep, so that both tiers agree.
[[nodiscard]] D1Book shown(Tiers& tiers, const books::Isbn& isbn, const books::BookRow& row);

}  // namespace cutover::lookup
