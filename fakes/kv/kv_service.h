// KvService: one simulated Workers KV namespace: the central store and every location's cache.
//
// Its operations are pure effects at the present virtual time: they never switch, spend no time and
// never misbehave on purpose. Latency and faults belong to sim/gate.h, the port to KvClient.
// Semantics: cloudflare-facts A1 to A3; limits and texts: miniflare-observed section 3.
// One world, one thread. No memory limit other than the caller's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/kv_store.h"
#include "fakes/kv/location_cache.h"
#include "fakes/sim/scheduler.h"

namespace cutover::fakes {

// Operations that reached the service, refused ones included: what a bill would count.
struct KvOperationCounts {
  std::int64_t get = 0;
  std::int64_t get_many = 0;       // calls; the platform's budget counts each as one
  std::int64_t get_many_keys = 0;  // keys in them
  std::int64_t put = 0;
  std::int64_t remove = 0;
  std::int64_t list = 0;

  friend bool operator==(const KvOperationCounts&, const KvOperationCounts&) = default;
};

class KvService {
 public:
  struct Options {
    std::string name = "kv";  // cursors of one namespace are no good in another
    Duration cache_ttl = std::chrono::seconds(60);  // zero: no location remembers anything
    // A list shows no change younger than this, wherever it is asked. Real: up to 60 s.
    Duration list_lag{0};
    // Deleted and expired keys are walked over by list for so long, and so leave short or empty
    // pages behind. How long the real service keeps them is not documented.
    bool empty_pages = true;
    Duration tombstone_life = std::chrono::hours(1);
    std::optional<Duration> cursor_life;               // none: a cursor stays good
    Duration write_spacing = std::chrono::seconds(1);  // between two writes of one key
    // Documented for writes; whether a delete counts as one is not, so it does not by default.
    bool throttle_removes = false;

    // Whole call, half of it before the effect.
    Duration cached_read_latency = std::chrono::milliseconds(1);
    Duration cold_read_latency = std::chrono::milliseconds(40);
    Duration write_latency = std::chrono::milliseconds(60);
    Duration list_latency = std::chrono::milliseconds(60);
  };

  KvService(sim::Scheduler& scheduler, Options options);
  KvService(const KvService&) = delete;
  KvService& operator=(const KvService&) = delete;

  // ---- Effects, as seen from a location; locations are numbered from 0 ----
  Outcome<std::optional<KvValue>> get(std::size_t location, std::string_view key);
  Outcome<std::vector<std::optional<std::string>>> get_many(std::size_t location,
                                                            std::span<const std::string> keys);
  Outcome<void> put(std::size_t location, std::string_view key, std::string_view value,
                    const KvPutOptions& options);
  Outcome<void> remove(std::size_t location, std::string_view key);
  Outcome<KvPage> list(const KvListQuery& query);

  // Would this location answer the key by itself, without asking the centre?
  [[nodiscard]] bool remembers(std::size_t location, std::string_view key) const;

  // ---- Outside of virtual time: set-up and checks ----
  // Stores an entry without limits, throttling or lag, as if it had always been there; true when
  // the key had a live value. The caller answers for the sizes. No location is told.
  bool load(KvRecord record);
  // Every live entry, in byte order, as it stands centrally now.
  [[nodiscard]] std::vector<KvRecord> entries() const;
  // One of them; null when there is no live entry.
  [[nodiscard]] StoredValuePtr standing(std::string_view key) const;
  // Forgets everything, caches included, and loads these.
  void restore(std::span<const KvRecord> entries);
  // Over key, value, metadata and expiration of every live entry.
  [[nodiscard]] std::string digest() const;
  // How often the key was written, 0 for one that was never seen (or was removed long ago).
  [[nodiscard]] std::uint64_t version(std::string_view key) const;

  [[nodiscard]] const KvOperationCounts& counts() const { return counts_; }
  [[nodiscard]] const Options& options() const { return options_; }

 private:
  // A state of an entry from a moment on; no value means removed.
  struct State {
    StoredValuePtr value;
    std::int64_t since_micros = 0;
  };
  struct Entry {
    State now;
    std::vector<State> earlier;  // oldest first; kept as long as a lagging list shows them
    std::uint64_t version = 0;
    std::int64_t last_write_micros = 0;
  };
  using Entries = std::map<std::string, Entry, std::less<>>;  // std::string orders by bytes
  // What a list makes of an entry: a key, a tombstone to walk over, or nothing.
  enum class Listing : std::uint8_t { live, tombstone, nothing };

  LocationCache& cache_of(std::size_t location);
  StoredValuePtr read(std::size_t location, std::string_view key);
  [[nodiscard]] StoredValuePtr central_value(std::string_view key, UnixTime now) const;
  [[nodiscard]] bool is_written_too_soon(const Entry& entry, UnixTime now) const;
  void change(Entry& entry, StoredValuePtr value, UnixTime now);
  [[nodiscard]] const State* listed_state(const Entry& entry, UnixTime now) const;
  [[nodiscard]] static std::optional<std::int64_t> dead_since(const State& state, UnixTime now);
  [[nodiscard]] Listing listing_of(const State* state, UnixTime now) const;
  [[nodiscard]] bool is_forgettable(const Entry& entry, UnixTime now) const;
  Outcome<Entries::iterator> list_start(const KvListQuery& query, UnixTime now);
  [[nodiscard]] std::string cursor_scope(std::string_view prefix) const;

  sim::Scheduler& scheduler_;
  Options options_;
  Entries entries_;
  std::map<std::size_t, LocationCache> caches_;
  KvOperationCounts counts_;
};

}  // namespace cutover::fakes
