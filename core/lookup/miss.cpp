#include "core/lookup/miss.h"

#include <utility>
#include <variant>

#include "core/books/canonical_json.h"
#include "core/lookup/follow_up.h"
#include "core/lookup/provider_answer.h"

namespace cutover::lookup {
namespace {

// How long others get the same answer. One from D1 or about an absence: until it is in KV, or in
// this isolate's memory. The provider's: until deferred work has kept it, and that has 30 s.
constexpr Duration keep_short = std::chrono::seconds(2);
constexpr Duration keep_until_stored = std::chrono::seconds(30);
// A failure: so that those who queued up behind it do not all try again at once.
constexpr Duration keep_failure = std::chrono::seconds(1);

constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

Failure out_of_time(Service service) {
  Failure failure;
  failure.service = service;
  failure.operation = "find";
  failure.kind = FailureKind::timeout;
  failure.retryable = true;
  failure.effect = Effect::not_applied;
  failure.message = "the look-up's time was over before it could be asked";
  return failure;
}

SingleFlight::Landed unavailable(Failure failure) {
  const Duration retry_after = failure.retry_after;
  return {Unavailable{std::move(failure), retry_after}, keep_failure};
}

store::SourceRank rank_of(const books::BookRow& row) {
  return {row.source_time.value_or(0), row.source_rank, row.source_key};
}

// A bulk read is text: bytes that were no UTF-8 arrive damaged, and are read again alone.
std::optional<std::string> intact(Tiers& tiers, const std::string& key,
                                  std::optional<std::string> text) {
  if (!text || text->find(replacement_character) == std::string::npos) return text;
  auto alone = tiers.kv.get(key);
  if (!alone || !*alone) return std::nullopt;
  return std::move((**alone).bytes);
}

}  // namespace

Miss::Miss(TiersPtr tiers, const books::Isbn& isbn, const CacheSide& cache, Duration deadline)
    : tiers_(std::move(tiers)),
      isbn_(isbn),
      cache_(cache),
      deadline_(deadline),
      all_answered_(cache.answered) {}

SingleFlight::Landed Miss::look() {
  plan_ = tiers_->policy.plan(isbn_);
  if (plan_.d1_reads) {
    if (auto found = from_d1()) return *std::move(found);
  }
  if (auto found = from_other_keys()) return *std::move(found);
  return from_provider();
}

std::optional<SingleFlight::Landed> Miss::from_d1() {
  if (is_late()) {
    d1_failure_ = out_of_time(Service::d1);
    return std::nullopt;
  }
  const auto book = read_d1(*tiers_, isbn_);
  if (!book) {
    all_answered_ = false;
    d1_failure_ = book.error();
  }
  if (!book || !*book) return std::nullopt;
  after_d1(tiers_, isbn_, **book, cache_.reading.stamp, plan_.write_d1);
  return Landed{Found{(**book).book, Tier::d1, false}, keep_short};
}

// The keys of older code, and the negative entry, in one operation. Not asked when KV does not
// answer anyway. A stale entry is newer than what older code left under another key.
std::optional<SingleFlight::Landed> Miss::from_other_keys() {
  if (!cache_.answered || is_late()) return std::nullopt;
  std::vector<std::string> keys;
  if (!cache_.reading.book) keys = other_keys(isbn_.digits());
  keys.push_back(missing_key(isbn_.digits()));
  auto values = tiers_->kv.get_many(keys);
  if (!values) {
    all_answered_ = false;
    return std::nullopt;
  }
  std::optional<books::BookRow> best;
  for (std::size_t i = 0; i + 1 < keys.size(); ++i) {
    const auto value = intact(*tiers_, keys[i], std::move((*values)[i]));
    if (!value) continue;
    const ReaderPool::Lease reader(tiers_->readers);
    books::Transformed made = reader->read(keys[i], *value);
    auto* row = std::get_if<books::BookRow>(&made);
    if (row == nullptr || row->isbn != isbn_.digits()) continue;
    if (!best || store::preferred(rank_of(*row), rank_of(*best))) best = std::move(*row);
  }
  if (best) return Landed{Found{shown(*tiers_, isbn_, *best).book, Tier::cache, false}, keep_short};
  if (values->back()) return Landed{NotFound{true}, keep_short};
  return std::nullopt;
}

SingleFlight::Landed Miss::from_provider() {
  if (is_late()) return unavailable(out_of_time(Service::provider));
  ProviderAnswer answer = ask_provider(*tiers_, isbn_, deadline_);
  if (auto* row = std::get_if<books::BookRow>(&answer)) {
    Found found{books::canonical_json(*row), Tier::provider, false};
    after_provider(tiers_, isbn_, std::move(*row), cache_.reading.stamp, plan_.write_d1);
    return {std::move(found), keep_until_stored};
  }
  if (plan_.d1_fallback && !plan_.d1_reads) {
    if (auto found = from_d1()) return *std::move(found);
  }
  if (auto* failure = std::get_if<Failure>(&answer)) return unavailable(std::move(*failure));
  // A book that only D1 has is not "not found" because D1 failed.
  if (d1_failure_) return unavailable(std::move(*d1_failure_));
  if (all_answered_) after_absence(tiers_, isbn_);
  return {NotFound{false}, keep_short};
}

bool Miss::is_late() const {
  return tiers_->runtime.now() >= deadline_;
}

}  // namespace cutover::lookup
