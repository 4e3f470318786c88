-- Where the rollout stands, every change of it, and what the comparisons found (R5.2, R5.6). The
-- database's clock gives every time, so that no isolate's clock matters.
CREATE TABLE RolloutState (
  id INTEGER PRIMARY KEY CHECK(id = 1),
  phase TEXT NOT NULL CHECK(phase IN ('kv_only', 'dual_write', 'backfill', 'reconcile', 'verify',
                                      'd1_reads', 'd1')),
  percent INTEGER NOT NULL CHECK(percent >= 0 AND percent <= 100),
  -- Data inconsistency was found: nothing more is written to this database's books.
  writes_stopped INTEGER NOT NULL CHECK(writes_stopped IN (0, 1)),
  -- Grows by one with each change; a change names the revision that it changes.
  revision INTEGER NOT NULL,
  changed_at INTEGER NOT NULL DEFAULT (unixepoch())
);

CREATE TABLE RolloutAudit (
  revision INTEGER PRIMARY KEY NOT NULL,
  from_phase TEXT NOT NULL,
  from_percent INTEGER NOT NULL,
  from_writes_stopped INTEGER NOT NULL,
  to_phase TEXT NOT NULL,
  to_percent INTEGER NOT NULL,
  to_writes_stopped INTEGER NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  evidence TEXT,
  at INTEGER NOT NULL DEFAULT (unixepoch())
);

-- One row for each comparison of KV with D1 that ended: the gate asks for clean ones.
CREATE TABLE RolloutComparisons (
  id INTEGER PRIMARY KEY,
  revision INTEGER NOT NULL,
  compared INTEGER NOT NULL,
  missing INTEGER NOT NULL,
  different INTEGER NOT NULL,
  finished_at INTEGER NOT NULL DEFAULT (unixepoch())
);
