CREATE TABLE IF NOT EXISTS UserLibrary (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id TEXT NOT NULL,
  isbn TEXT NOT NULL,
  status TEXT CHECK(status IN ('want_to_read', 'reading', 'completed')),
  rating INTEGER CHECK(rating >= 1 AND rating <= 5),
  review TEXT,
  added_at INTEGER NOT NULL DEFAULT (unixepoch()),
  started_at INTEGER,
  completed_at INTEGER,
  FOREIGN KEY (isbn) REFERENCES Books(isbn) ON DELETE CASCADE,
  UNIQUE(user_id, isbn)
);

CREATE INDEX idx_user_library_user ON UserLibrary(user_id);
CREATE INDEX idx_user_library_status ON UserLibrary(user_id, status);
CREATE INDEX idx_user_library_rating ON UserLibrary(user_id, rating);
