CREATE TABLE IF NOT EXISTS Books (
  isbn TEXT PRIMARY KEY NOT NULL,
  title TEXT NOT NULL,
  authors TEXT NOT NULL,                    -- JSON array
  authors_detailed TEXT,                    -- JSON objects
  publication_year INTEGER,
  publisher TEXT,
  page_count INTEGER,
  language TEXT DEFAULT 'en',
  categories TEXT,                          -- JSON array
  description TEXT,
  cover_url TEXT,
  thumbnail_url TEXT,
  canonical_metadata TEXT NOT NULL,         -- Full JSON blob
  created_at INTEGER NOT NULL DEFAULT (unixepoch()),
  updated_at INTEGER NOT NULL DEFAULT (unixepoch())
);

CREATE INDEX idx_books_year ON Books(publication_year);
CREATE INDEX idx_books_language ON Books(language);
CREATE INDEX idx_books_created ON Books(created_at);
