-- Progress stands beside the rows it accounts for and changes in their transaction (K03, K04).
CREATE TABLE MigrationRuns (
  run_id INTEGER PRIMARY KEY,
  -- Drawn by who starts the run: starting twice, after a lost answer, starts one.
  nonce TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL DEFAULT 'running' CHECK(state IN ('running', 'complete')),
  cursor TEXT,
  last_key TEXT NOT NULL DEFAULT '',
  listing_complete INTEGER NOT NULL DEFAULT 0,
  -- NOT NULL on purpose: a writer without the lease writes NULL here, and so undoes its batch.
  chunk INTEGER NOT NULL DEFAULT 0,
  started_at INTEGER NOT NULL DEFAULT (unixepoch()),
  updated_at INTEGER NOT NULL DEFAULT (unixepoch()),
  finished_at INTEGER
) STRICT;

-- Who may write progress (M17). The token grows with each grant. The clock is the database's.
CREATE TABLE MigrationLease (
  id INTEGER PRIMARY KEY CHECK(id = 1),
  holder TEXT NOT NULL,
  token INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

INSERT INTO MigrationLease (id, holder, token, expires_at) VALUES (1, '', 0, 0);

-- What became of each listed key: exactly one row (M13). Reasons and hashes, no values (O11).
CREATE TABLE MigrationOutcomes (
  run_id INTEGER NOT NULL,
  key TEXT NOT NULL,
  isbn TEXT,
  outcome TEXT NOT NULL CHECK(outcome IN ('pending', 'migrated', 'kept_live', 'superseded', 'empty',
                                          'rejected', 'failed', 'vanished')),
  reason TEXT,
  content_hash TEXT,
  attempts INTEGER NOT NULL DEFAULT 1,
  first_at INTEGER NOT NULL DEFAULT (unixepoch()),
  PRIMARY KEY (run_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_migration_outcomes_outcome ON MigrationOutcomes(run_id, outcome, key);
CREATE INDEX idx_migration_outcomes_isbn ON MigrationOutcomes(run_id, isbn);
