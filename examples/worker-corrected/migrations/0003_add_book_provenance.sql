-- Where a row comes from. The backfill never overwrites what live traffic wrote (M10).
ALTER TABLE Books ADD COLUMN origin TEXT NOT NULL DEFAULT 'live' CHECK(origin IN ('live', 'backfill'));
-- The date as the source wrote it: a year is less (T05).
ALTER TABLE Books ADD COLUMN published_date TEXT;
-- Which key won when two name one ISBN (T11), and when the source was fetched (T13, W16).
ALTER TABLE Books ADD COLUMN source_key TEXT;
ALTER TABLE Books ADD COLUMN source_rank INTEGER NOT NULL DEFAULT 0;
ALTER TABLE Books ADD COLUMN source_time INTEGER;
ALTER TABLE Books ADD COLUMN source_expires_at INTEGER;
ALTER TABLE Books ADD COLUMN content_hash TEXT;
-- What was altered or dropped on the way, as a JSON array of marks (T02, T04).
ALTER TABLE Books ADD COLUMN quality TEXT;
-- The run that wrote the row last.
ALTER TABLE Books ADD COLUMN run_id INTEGER;
