// KvService: one simulated Workers KV namespace: the central store and every location's cache.
//
// Its operations are pure effects at the present virtual time: they never switch, spend no time and
// never misbehave on purpose. Latency and faults belong to sim/gate.h, the port to KvClient.
// Semantics: cloudflare-facts A1 to A3; limits and texts: miniflare-observed section 3.
// One world, one thread. No memory limit other than the caller's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/kv_store.h"
#include "fakes/kv/daily_use.h"
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

// How a list looks at the store.
struct ListView {
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();
  Duration age{0};                   // as the store stood so long ago, at most `cache_ttl`
  std::size_t keys_max = unlimited;  // the page ends before one more key than this, the end or not
};

class KvService {
 public:
  struct Options {
    std::string name = "kv";  // cursors of one namespace are no good in another
    // What every read asks for, and the least that it may ask for. Zero: no location remembers
    // anything, which no real location offers.
    Duration cache_ttl = std::chrono::seconds(60);
    Duration cache_ttl_min = std::chrono::seconds(30);
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
    std::optional<KvDailyLimits> daily_limits;  // of the free plan; none: unlimited

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
  // `age` forces a stale read: the centre's answer of so long ago, at most `cache_ttl`, also at a
  // location that knows better. It is remembered there for the rest of its time, so that no answer
  // is ever older than `cache_ttl`. An entry that has expired since is gone all the same.
  Outcome<std::optional<KvValue>> get(std::size_t location, std::string_view key,
                                      Duration age = Duration{0});
  Outcome<std::vector<std::optional<std::string>>> get_many(std::size_t location,
                                                            std::span<const std::string> keys,
                                                            Duration age = Duration{0});
  Outcome<void> put(std::size_t location, std::string_view key, std::string_view value,
                    const KvPutOptions& options);
  Outcome<void> remove(std::size_t location, std::string_view key);
  Outcome<KvPage> list(const KvListQuery& query, const ListView& view = {});

  // While it lasts, reads that the location remembers are answered and all else is unavailable.
  void set_brown_out(bool browned_out) { browned_out_ = browned_out; }

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
    std::vector<State> earlier;  // oldest first; kept as long as a stale answer shows them
    std::uint64_t version = 0;
    std::int64_t last_write_micros = 0;
  };
  using Entries = std::map<std::string, Entry, std::less<>>;  // std::string orders by bytes
  // What a list makes of an entry: a key, a tombstone to walk over, or nothing.
  enum class Listing : std::uint8_t { live, tombstone, nothing };

  LocationCache& cache_of(std::size_t location);
  std::optional<Failure> refuse_read(std::string_view operation, std::size_t keys);
  std::optional<Failure> refuse_service(std::string_view operation, DailyUse::Kind kind);
  Outcome<StoredValuePtr> read(std::size_t location, std::string_view key, Duration age,
                               std::string_view operation);
  [[nodiscard]] StoredValuePtr central_value(std::string_view key, UnixTime now,
                                             Duration age = Duration{0}) const;
  [[nodiscard]] Duration remembered_for() const;
  [[nodiscard]] bool is_written_too_soon(const Entry& entry, UnixTime now) const;
  void change(Entry& entry, StoredValuePtr value, UnixTime now);
  [[nodiscard]] static const State* state_at(const Entry& entry, std::int64_t moment_micros);
  [[nodiscard]] static std::optional<std::int64_t> dead_since(const State& state, UnixTime now);
  [[nodiscard]] Listing listing_of(const State* state, UnixTime now) const;
  [[nodiscard]] bool is_forgettable(const Entry& entry, UnixTime now) const;
  Outcome<std::string> list_after(const KvListQuery& query, UnixTime now) const;
  [[nodiscard]] std::string cursor_scope(std::string_view prefix) const;

  sim::Scheduler& scheduler_;
  Options options_;
  Entries entries_;
  std::map<std::size_t, LocationCache> caches_;
  KvOperationCounts counts_;
  DailyUse daily_use_;
  bool browned_out_ = false;
};

}  // namespace cutover::fakes
