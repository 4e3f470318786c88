#include "fakes/kv/kv_service.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <set>
#include <utility>

#include "adapters/sqlite/kv_rules.h"
#include "adapters/sqlite/utf8.h"
#include "fakes/kv/content_digest.h"
#include "fakes/kv/cursor.h"
#include "fakes/kv/kv_failure.h"
#include "fakes/sim/sanitizers.h"

namespace cutover::fakes {
namespace {

// For entries that were loaded: older than any limit that looks back.
constexpr std::int64_t always_there = std::numeric_limits<std::int64_t>::min() / 2;

StoredValuePtr stored_value(std::string value, std::string metadata,
                            std::optional<std::int64_t> expiration) {
  return std::make_shared<const StoredValue>(
      StoredValue{KvValue{std::move(value), std::move(metadata)}, expiration});
}

std::optional<std::int64_t> absolute_expiration(const KvPutOptions& options, UnixTime now) {
  if (options.expiration_ttl) return now.seconds() + *options.expiration_ttl;
  return options.expiration;
}

std::optional<Failure> refuse_keys(std::span<const std::string> keys) {
  if (auto failure = sqlite::check_key_count(keys.size())) return failure;
  for (const std::string& key : keys) {
    if (auto failure = sqlite::check_key("get_many", key)) return failure;
  }
  return std::nullopt;
}

std::optional<Failure> refuse_put(std::string_view key, std::string_view value,
                                  const KvPutOptions& options, UnixTime now) {
  if (auto failure = sqlite::check_expiry_range(options)) return failure;
  if (auto failure = sqlite::check_key("put", key)) return failure;
  if (auto failure = sqlite::check_value(value)) return failure;
  if (auto failure = sqlite::check_expiry(options, now.seconds())) return failure;
  return sqlite::check_metadata(options.metadata);
}

// Null is no metadata.
std::string kept_metadata(const std::string& metadata) {
  return metadata == "null" ? std::string() : metadata;
}

// A bulk read decodes what it reads, and a decoder drops a byte order mark. A single read as text
// keeps it.
std::string decoded_in_bulk(std::string_view bytes) {
  constexpr std::string_view byte_order_mark = "\uFEFF";
  if (bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
  return replace_malformed_utf8(std::string(bytes));
}

}  // namespace

KvService::KvService(sim::Scheduler& scheduler, Options options)
    : scheduler_(scheduler), options_(std::move(options)), daily_use_(options_.daily_limits) {}

Outcome<std::optional<KvValue>> KvService::get(std::size_t location, std::string_view key,
                                               Duration age) {
  ++counts_.get;
  if (auto failure = sqlite::check_key("get", key)) return std::move(*failure);
  if (auto failure = refuse_read("get", 1)) return std::move(*failure);
  const auto stored = read(location, key, age, "get");
  if (!stored) return stored.error();
  if (*stored == nullptr) return std::optional<KvValue>();
  return std::optional<KvValue>((*stored)->value);
}

Outcome<std::vector<std::optional<std::string>>> KvService::get_many(
    std::size_t location, std::span<const std::string> keys, Duration age) {
  ++counts_.get_many;
  counts_.get_many_keys += static_cast<std::int64_t>(keys.size());
  if (auto failure = refuse_keys(keys)) return std::move(*failure);
  if (auto failure = refuse_read("get_many", keys.size())) return std::move(*failure);

  std::vector<std::optional<std::string>> answers;
  answers.reserve(keys.size());
  std::set<std::string_view> counted;  // a key that is asked for twice is sent once
  std::size_t total = 0;
  for (const std::string& key : keys) {
    const auto stored = read(location, key, age, "get_many");
    if (!stored) return stored.error();
    if (*stored == nullptr) {
      answers.emplace_back();
      continue;
    }
    const std::string& bytes = (*stored)->value.bytes;
    if (counted.insert(key).second) total += bytes.size();
    if (total > KvLimits::value_bytes_max) return answer_too_large();
    answers.emplace_back(decoded_in_bulk(bytes));
  }
  return answers;
}

Outcome<void> KvService::put(std::size_t location, std::string_view key, std::string_view value,
                             const KvPutOptions& options) {
  ++counts_.put;
  const UnixTime now = scheduler_.wall();
  if (auto failure = refuse_put(key, value, options, now)) return std::move(*failure);
  if (auto failure = refuse_service("put", DailyUse::Kind::write)) return std::move(*failure);

  auto found = entries_.find(key);
  if (found != entries_.end() && is_written_too_soon(found->second, now)) {
    return written_too_often("put", options_.write_spacing);
  }
  StoredValuePtr stored = stored_value(std::string(value), kept_metadata(options.metadata),
                                       absolute_expiration(options, now));
  if (found == entries_.end()) {
    found = entries_.emplace(std::string(key), Entry{{nullptr, always_there}, {}, 0, 0}).first;
  }
  found->second.last_write_micros = now.micros;
  change(found->second, stored, now);
  cache_of(location).fill(key, std::move(stored), now, now);
  return {};
}

Outcome<void> KvService::remove(std::size_t location, std::string_view key) {
  ++counts_.remove;
  if (auto failure = sqlite::check_key("remove", key)) return std::move(*failure);
  if (auto failure = refuse_service("remove", DailyUse::Kind::remove)) return std::move(*failure);
  const UnixTime now = scheduler_.wall();
  const auto found = entries_.find(key);
  if (found != entries_.end()) {
    Entry& entry = found->second;
    if (options_.throttle_removes) {
      if (is_written_too_soon(entry, now)) {
        return written_too_often("remove", options_.write_spacing);
      }
      entry.last_write_micros = now.micros;
    }
    // An expired entry is already a tombstone, from its expiry on.
    if (entry.now.value != nullptr && !is_expired(*entry.now.value, now)) {
      change(entry, nullptr, now);
    }
  }
  cache_of(location).fill(key, nullptr, now, now);
  return {};
}

Outcome<KvPage> KvService::list(const KvListQuery& query, const ListView& view) {
  ++counts_.list;
  if (auto failure = sqlite::check_list_limit(query)) return std::move(*failure);
  if (auto failure = refuse_service("list", DailyUse::Kind::list)) return std::move(*failure);
  const UnixTime now = scheduler_.wall();
  auto after = list_after(query, now);
  if (!after) return after.error();
  if (auto failure = sqlite::check_list_prefix(query)) return std::move(*failure);
  const Duration age = std::max(options_.list_lag, std::min(view.age, options_.cache_ttl));
  const std::int64_t shown = now.micros - age.count();

  KvPage page;
  page.complete = true;
  std::size_t walked = 0;
  auto entry =
      *after < query.prefix ? entries_.lower_bound(query.prefix) : entries_.upper_bound(*after);
  while (entry != entries_.end() && entry->first.starts_with(query.prefix)) {
    if (is_forgettable(entry->second, now)) {
      entry = entries_.erase(entry);
      continue;
    }
    const State* state = state_at(entry->second, shown);
    const Listing listing = listing_of(state, now);
    if (listing == Listing::nothing) {
      ++entry;
      continue;
    }
    if (walked == query.limit || (listing == Listing::live && page.keys.size() >= view.keys_max)) {
      page.complete = false;
      page.cursor = encode_cursor({*after, now.micros}, cursor_scope(query.prefix));
      break;
    }
    ++walked;
    *after = entry->first;
    if (listing == Listing::live) {
      page.keys.push_back({entry->first, state->value->expiration, state->value->value.metadata});
    }
    ++entry;
  }
  return page;
}

bool KvService::remembers(std::size_t location, std::string_view key) const {
  const sim::Quiet quiet;  // asked outside of the gate, as the next two
  const auto cache = caches_.find(location);
  return cache != caches_.end() && cache->second.find(key, scheduler_.wall()) != nullptr;
}

bool KvService::load(KvRecord record) {
  const sim::Quiet quiet;
  Entry entry;
  entry.now = {stored_value(std::move(record.value), std::move(record.metadata), record.expiration),
               always_there};
  entry.last_write_micros = always_there;
  const bool replaced = central_value(record.key, scheduler_.wall()) != nullptr;
  entry.version = version(record.key) + 1;
  entries_.insert_or_assign(std::move(record.key), std::move(entry));
  return replaced;
}

StoredValuePtr KvService::standing(std::string_view key) const {
  return central_value(key, scheduler_.wall());
}

std::vector<KvRecord> KvService::entries() const {
  const UnixTime now = scheduler_.wall();
  std::vector<KvRecord> records;
  for (const auto& [key, entry] : entries_) {
    const StoredValue* stored = entry.now.value.get();
    if (stored == nullptr || is_expired(*stored, now)) continue;
    records.push_back({key, stored->value.bytes, stored->expiration, stored->value.metadata});
  }
  return records;
}

void KvService::restore(std::span<const KvRecord> entries) {
  const sim::Quiet quiet;
  entries_.clear();
  caches_.clear();
  for (const KvRecord& record : entries) load(record);
}

std::string KvService::digest() const {
  const UnixTime now = scheduler_.wall();
  ContentDigest digest;
  for (const auto& [key, entry] : entries_) {
    const StoredValue* stored = entry.now.value.get();
    if (stored == nullptr || is_expired(*stored, now)) continue;
    digest.add(key);
    digest.add(stored->value.bytes);
    digest.add(stored->value.metadata);
    digest.add_number(stored->expiration.value_or(0));
  }
  return digest.text();
}

std::uint64_t KvService::version(std::string_view key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? 0 : found->second.version;
}

LocationCache& KvService::cache_of(std::size_t location) {
  return caches_.try_emplace(location, options_.cache_ttl).first->second;
}

// What a read is refused for before any location is asked.
std::optional<Failure> KvService::refuse_read(std::string_view operation, std::size_t keys) {
  if (options_.cache_ttl > Duration::zero() && options_.cache_ttl < options_.cache_ttl_min) {
    return cache_ttl_refused(operation, options_.cache_ttl, options_.cache_ttl_min);
  }
  const UnixTime now = scheduler_.wall();
  if (daily_use_.take(DailyUse::Kind::read, static_cast<std::int64_t>(keys), now)) {
    return std::nullopt;
  }
  return used_up_today(operation, DailyUse::rest_of_day(now));
}

// What the centre refuses whatever it is asked.
std::optional<Failure> KvService::refuse_service(std::string_view operation, DailyUse::Kind kind) {
  if (browned_out_) return browned_out(operation);
  const UnixTime now = scheduler_.wall();
  if (daily_use_.take(kind, 1, now)) return std::nullopt;
  return used_up_today(operation, DailyUse::rest_of_day(now));
}

// The location's own answer while it is fresh (and old enough), else the centre's, which it then
// remembers. Fails when the centre cannot be asked.
Outcome<StoredValuePtr> KvService::read(std::size_t location, std::string_view key, Duration age,
                                        std::string_view operation) {
  const UnixTime now = scheduler_.wall();
  LocationCache& cache = cache_of(location);
  if (browned_out_) age = Duration::zero();
  age = std::min(age, options_.cache_ttl);
  if (const StoredValuePtr* remembered = cache.find(key, now, age)) return *remembered;
  if (browned_out_) return browned_out(operation);
  StoredValuePtr value = central_value(key, now, age);
  cache.fill(key, value, UnixTime{now.micros - age.count()}, now);
  return value;
}

StoredValuePtr KvService::central_value(std::string_view key, UnixTime now, Duration age) const {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  const State* state = state_at(found->second, now.micros - age.count());
  if (state == nullptr || state->value == nullptr || is_expired(*state->value, now)) return nullptr;
  return state->value;
}

// How far back an answer may look.
Duration KvService::remembered_for() const {
  return std::max(options_.list_lag, options_.cache_ttl);
}

bool KvService::is_written_too_soon(const Entry& entry, UnixTime now) const {
  return now.micros - entry.last_write_micros < options_.write_spacing.count();
}

void KvService::change(Entry& entry, StoredValuePtr value, UnixTime now) {
  // A state that is still the entry's first says only that there was none.
  const bool is_first = entry.version == 0;
  if (!is_first && remembered_for() > Duration::zero()) {
    entry.earlier.push_back(std::move(entry.now));
    // The newest state that is old enough is what stale answers show; what came before it is not.
    const std::int64_t shown = now.micros - remembered_for().count();
    const auto newer = std::find_if(entry.earlier.begin(), entry.earlier.end(),
                                    [&](const State& state) { return state.since_micros > shown; });
    if (newer - entry.earlier.begin() > 1) entry.earlier.erase(entry.earlier.begin(), newer - 1);
  }
  entry.now = {std::move(value), now.micros};
  ++entry.version;
}

const KvService::State* KvService::state_at(const Entry& entry, std::int64_t moment_micros) {
  if (entry.now.since_micros <= moment_micros) return &entry.now;
  for (auto state = entry.earlier.rbegin(); state != entry.earlier.rend(); ++state) {
    if (state->since_micros <= moment_micros) return &*state;
  }
  return nullptr;
}

// Since when the state has been a tombstone; nothing while it is alive.
std::optional<std::int64_t> KvService::dead_since(const State& state, UnixTime now) {
  if (state.value == nullptr) return state.since_micros;
  if (!is_expired(*state.value, now)) return std::nullopt;
  return *state.value->expiration * 1'000'000;
}

KvService::Listing KvService::listing_of(const State* state, UnixTime now) const {
  if (state == nullptr) return Listing::nothing;
  const auto dead = dead_since(*state, now);
  if (!dead) return Listing::live;
  const bool remains = now.micros - *dead < options_.tombstone_life.count();
  return options_.empty_pages && remains ? Listing::tombstone : Listing::nothing;
}

// Dead, shown by no list any more, and nothing that a limit looks back to.
bool KvService::is_forgettable(const Entry& entry, UnixTime now) const {
  const auto dead = dead_since(entry.now, now);
  if (!dead) return false;
  const Duration kept =
      std::max({options_.tombstone_life, remembered_for(), options_.write_spacing});
  return now.micros - std::max(*dead, entry.last_write_micros) > kept.count();
}

// The key that the list goes on after: every key of the prefix comes after the empty one.
Outcome<std::string> KvService::list_after(const KvListQuery& query, UnixTime now) const {
  if (query.cursor.empty()) return std::string();
  auto cursor = decode_cursor(query.cursor, cursor_scope(query.prefix));
  if (!cursor) return cursor_refused();
  const std::int64_t age = now.micros - cursor->issued_micros;
  if (options_.cursor_life && age >= options_.cursor_life->count()) return cursor_refused();
  return std::move(cursor->after);
}

std::string KvService::cursor_scope(std::string_view prefix) const {
  return std::string(options_.name).append(1, '\0').append(prefix);
}

}  // namespace cutover::fakes
