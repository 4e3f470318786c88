-- Where a book row comes from, so that the backfill never overwrites what live traffic wrote
-- (R2.15) and a reader can tell what was altered on the way (docs/TRANSFORM.md).
ALTER TABLE Books ADD COLUMN published_date TEXT;
ALTER TABLE Books ADD COLUMN origin TEXT NOT NULL DEFAULT 'live' CHECK(origin IN ('live', 'backfill'));
ALTER TABLE Books ADD COLUMN source_key TEXT;
ALTER TABLE Books ADD COLUMN source_rank INTEGER NOT NULL DEFAULT 0;
ALTER TABLE Books ADD COLUMN source_time INTEGER;
ALTER TABLE Books ADD COLUMN source_expires_at INTEGER;
ALTER TABLE Books ADD COLUMN content_hash TEXT;
ALTER TABLE Books ADD COLUMN quality TEXT;
-- Counts the writes to this row: a clock of one second cannot order two of them.
ALTER TABLE Books ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
-- The migration chunk that wrote the row last, "run:chunk": tells in the same transaction which
-- rows a chunk inserted or changed.
ALTER TABLE Books ADD COLUMN written_by TEXT;
