#include "core/lookup/follow_up.h"

#include <utility>
#include <variant>

#include "core/lookup/cache_writer.h"
#include "core/lookup/provider_answer.h"
#include "core/ports/retry.h"
#include "core/ports/stable_hash.h"
#include "core/store/live_books.h"

namespace cutover::lookup {
namespace {

// Deferred work ends after 30 s, and KV comes after D1: so D1 may take this long.
constexpr Duration d1_patience = std::chrono::seconds(10);
constexpr RetryPolicy d1_retries{4, std::chrono::milliseconds(200), std::chrono::seconds(2)};

Outcome<store::SavedBook> save(Tiers& tiers, const books::BookRow& row) {
  const Duration give_up = tiers.runtime.now() + d1_patience;
  for (int attempt = 1;; ++attempt) {
    auto saved = store::save_live_book(tiers.database, row);
    if (saved || attempt >= d1_retries.attempts_max ||
        !may_retry(saved.error(), Repeat::idempotent)) {
      return saved;
    }
    const Duration wait = retry_wait(d1_retries, saved.error(), attempt + 1,
                                     tiers.runtime.random_number("lookup.save"));
    if (tiers.runtime.now() + wait >= give_up) return saved;
    tiers.runtime.sleep(wait);
  }
}

// D1, then KV. False when D1 should have it and does not.
bool keep(Tiers& tiers, const books::Isbn& isbn, const books::BookRow& row, const CacheStamp& seen,
          bool write_d1) {
  Fill for_kv{isbn, row.canonical_metadata, seen, seen.version, false};
  bool saved_in_d1 = true;
  if (write_d1) {
    const auto saved = save(tiers, row);
    saved_in_d1 = saved.has_value();
    if (saved && saved->written) {
      for_kv.version = saved->version;
      for_kv.from_d1 = true;
    } else if (saved) {
      // Something better stands there: that is what KV gets, or nothing.
      auto standing = read_d1(tiers, isbn);
      if (!standing || !*standing || (**standing).cache_value.empty()) return true;
      for_kv.value = std::move((**standing).cache_value);
      for_kv.version = (**standing).version;
      for_kv.from_d1 = true;
    }
  }
  fill(tiers, std::move(for_kv));
  return saved_in_d1;
}

// Each ISBN has its own day, up to a tenth later, so that rows which came together do not fall due
// together.
bool is_due(const Tiers& tiers, const books::Isbn& isbn, std::int64_t updated_at) {
  const std::int64_t after = tiers.options.refresh_after_seconds;
  const std::uint64_t spread = static_cast<std::uint64_t>(after / 10 + 1);
  const auto later = static_cast<std::int64_t>(stable_hash(isbn.digits()) % spread);
  return tiers.runtime.wall().seconds() - updated_at >= after + later;
}

void refresh(Tiers& tiers, const books::Isbn& isbn, const CacheStamp& seen) {
  const ProviderAnswer answer =
      ask_provider(tiers, isbn, tiers.runtime.now() + tiers.options.deadline);
  bool ok = !std::holds_alternative<Failure>(answer);
  if (const auto* row = std::get_if<books::BookRow>(&answer)) {
    ok = keep(tiers, isbn, *row, seen, true);
  }
  tiers.telemetry.emit("lookup.refresh", {{"ok", std::int64_t{ok ? 1 : 0}}});
}

void compare_with_d1(Tiers& tiers, const books::Isbn& isbn, const std::string& book) {
  if (!tiers.policy.plan(isbn).shadow) return;
  const auto in_d1 = read_d1(tiers, isbn);
  if (!in_d1) return;  // says nothing about the data
  if (!*in_d1) {
    tiers.policy.shadow_result(isbn, ReadPolicy::Shadow::absent_in_d1);
    tiers.telemetry.emit("lookup.shadow", {{"result", "absent"}});
    return;
  }
  const bool same = (**in_d1).book == book;
  tiers.policy.shadow_result(isbn, same ? ReadPolicy::Shadow::same : ReadPolicy::Shadow::different);
  tiers.telemetry.emit("lookup.shadow", {{"result", same ? "same" : "different"}});
}

}  // namespace

void after_d1(const TiersPtr& tiers, const books::Isbn& isbn, const D1Book& book,
              const CacheStamp& seen, bool write_d1) {
  if (!book.cache_value.empty()) {
    Fill for_kv{isbn, book.cache_value, seen, book.version, true};
    tiers->runtime.defer(
        [tiers, for_kv = std::move(for_kv)]() mutable { fill(*tiers, std::move(for_kv)); });
  }
  if (!write_d1 || !is_due(*tiers, isbn, book.updated_at)) return;
  const Duration pause =
      std::chrono::seconds(jittered_seconds(*tiers, tiers->options.missing_seconds));
  if (!tiers->refreshed.claim(isbn.digits(), tiers->runtime.now() + pause)) return;
  tiers->runtime.defer([tiers, isbn, seen] { refresh(*tiers, isbn, seen); });
}

void after_provider(const TiersPtr& tiers, const books::Isbn& isbn, books::BookRow row,
                    const CacheStamp& seen, bool write_d1) {
  tiers->runtime.defer([tiers, isbn, row = std::move(row), seen, write_d1] {
    keep(*tiers, isbn, row, seen, write_d1);
    tiers->flights.settle(isbn.digits());
  });
}

void after_absence(const TiersPtr& tiers, const books::Isbn& isbn) {
  const std::int64_t life = jittered_seconds(*tiers, tiers->options.missing_seconds);
  tiers->missing.remember(isbn.digits(), tiers->runtime.now() + std::chrono::seconds(life));
  tiers->runtime.defer([tiers, isbn] { put_missing(*tiers, isbn); });
}

void after_hit(const TiersPtr& tiers, const books::Isbn& isbn, const std::string& book) {
  if (!tiers->policy.may_shadow(isbn) || !tiers->shadow_pace.take()) return;
  tiers->runtime.defer([tiers, isbn, book] { compare_with_d1(*tiers, isbn, book); });
}

}  // namespace cutover::lookup
