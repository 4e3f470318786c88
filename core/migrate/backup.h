// Backup and restore of a KV namespace: every entry with value, metadata and expiry (R5.2, O03,
// O04).
//
// Where the entries go is the caller's: a sink and a source of records. Memory: one chunk.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ports/kv_store.h"
#include "core/ports/retry.h"

namespace cutover::migrate {

class RecordSink {
 public:
  RecordSink() = default;
  RecordSink(const RecordSink&) = delete;
  RecordSink& operator=(const RecordSink&) = delete;
  virtual ~RecordSink() = default;
  // False: it cannot take more (its own error says why); the backup stops.
  [[nodiscard]] virtual bool write(const KvRecord& record) = 0;
};

class RecordSource {
 public:
  RecordSource() = default;
  RecordSource(const RecordSource&) = delete;
  RecordSource& operator=(const RecordSource&) = delete;
  virtual ~RecordSource() = default;
  [[nodiscard]] virtual std::optional<KvRecord> next() = 0;
};

struct BackupReport {
  std::int64_t entries = 0;
  std::int64_t bytes = 0;     // of keys and values
  std::int64_t vanished = 0;  // listed, but gone when read: expired or deleted meanwhile
  std::map<std::string, std::int64_t> prefixes;  // entries by their text up to the second colon
  bool sink_failed = false;
};

// Reads each value alone: only so are its bytes and metadata exact. Switches.
Outcome<BackupReport> back_up(KvStore& kv, Runtime& runtime, Telemetry& telemetry,
                              const RetryPolicy& retry, RecordSink& sink);

struct RestoreReport {
  std::int64_t entries = 0;
  std::int64_t already_expired = 0;  // not written: they would be refused, or live for ever
};

// Writes every record with its expiry and metadata. Entries that would expire within a minute
// cannot be written to KV and are counted with the expired ones. Switches.
Outcome<RestoreReport> restore(KvStore& kv, Runtime& runtime, Telemetry& telemetry,
                               const RetryPolicy& retry, RecordSource& source);

struct EntryDifference {
  std::string key;
  std::string what;  // "missing", "value", "metadata", "expiration", "not in the backup"
};

struct EntryComparison {
  std::int64_t compared = 0;
  std::int64_t different = 0;
  std::vector<EntryDifference> differences;  // at most 1,000 of them
};

// The namespace against the records, entry by entry, both directions. The records must come in
// byte order of their keys, as back_up writes them. Switches.
Outcome<EntryComparison> compare_entries(KvStore& kv, Runtime& runtime, Telemetry& telemetry,
                                         const RetryPolicy& retry, RecordSource& records);

}  // namespace cutover::migrate
