// The ledger's statements. Values are always bound. Tables: migrations/0005 to 0007.
#pragma once

#include <string_view>

namespace cutover::migrate::sql {

// NULL in a NOT NULL column undoes the transaction that this statement opens: the lease was lost.
// The owner counts beside the token: when D1 is set back in time, tokens are given out again.
inline constexpr std::string_view guard_lease = R"sql(
UPDATE MigrationLease
SET token = CASE WHEN token = ?1 AND owner = ?3 THEN token END,
    expires_at = max(expires_at, unixepoch() + ?2)
WHERE name = 'kv-to-d1')sql";

inline constexpr std::string_view acquire_lease = R"sql(
INSERT INTO MigrationLease (name, owner, token, expires_at)
VALUES ('kv-to-d1', ?1, 1, unixepoch() + ?2)
ON CONFLICT(name) DO UPDATE SET
  owner = excluded.owner, token = MigrationLease.token + 1, expires_at = excluded.expires_at
WHERE MigrationLease.expires_at <= unixepoch() OR MigrationLease.owner = excluded.owner
RETURNING token)sql";

inline constexpr std::string_view release_lease = R"sql(
UPDATE MigrationLease SET expires_at = 0
WHERE name = 'kv-to-d1' AND token = ?1 AND owner = ?2)sql";

#define CUTOVER_RUN_COLUMNS                                                                   \
  "SELECT run_id, source, state, pause_requested, prefix_index, cursor, last_key, "           \
  "listing_complete, chunk, listed, started_at, updated_at, finished_at, inserted, updated, " \
  "unchanged, superseded, empty, expired, rejected, failed, pending FROM MigrationRuns "

// Run ids carry their number, so the newest is the one that was inserted last.
inline constexpr std::string_view newest_run = CUTOVER_RUN_COLUMNS "ORDER BY rowid DESC LIMIT 1";
inline constexpr std::string_view run_by_id = CUTOVER_RUN_COLUMNS "WHERE run_id = ?1";
#undef CUTOVER_RUN_COLUMNS

inline constexpr std::string_view fail_unfinished_runs = R"sql(
UPDATE MigrationRuns SET state = 'failed', finished_at = unixepoch()
WHERE state IN ('running', 'paused'))sql";

inline constexpr std::string_view insert_run = R"sql(
INSERT INTO MigrationRuns (run_id, source, state, lease_token)
SELECT 'run-' || (count(*) + 1), ?1, 'running', ?2 FROM MigrationRuns)sql";

// The second guard: nobody wrote a chunk that this holder does not know of. It is an insert that
// always meets the run's row, so that it fails (NULL as source) where the row is no longer there:
// an update would do nothing and let the rest of the transaction pass.
inline constexpr std::string_view advance_run = R"sql(
INSERT INTO MigrationRuns (run_id, source, state)
SELECT ?1, (SELECT source FROM MigrationRuns WHERE run_id = ?1), 'running' WHERE true
ON CONFLICT(run_id) DO UPDATE SET
    chunk = CASE WHEN MigrationRuns.chunk = ?2 AND MigrationRuns.state = 'running'
                 THEN MigrationRuns.chunk + 1 END,
    lease_token = ?3, prefix_index = ?4, cursor = ?5, last_key = ?6, listing_complete = ?7,
    listed = MigrationRuns.listed + ?8, updated_at = unixepoch()
RETURNING pause_requested)sql";

// Where a run stands, and whose lease it is now.
inline constexpr std::string_view standing = R"sql(
SELECT r.chunk, r.lease_token,
       (SELECT token FROM MigrationLease WHERE name = 'kv-to-d1')
FROM MigrationRuns AS r WHERE r.run_id = ?1)sql";

// The outcomes of up to `outcomes_per_statement` keys. ?1 run, ?2 chunk, ?3 this chunk's name in
// written_by; then for each key: key, isbn, fate, reason, marks, hash, expires (a NULL key: no
// more). A fate of NULL is read off the rows that this chunk has just written.
//
// It stands between these two parts: "(?4, ?5, ...), (?11, ...)", see outcomes_statement().
inline constexpr std::string_view record_outcomes_head = R"sql(
WITH k(key, isbn, fate, reason, marks, hash, expires) AS (VALUES )sql";
inline constexpr std::string_view record_outcomes_tail = R"sql()
INSERT INTO MigrationOutcomes (run_id, key, isbn, outcome, reason, marks, content_hash, expires_at,
                               chunk)
SELECT ?1, k.key, k.isbn,
  CASE
    WHEN k.fate IS NOT NULL THEN k.fate
    WHEN b.written_by = ?3 AND b.source_key = k.key AND b.version = 1 THEN 'inserted'
    WHEN b.written_by = ?3 AND b.source_key = k.key THEN 'updated'
    WHEN b.content_hash = k.hash AND (b.source_key = k.key OR b.origin = 'live') THEN 'unchanged'
    ELSE 'superseded'
  END,
  CASE
    WHEN k.fate IS NOT NULL THEN k.reason
    WHEN b.written_by = ?3 AND b.source_key = k.key THEN NULL
    WHEN b.content_hash = k.hash AND (b.source_key = k.key OR b.origin = 'live') THEN NULL
    WHEN b.origin = 'live' THEN 'newer_live_data'
    WHEN b.source_key IS NOT k.key THEN 'preferred_key_of_same_isbn'
    ELSE 'newer_source_time'
  END,
  k.marks, k.hash, k.expires, ?2
FROM k LEFT JOIN Books AS b ON b.isbn = k.isbn
WHERE k.key IS NOT NULL
ON CONFLICT(run_id, key) DO UPDATE SET
  isbn = excluded.isbn, outcome = excluded.outcome, reason = excluded.reason,
  marks = excluded.marks, content_hash = excluded.content_hash, chunk = excluded.chunk,
  recorded_at = unixepoch()
WHERE MigrationOutcomes.outcome = 'pending')sql";

// ?2 is a JSON array of [key, reason, detail, delay, attempts], of the keys that have an error.
inline constexpr std::string_view record_errors = R"sql(
INSERT INTO MigrationErrors (run_id, key, reason, detail, attempts, not_before)
SELECT ?1, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
       json_extract(value, '$[4]'), unixepoch() + json_extract(value, '$[3]')
FROM json_each(?2)
WHERE true
ON CONFLICT(run_id, key) DO UPDATE SET
  reason = excluded.reason, detail = excluded.detail,
  attempts = MigrationErrors.attempts + excluded.attempts, not_before = excluded.not_before,
  last_at = unixepoch())sql";

// A key that was pending and is decided now, other than as rejected or failed, has no error left.
// The chunk's keys lie between ?3 and ?4.
inline constexpr std::string_view clear_errors = R"sql(
DELETE FROM MigrationErrors
WHERE run_id = ?1 AND key IN (
  SELECT key FROM MigrationOutcomes
  WHERE run_id = ?1 AND key BETWEEN ?3 AND ?4 AND chunk = ?2
    AND outcome NOT IN ('pending', 'rejected', 'failed')))sql";

// The chunk's keys lie between ?3 and ?4; those of a listed chunk are all that does.
inline constexpr std::string_view add_totals = R"sql(
UPDATE MigrationRuns SET
  inserted = MigrationRuns.inserted + c.new_inserted,
  updated = MigrationRuns.updated + c.new_updated,
  unchanged = MigrationRuns.unchanged + c.new_unchanged,
  superseded = MigrationRuns.superseded + c.new_superseded,
  empty = MigrationRuns.empty + c.new_empty, expired = MigrationRuns.expired + c.new_expired,
  rejected = MigrationRuns.rejected + c.new_rejected,
  failed = MigrationRuns.failed + c.new_failed,
  pending = (SELECT count(*) FROM MigrationOutcomes INDEXED BY idx_migration_outcomes_pending
             WHERE run_id = ?1 AND outcome = 'pending')
FROM (SELECT ifnull(sum(outcome = 'inserted'), 0) AS new_inserted,
             ifnull(sum(outcome = 'updated'), 0) AS new_updated,
             ifnull(sum(outcome = 'unchanged'), 0) AS new_unchanged,
             ifnull(sum(outcome = 'superseded'), 0) AS new_superseded,
             ifnull(sum(outcome = 'empty'), 0) AS new_empty,
             ifnull(sum(outcome = 'expired'), 0) AS new_expired,
             ifnull(sum(outcome = 'rejected'), 0) AS new_rejected,
             ifnull(sum(outcome = 'failed'), 0) AS new_failed
      FROM MigrationOutcomes
      WHERE run_id = ?1 AND key BETWEEN ?3 AND ?4 AND chunk = ?2) AS c
WHERE run_id = ?1
RETURNING inserted, updated, unchanged, superseded, empty, expired, rejected, failed, pending)sql";

// Reads each write back: keys whose row is absent, or does not hold the bytes that were written.
inline constexpr std::string_view read_back = R"sql(
SELECT o.key FROM MigrationOutcomes AS o LEFT JOIN Books AS b ON b.isbn = o.isbn
WHERE o.run_id = ?1 AND o.key BETWEEN ?3 AND ?4 AND o.chunk = ?2
  AND o.outcome IN ('inserted', 'updated') AND b.content_hash IS NOT o.content_hash)sql";

inline constexpr std::string_view pending_keys = R"sql(
SELECT o.key, o.expires_at, ifnull(e.attempts, 0), max(0, ifnull(e.not_before, 0) - unixepoch()),
       e.reason
FROM MigrationOutcomes AS o INDEXED BY idx_migration_outcomes_pending
LEFT JOIN MigrationErrors AS e ON e.run_id = o.run_id AND e.key = o.key
WHERE o.run_id = ?1 AND o.outcome = 'pending'
  AND o.key > ?2
ORDER BY o.key LIMIT ?3)sql";

// Fails where the run does not stand at chunk ?3: D1 was set back, and there is more to do.
inline constexpr std::string_view set_state = R"sql(
UPDATE MigrationRuns
SET chunk = CASE WHEN chunk = ?3 THEN chunk END,
    state = ?2, pause_requested = 0, updated_at = unixepoch(),
    finished_at = CASE WHEN ?2 IN ('complete', 'failed') THEN unixepoch() END
WHERE run_id = ?1)sql";

inline constexpr std::string_view request_pause = R"sql(
UPDATE MigrationRuns SET pause_requested = 1 WHERE state = 'running' RETURNING run_id)sql";

inline constexpr std::string_view reset_failed_errors = R"sql(
UPDATE MigrationErrors SET attempts = 0, not_before = 0
WHERE run_id = ?1 AND key IN (SELECT key FROM MigrationOutcomes
                              WHERE run_id = ?1 AND outcome = 'failed'))sql";

inline constexpr std::string_view reset_failed_outcomes = R"sql(
UPDATE MigrationOutcomes SET outcome = 'pending' WHERE run_id = ?1 AND outcome = 'failed')sql";

inline constexpr std::string_view reopen_run = R"sql(
UPDATE MigrationRuns
SET state = 'running', pause_requested = 0, finished_at = NULL, failed = 0,
    pending = (SELECT count(*) FROM MigrationOutcomes
               WHERE run_id = ?1 AND outcome = 'pending')
WHERE run_id = ?1)sql";

inline constexpr std::string_view errors_after = R"sql(
SELECT key, reason, detail, attempts FROM MigrationErrors
WHERE run_id = ?1 AND key > ?2 ORDER BY key LIMIT ?3)sql";

}  // namespace cutover::migrate::sql
