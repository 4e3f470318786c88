-- What became of every listed key, one row each (R2.14), and why (R2.6). No stored value is kept
-- here: keys, hashes and reasons only.
CREATE TABLE MigrationOutcomes (
  run_id TEXT NOT NULL,
  key TEXT NOT NULL,
  isbn TEXT,
  outcome TEXT NOT NULL CHECK(outcome IN ('pending', 'inserted', 'updated', 'unchanged', 'superseded',
                                          'empty', 'expired', 'rejected', 'failed')),
  reason TEXT,
  marks TEXT,
  content_hash TEXT,
  expires_at INTEGER,
  chunk INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL DEFAULT (unixepoch()),
  PRIMARY KEY (run_id, key)
) WITHOUT ROWID;

CREATE INDEX idx_migration_outcomes_pending ON MigrationOutcomes(run_id, key)
  WHERE outcome = 'pending';

CREATE TABLE MigrationErrors (
  run_id TEXT NOT NULL,
  key TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT,
  attempts INTEGER NOT NULL DEFAULT 1,
  not_before INTEGER NOT NULL DEFAULT 0,
  first_at INTEGER NOT NULL DEFAULT (unixepoch()),
  last_at INTEGER NOT NULL DEFAULT (unixepoch()),
  PRIMARY KEY (run_id, key)
) WITHOUT ROWID;
