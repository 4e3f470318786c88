// The rollout's statements. Values are always bound. Tables: migrations/0005 and 0009.
#pragma once

#include <cstdint>
#include <string_view>

namespace cutover::rollout::sql {

// 2 when phases can be kept.
inline constexpr std::string_view count_state_tables = R"sql(
SELECT count(*) FROM sqlite_master
WHERE type = 'table' AND name IN ('RolloutState', 'RolloutAudit'))sql";

// Tables that dual writes and the migration need.
inline constexpr std::string_view count_schema_tables = R"sql(
SELECT count(*) FROM sqlite_master
WHERE type = 'table' AND name IN ('Books', 'UserLibrary', 'MigrationRuns', 'MigrationOutcomes',
                                  'MigrationErrors', 'MigrationLease', 'RolloutState',
                                  'RolloutAudit', 'RolloutComparisons'))sql";
inline constexpr std::int64_t schema_tables = 9;

inline constexpr std::string_view select_state = R"sql(
SELECT phase, percent, writes_stopped, revision, changed_at FROM RolloutState WHERE id = 1)sql";

inline constexpr std::string_view first_state = R"sql(
INSERT INTO RolloutState (id, phase, percent, writes_stopped, revision)
VALUES (1, 'kv_only', 0, 0, 0) ON CONFLICT(id) DO NOTHING)sql";

// Comes before the change, so that it can read what stood there. The guard of the change undoes it.
inline constexpr std::string_view insert_audit = R"sql(
INSERT INTO RolloutAudit (revision, from_phase, from_percent, from_writes_stopped, to_phase,
                          to_percent, to_writes_stopped, actor, reason, evidence)
SELECT ?1 + 1, phase, percent, writes_stopped, ?2, ?3, ?4, ?5, ?6, ?7
FROM RolloutState WHERE id = 1 AND revision = ?1)sql";

// NULL in a NOT NULL column undoes the whole transaction: somebody else changed it meanwhile.
inline constexpr std::string_view guarded_change = R"sql(
UPDATE RolloutState
SET revision = CASE WHEN revision = ?1 THEN revision + 1 END,
    phase = ?2, percent = ?3, writes_stopped = ?4, changed_at = unixepoch()
WHERE id = 1
RETURNING changed_at)sql";

#define CUTOVER_AUDIT_COLUMNS                                                              \
  "SELECT revision, from_phase, from_percent, from_writes_stopped, to_phase, to_percent, " \
  "to_writes_stopped, actor, reason, evidence, at FROM RolloutAudit "
inline constexpr std::string_view audit_of = CUTOVER_AUDIT_COLUMNS "WHERE revision = ?1";
inline constexpr std::string_view newest_audit =
    CUTOVER_AUDIT_COLUMNS "ORDER BY revision DESC LIMIT ?1";
#undef CUTOVER_AUDIT_COLUMNS

// When did the phase become ?1 the last time, and which run was the newest then (the gate to
// reconcile noted it)?
inline constexpr std::string_view phase_began = R"sql(
SELECT a.revision, a.at,
       (SELECT json_extract(c.value, '$.found')
        FROM json_each(CASE WHEN json_valid(a.evidence) THEN a.evidence ELSE '[]' END) AS c
        WHERE c.type = 'object' AND json_extract(c.value, '$.name') = 'newest run' LIMIT 1)
FROM RolloutAudit AS a
WHERE a.to_phase = ?1 AND a.from_phase <> ?1
ORDER BY a.revision DESC LIMIT 1)sql";

inline constexpr std::string_view newest_run = R"sql(
SELECT run_id, state, pending, failed, started_at FROM MigrationRuns
ORDER BY rowid DESC LIMIT 1)sql";

inline constexpr std::string_view newest_comparison = R"sql(
SELECT compared, missing, different FROM RolloutComparisons
WHERE revision >= ?1 ORDER BY id DESC LIMIT 1)sql";

inline constexpr std::string_view insert_comparison = R"sql(
INSERT INTO RolloutComparisons (revision, compared, missing, different)
VALUES (?1, ?2, ?3, ?4))sql";

}  // namespace cutover::rollout::sql
