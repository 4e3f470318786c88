#include "core/lookup/cache_writer.h"

#include <algorithm>
#include <utility>

#include "core/ports/retry.h"
#include "core/store/live_books.h"

namespace cutover::lookup {
namespace {

constexpr int rounds_max = 4;
// KV takes one write a second for each key (reference facts A2).
constexpr Duration write_spacing = std::chrono::milliseconds(1'100);
constexpr std::uint64_t spread_micros = 500'000;
// An operator waits for fills that write the same key.
constexpr RetryPolicy patience{6, write_spacing, write_spacing * 2};

// What older code reads as "nothing cached", and the transform as empty.
constexpr std::string_view nothing = "null";

enum class Round : std::uint8_t { ended, failed, again };

void pause(Tiers& tiers) {
  const std::uint64_t spread = tiers.runtime.random_number("lookup.spacing") % spread_micros;
  tiers.runtime.sleep(write_spacing + Duration(static_cast<std::int64_t>(spread)));
}

// Does the entry that stands there win?
Outcome<bool> gives_way(Tiers& tiers, const Fill& fill, const std::string& key) {
  const auto standing = tiers.kv.get(key);
  if (!standing) return standing.error();
  if (!*standing) return false;
  const ReaderPool::Lease reader(tiers.readers);
  const CacheReading reading = reader->read_entry(fill.isbn, **standing);
  if (!reading.book) return false;
  CacheStamp mine = fill.seen;
  mine.version = fill.version;
  const bool fresh = reading.stamp.is_fresh(tiers.runtime.wall().seconds());
  return stays(reading.stamp, fresh, mine);
}

// D1 has a newer version by now: then the fill is about that one. Switches.
bool overtaken(Tiers& tiers, Fill& fill) {
  const auto version = store::book_version(tiers.database, fill.isbn.digits());
  if (!version || !*version || **version <= fill.version) return false;
  auto newer = read_d1(tiers, fill.isbn);
  if (!newer || !*newer || (**newer).cache_value.empty()) return false;
  fill.value = std::move((**newer).cache_value);
  fill.version = (**newer).version;
  return true;
}

Round fill_once(Tiers& tiers, Fill& fill, const std::string& key) {
  const auto lost = gives_way(tiers, fill, key);
  if (!lost) return Round::failed;
  if (*lost) return Round::ended;
  const auto put =
      tiers.kv.put(key, fill.value, fresh_entry(tiers, fill.version, fill.seen.invalidated));
  if (!put) return put.error().kind == FailureKind::throttled ? Round::again : Round::failed;
  return fill.from_d1 && overtaken(tiers, fill) ? Round::again : Round::ended;
}

// What stands under the key centrally; nothing: no such key.
Outcome<std::optional<KvValue>> standing_entry(Tiers& tiers, const std::string& key) {
  auto value = tiers.kv.get(key);
  if (!value || *value) return value;
  // This location may only remember that there was nothing; a listing asks the centre. The value
  // cannot be had here then, so what will stand there is that nothing is cached.
  const auto page = tiers.kv.list({key, 1, ""});
  if (!page) return page.error();
  if (page->keys.empty() || page->keys.front().name != key) return std::optional<KvValue>();
  return std::optional<KvValue>(KvValue{std::string(nothing), ""});
}

Outcome<bool> make_stale_once(Tiers& tiers, const std::string& key, const books::Isbn& isbn) {
  const auto standing = standing_entry(tiers, key);
  if (!standing) return standing.error();
  if (!*standing) return false;
  CacheStamp stamp = ReaderPool::Lease(tiers.readers)->read_entry(isbn, **standing).stamp;
  const UnixTime now = tiers.runtime.wall();
  if (stamp.is_fresh(now.seconds())) stamp.fresh_until = now.seconds();
  // A copy that was stale before lives no longer for being invalidated again.
  const std::int64_t life = *stamp.fresh_until + tiers.options.stale_seconds - now.seconds();
  stamp.invalidated += 1;
  stamp.written = now.millis();
  KvPutOptions options;
  options.expiration_ttl = std::max(life, KvLimits::ttl_seconds_min);
  options.metadata = to_metadata(stamp);
  // In its last minute it gives way to the marker alone: KV takes no shorter life.
  const bool ends = life < KvLimits::ttl_seconds_min;
  const auto put = tiers.kv.put(key, ends ? nothing : (**standing).bytes, options);
  if (!put) return put.error();
  return true;
}

}  // namespace

void fill(Tiers& tiers, Fill fill) {
  const std::string key = entry_key(fill.isbn.digits());
  Round round = Round::again;
  for (int count = 0; count < rounds_max && round == Round::again; ++count) {
    if (count > 0) pause(tiers);
    round = fill_once(tiers, fill, key);
  }
  tiers.telemetry.emit("lookup.fill", {{"ok", std::int64_t{round == Round::ended ? 1 : 0}}});
}

KvPutOptions fresh_entry(Tiers& tiers, std::int64_t version, std::int64_t invalidated) {
  const UnixTime now = tiers.runtime.wall();
  const std::int64_t fresh_for = jittered_seconds(tiers, tiers.options.fresh_seconds);
  CacheStamp stamp;
  stamp.version = version;
  stamp.invalidated = invalidated;
  stamp.written = now.millis();
  stamp.fresh_until = now.seconds() + fresh_for;
  KvPutOptions options;
  options.expiration_ttl = fresh_for + tiers.options.stale_seconds;
  options.metadata = to_metadata(stamp);
  return options;
}

void put_missing(Tiers& tiers, const books::Isbn& isbn) {
  KvPutOptions options;
  options.expiration_ttl = jittered_seconds(tiers, tiers.options.missing_seconds);
  const auto put = tiers.kv.put(missing_key(isbn.digits()), "1", options);
  tiers.telemetry.emit("lookup.fill", {{"ok", std::int64_t{put ? 1 : 0}}});
}

Outcome<bool> make_stale(Tiers& tiers, const std::string& key, const books::Isbn& isbn) {
  return with_retry(tiers.runtime, tiers.telemetry, patience, Repeat::idempotent,
                    [&] { return make_stale_once(tiers, key, isbn); });
}

}  // namespace cutover::lookup
