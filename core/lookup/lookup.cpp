#include "core/lookup/lookup.h"

#include <utility>
#include <variant>

#include "core/lookup/cache_writer.h"
#include "core/lookup/follow_up.h"
#include "core/lookup/miss.h"
#include "core/lookup/tiers.h"

namespace cutover::lookup {
namespace {

// A hot value is not parsed again; how fresh it is, its metadata says each time.
CacheReading read_value(Tiers& tiers, const books::Isbn& isbn, KvValue value) {
  CacheReading reading;
  if (const auto known = tiers.books.find(isbn.digits(), value.bytes)) {
    reading.book = known->book;
    if (!value.metadata.empty()) {
      reading.stamp = ReaderPool::Lease(tiers.readers)->read_stamp(value.metadata);
    }
    return reading;
  }
  reading = ReaderPool::Lease(tiers.readers)->read_entry(isbn, value);
  if (reading.book) tiers.books.keep(isbn.digits(), {std::move(value.bytes), *reading.book});
  return reading;
}

CacheSide read_cache(Tiers& tiers, const books::Isbn& isbn) {
  CacheSide cache;
  auto value = tiers.kv.get(entry_key(isbn.digits()));
  cache.answered = value.has_value();
  if (!value || !*value) return cache;
  cache.reading = read_value(tiers, isbn, **std::move(value));
  if (!cache.reading.book) {
    // A miss like any other; the next fill overwrites it (plan defect R11).
    tiers.telemetry.emit("lookup.malformed", {{"reason", cache.reading.problem}});
  } else {
    cache.fresh = cache.reading.stamp.is_fresh(tiers.runtime.wall().seconds());
  }
  return cache;
}

std::string_view tier_in_events(const Answer& answer) {
  if (const auto* found = std::get_if<Found>(&answer)) return name_of(found->tier);
  return std::holds_alternative<NotFound>(answer) ? "missing" : "unavailable";
}

void report(Tiers& tiers, const Answer& answer, Duration started) {
  const auto* found = std::get_if<Found>(&answer);
  const auto* missing = std::get_if<NotFound>(&answer);
  tiers.telemetry.emit(
      "lookup.read",
      {{"tier", tier_in_events(answer)},
       {"stale", std::int64_t{found != nullptr && found->stale ? 1 : 0}},
       {"remembered", std::int64_t{missing != nullptr && missing->remembered ? 1 : 0}},
       {"micros", std::int64_t{(tiers.runtime.now() - started).count()}}});
}

// Further than KV: what this isolate remembers, or the one task that looks for all.
Answer look_further(const TiersPtr& tiers, const books::Isbn& isbn, const CacheSide& cache,
                    Duration deadline) {
  if (tiers->missing.has(isbn.digits())) return NotFound{true};
  SingleFlight::Result result = tiers->flights.run(
      isbn.digits(), deadline, [&] { return Miss(tiers, isbn, cache, deadline).look(); });
  if (result.followed) tiers->telemetry.emit("lookup.follower", {});
  return std::move(result.answer);
}

// The ISBN of a key that is its one canonical entry.
std::optional<books::Isbn> isbn_of_entry(std::string_view key) {
  if (key.substr(0, books::plan_prefix.size()) != books::plan_prefix) return std::nullopt;
  const auto parsed = books::Isbn::parse(key.substr(books::plan_prefix.size()));
  if (!parsed || !parsed->canonical) return std::nullopt;
  return parsed->isbn;
}

void forget(Tiers& tiers, const books::Isbn& isbn) {
  tiers.missing.forget(isbn.digits());
  tiers.refreshed.forget(isbn.digits());
  tiers.flights.forget(isbn.digits());
}

Outcome<bool> invalidate_entry(Tiers& tiers, const books::Isbn& isbn) {
  const auto changed = make_stale(tiers, entry_key(isbn.digits()), isbn);
  if (!changed) return changed.error();
  const auto removed = tiers.kv.remove(missing_key(isbn.digits()));
  if (!removed) return removed.error();
  forget(tiers, isbn);  // last, so that nothing from before is remembered
  return *changed;
}

}  // namespace

struct BookLookup::State : Tiers {
  using Tiers::Tiers;
};

std::string_view name_of(Tier tier) {
  switch (tier) {
    case Tier::cache: return "cache";
    case Tier::d1: return "d1";
    case Tier::provider: return "provider";
  }
  return "cache";
}

BookLookup::BookLookup(KvStore& kv, Database& database, BookProvider& provider, Runtime& runtime,
                       Telemetry& telemetry, ReadPolicy& policy, const LookupOptions& options)
    : state_(std::make_shared<State>(kv, database, provider, runtime, telemetry, policy, options)) {
}

BookLookup::~BookLookup() = default;

Answer BookLookup::find(const books::Isbn& isbn) {
  const Duration started = state_->runtime.now();
  CacheSide cache = read_cache(*state_, isbn);
  Answer answer;
  if (cache.fresh) {
    after_hit(state_, isbn, *cache.reading.book);
    answer = Found{*std::move(cache.reading.book), Tier::cache, false};
  } else {
    answer = look_further(state_, isbn, cache, started + state_->options.deadline);
    if (!std::holds_alternative<Found>(answer) && cache.reading.book) {
      answer = Found{*std::move(cache.reading.book), Tier::cache, true};
    }
  }
  report(*state_, answer, started);
  return answer;
}

Outcome<void> BookLookup::invalidate(const books::Isbn& isbn) {
  const auto changed = invalidate_entry(*state_, isbn);
  if (!changed) return changed.error();
  return {};
}

Outcome<BookLookup::Invalidated> BookLookup::invalidate_prefix(const std::string& prefix,
                                                               std::int64_t limit) {
  Invalidated done;
  KvListQuery query;
  const bool whole = prefix.compare(0, books::plan_prefix.size(), books::plan_prefix) == 0;
  query.prefix = whole ? prefix : std::string(books::plan_prefix) + prefix;
  for (;;) {
    const auto page = state_->kv.list(query);
    if (!page) return page.error();
    for (const KvListedKey& key : page->keys) {
      const auto isbn = isbn_of_entry(key.name);
      if (!isbn) continue;
      const CacheStamp stamp = ReaderPool::Lease(state_->readers)->read_stamp(key.metadata);
      if (!stamp.is_fresh(state_->runtime.wall().seconds())) continue;  // done before
      if (done.keys >= limit) {
        done.more = true;
        return done;
      }
      const auto changed = invalidate_entry(*state_, *isbn);
      if (!changed) return changed.error();
      done.keys += *changed ? 1 : 0;
    }
    if (page->complete) return done;
    query.cursor = page->cursor;
  }
}

}  // namespace cutover::lookup
