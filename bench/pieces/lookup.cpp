// The path of a KV hit: the lookup over a store in memory, on the runtime of production. D1 and the
// provider are not there: asking them ends the program.

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "adapters/kv_cache/cached_kv.h"
#include "adapters/threads/thread_runtime.h"
#include "bench/memory_kv.h"
#include "bench/pieces/picks.h"
#include "bench/pieces/sample_books.h"
#include "core/books/isbn.h"
#include "core/lookup/cache_entry.h"
#include "core/lookup/lookup.h"
#include "core/ports/check.h"

namespace cutover::bench {
namespace {

class LookupSilence final : public Telemetry {
 public:
  using Telemetry::emit;
  void emit(std::string_view, std::span<const Field>) override {}
};

class LookupNoDatabase final : public Database {
 public:
  Outcome<ResultSet> query(const Statement&) override {
    CUTOVER_CHECK(false, "a KV hit does not ask D1");
    return ResultSet{};
  }
  Outcome<std::vector<ResultSet>> batch(std::span<const Statement>) override {
    CUTOVER_CHECK(false, "a KV hit does not write D1");
    return std::vector<ResultSet>{};
  }
};

class LookupNoProvider final : public BookProvider {
 public:
  Outcome<std::optional<std::string>> find(std::string_view) override {
    CUTOVER_CHECK(false, "a KV hit does not ask the provider");
    return std::optional<std::string>();
  }
};

// Nothing is compared with D1, as for all hits but the sample of a shadow phase.
class LookupPolicy final : public lookup::ReadPolicy {
 public:
  lookup::ReadPlan plan(const books::Isbn&) override { return {}; }
  [[nodiscard]] bool may_shadow(const books::Isbn&) const override { return false; }
  void shadow_result(const books::Isbn&, Shadow) override {}
};

// The sample's books as the system itself keeps them in KV, fresh for a day. Each has two values,
// of one blank more or less; which of them is there, turn() changes.
class LookupKv final : public KvStore {
 public:
  explicit LookupKv(const Runtime& runtime)
      : first_records_(records(runtime, "")), other_records_(records(runtime, " ")) {}

  void turn() { std::swap(there_, away_); }

  Outcome<std::optional<KvValue>> get(std::string_view key) override { return there_->get(key); }
  Outcome<std::vector<std::optional<std::string>>> get_many(
      std::span<const std::string> keys) override {
    return there_->get_many(keys);
  }
  Outcome<void> put(std::string_view, std::string_view, const KvPutOptions&) override { return {}; }
  Outcome<void> remove(std::string_view) override { return {}; }
  Outcome<KvPage> list(const KvListQuery& query) override { return there_->list(query); }
  [[nodiscard]] Duration staleness_bound() const override { return Duration{0}; }

 private:
  static std::vector<KvRecord> records(const Runtime& runtime, const std::string& end) {
    const UnixTime now = runtime.wall();
    const std::string metadata =
        lookup::to_metadata({1, 0, now.millis(), now.seconds() + 24 * 3600});
    std::vector<KvRecord> made;
    for (const books::BookRow& book : sample_books()) {
      made.push_back(
          {lookup::entry_key(book.isbn), book.canonical_metadata + end, std::nullopt, metadata});
    }
    return made;
  }

  const std::vector<KvRecord> first_records_;
  const std::vector<KvRecord> other_records_;
  MemoryKv first_{first_records_};
  MemoryKv other_{other_records_};
  MemoryKv* there_ = &first_;
  MemoryKv* away_ = &other_;
};

struct LookupStand {
  LookupStand() {
    for (const books::BookRow& book : sample_books()) {
      isbns.push_back(books::Isbn::parse(book.isbn)->isbn);
    }
  }

  // Every book once; each must be found in KV. What was read is remembered then.
  void find_all() {
    for (const books::Isbn& isbn : isbns) {
      const lookup::Answer answer = front.find(isbn);
      const auto* found = std::get_if<lookup::Found>(&answer);
      CUTOVER_CHECK(found != nullptr && found->tier == lookup::Tier::cache && !found->stale &&
                        !found->book.empty(),
                    "KV has it");
    }
  }

  threads::ThreadRuntime runtime;
  LookupSilence telemetry;
  LookupNoDatabase database;
  LookupNoProvider provider;
  LookupPolicy policy;
  LookupKv kv{runtime};
  lookup::BookLookup front{kv, database, provider, runtime, telemetry, policy, {}};
  std::vector<books::Isbn> isbns;
};

// Any book of the sample by chance, its value the same as at the last time: all of them fit into
// what one isolate remembers, so none is parsed.
void lookup_kv_hit(benchmark::State& state) {
  LookupStand stand;
  stand.find_all();
  Picks picks("lookup", stand.isbns.size());
  for (auto _ : state) benchmark::DoNotOptimize(stand.front.find(stand.isbns[picks.next()]));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(lookup_kv_hit);

// One book after the other, its value another one than at the last time: each is parsed.
void lookup_kv_hit_parsed(benchmark::State& state) {
  LookupStand stand;
  stand.find_all();
  std::size_t at = stand.isbns.size();
  for (auto _ : state) {
    if (at == stand.isbns.size()) {
      at = 0;
      stand.kv.turn();
    }
    benchmark::DoNotOptimize(stand.front.find(stand.isbns[at++]));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(lookup_kv_hit_parsed);

// What `cutover serve` has before its KV: a value that is in memory, and copied out of it.
void cached_kv_hit(benchmark::State& state) {
  const threads::ThreadRuntime runtime;
  LookupKv store(runtime);
  kv_cache::CachedKvOptions options;
  options.ttl = std::chrono::hours(1);
  kv_cache::CachedKv cached(store, runtime, options);
  std::vector<std::string> keys;
  for (const books::BookRow& book : sample_books()) {
    keys.push_back(lookup::entry_key(book.isbn));
    CUTOVER_CHECK(cached.get(keys.back()).has_value(), "the store has it");
  }
  store.turn();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto value = cached.get(keys[i]);
    CUTOVER_CHECK(value && *value && (*value)->bytes == sample_books()[i].canonical_metadata,
                  "it is answered from memory, not from the store, which has another value now");
  }
  Picks picks("cached kv", keys.size());
  for (auto _ : state) benchmark::DoNotOptimize(cached.get(keys[picks.next()]));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(cached_kv_hit);

}  // namespace
}  // namespace cutover::bench
