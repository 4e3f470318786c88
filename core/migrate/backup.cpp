#include "core/migrate/backup.h"

#include <deque>

#include "core/migrate/key_prefix.h"
#include "core/ports/check.h"

namespace cutover::migrate {
namespace {

constexpr std::size_t differences_kept_max = 1000;

// The whole namespace, one entry after the other in byte order.
class EntryReader {
 public:
  EntryReader(KvStore& kv, Runtime& runtime, Telemetry& telemetry, const RetryPolicy& retry)
      : kv_(kv), runtime_(runtime), telemetry_(telemetry), retry_(retry) {}

  // Nothing at the end. Keys that vanish between list and get are counted and left out.
  Outcome<std::optional<KvRecord>> next() {
    for (;;) {
      while (listed_.empty()) {
        if (complete_) return std::optional<KvRecord>();
        auto page = with_retry(runtime_, telemetry_, retry_, Repeat::idempotent, [&] {
          return kv_.list({"", KvLimits::list_keys_max, cursor_});
        });
        if (!page) return page.error();
        listed_.assign(std::make_move_iterator(page->keys.begin()),
                       std::make_move_iterator(page->keys.end()));
        complete_ = page->complete;
        cursor_ = std::move(page->cursor);
      }
      KvListedKey key = std::move(listed_.front());
      listed_.pop_front();
      auto value = with_retry(runtime_, telemetry_, retry_, Repeat::idempotent,
                              [&] { return kv_.get(key.name); });
      if (!value) return value.error();
      if (!*value) {
        vanished += 1;
        continue;
      }
      return std::optional<KvRecord>({std::move(key.name), std::move((*value)->bytes),
                                      key.expiration, std::move((*value)->metadata)});
    }
  }

  std::int64_t vanished = 0;

 private:
  KvStore& kv_;
  Runtime& runtime_;
  Telemetry& telemetry_;
  const RetryPolicy& retry_;
  std::deque<KvListedKey> listed_;
  std::string cursor_;
  bool complete_ = false;
};

}  // namespace

Outcome<BackupReport> back_up(KvStore& kv, Runtime& runtime, Telemetry& telemetry,
                              const RetryPolicy& retry, RecordSink& sink) {
  EntryReader entries(kv, runtime, telemetry, retry);
  BackupReport report;
  for (;;) {
    auto record = entries.next();
    if (!record) return record.error();
    report.vanished = entries.vanished;
    if (!*record) return report;
    if (!sink.write(**record)) {
      report.sink_failed = true;
      return report;
    }
    report.entries += 1;
    report.bytes += static_cast<std::int64_t>((*record)->key.size() + (*record)->value.size());
    report.prefixes[prefix_of_key((*record)->key)] += 1;
  }
}

Outcome<RestoreReport> restore(KvStore& kv, Runtime& runtime, Telemetry& telemetry,
                               const RetryPolicy& retry, RecordSource& source) {
  RestoreReport report;
  while (auto record = source.next()) {
    const std::int64_t earliest = runtime.wall().seconds() + KvLimits::ttl_seconds_min;
    if (record->expiration && *record->expiration < earliest) {
      report.already_expired += 1;
      continue;
    }
    const KvPutOptions options{std::nullopt, record->expiration, record->metadata};
    auto put = with_retry(runtime, telemetry, retry, Repeat::idempotent,
                          [&] { return kv.put(record->key, record->value, options); });
    if (!put) return put.error();
    report.entries += 1;
  }
  return report;
}

Outcome<EntryComparison> compare_entries(KvStore& kv, Runtime& runtime, Telemetry& telemetry,
                                         const RetryPolicy& retry, RecordSource& records) {
  EntryReader entries(kv, runtime, telemetry, retry);
  EntryComparison comparison;
  const auto report = [&comparison](const std::string& key, const char* what) {
    comparison.different += 1;
    if (comparison.differences.size() < differences_kept_max) {
      comparison.differences.push_back({key, what});
    }
  };
  std::optional<KvRecord> expected = records.next();
  auto actual = entries.next();
  while (actual && (expected || *actual)) {
    if (!*actual || (expected && expected->key < (*actual)->key)) {
      report(expected->key, "missing");
      expected = records.next();
      continue;
    }
    if (!expected || (*actual)->key < expected->key) {
      report((*actual)->key, "not in the backup");
      actual = entries.next();
      continue;
    }
    comparison.compared += 1;
    if (expected->value != (*actual)->value) report(expected->key, "value");
    if (expected->metadata != (*actual)->metadata) report(expected->key, "metadata");
    if (expected->expiration != (*actual)->expiration) report(expected->key, "expiration");
    expected = records.next();
    actual = entries.next();
  }
  if (!actual) return actual.error();
  return comparison;
}

}  // namespace cutover::migrate
