-- UserLibrary: a shelf outlives changes to Books, so a book on a shelf cannot be deleted (W03, W04).
-- NULL is no status, 4.5 is no rating (W08). No AUTOINCREMENT: it burns an id per upsert (W10).
CREATE TABLE UserLibrary (
  id INTEGER PRIMARY KEY,
  user_id TEXT NOT NULL,
  isbn TEXT NOT NULL REFERENCES Books(isbn) ON DELETE RESTRICT,
  status TEXT NOT NULL CHECK(status IN ('want_to_read', 'reading', 'completed')),
  rating INTEGER CHECK(rating BETWEEN 1 AND 5),
  review TEXT,
  added_at INTEGER NOT NULL DEFAULT (unixepoch()),
  started_at INTEGER,
  completed_at INTEGER,
  UNIQUE(user_id, isbn)
) STRICT;

-- One for a shelf in the order in which it is read, one for who has a book (W09).
CREATE INDEX idx_user_library_added ON UserLibrary(user_id, added_at);
CREATE INDEX idx_user_library_isbn ON UserLibrary(isbn);
