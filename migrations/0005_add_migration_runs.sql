-- One row per run of the migrator: its state, its place in the listing, and its totals. Progress
-- changes in the same transaction as the rows it accounts for (DESIGN section 7).
CREATE TABLE MigrationRuns (
  run_id TEXT PRIMARY KEY NOT NULL,
  source TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('running', 'paused', 'complete', 'failed')),
  -- Set by an operator; the migrator stops at the next chunk.
  pause_requested INTEGER NOT NULL DEFAULT 0 CHECK(pause_requested IN (0, 1)),
  prefix_index INTEGER NOT NULL DEFAULT 0,
  cursor TEXT NOT NULL DEFAULT '',
  last_key TEXT NOT NULL DEFAULT '',
  listing_complete INTEGER NOT NULL DEFAULT 0 CHECK(listing_complete IN (0, 1)),
  -- NOT NULL on purpose: the guard of each transaction writes NULL here when the lease is lost or
  -- another chunk came first, and so undoes the whole transaction.
  chunk INTEGER NOT NULL DEFAULT 0,
  -- The token of the lease under which the last chunk was written: tells a holder whose answer was
  -- lost whether the chunk was its own.
  lease_token INTEGER NOT NULL DEFAULT 0,
  listed INTEGER NOT NULL DEFAULT 0,
  inserted INTEGER NOT NULL DEFAULT 0,
  updated INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0,
  superseded INTEGER NOT NULL DEFAULT 0,
  empty INTEGER NOT NULL DEFAULT 0,
  expired INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  pending INTEGER NOT NULL DEFAULT 0,
  started_at INTEGER NOT NULL DEFAULT (unixepoch()),
  updated_at INTEGER NOT NULL DEFAULT (unixepoch()),
  finished_at INTEGER
);

CREATE INDEX idx_migration_runs_started ON MigrationRuns(started_at);
