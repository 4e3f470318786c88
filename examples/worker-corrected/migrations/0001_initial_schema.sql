-- Books: the plan's columns. No default language, because a default invents data (T04). STRICT and
-- the checks keep each column to its meaning (T15, W14). Plain CREATE, because IF NOT EXISTS hides a
-- table that is different (W07).
CREATE TABLE Books (
  isbn TEXT PRIMARY KEY NOT NULL,
  title TEXT NOT NULL,
  authors TEXT NOT NULL CHECK(json_valid(authors)),
  authors_detailed TEXT CHECK(authors_detailed IS NULL OR json_valid(authors_detailed)),
  publication_year INTEGER,
  publisher TEXT,
  page_count INTEGER,
  language TEXT,
  categories TEXT CHECK(categories IS NULL OR json_valid(categories)),
  description TEXT,
  cover_url TEXT,
  thumbnail_url TEXT,
  canonical_metadata TEXT NOT NULL,
  created_at INTEGER NOT NULL DEFAULT (unixepoch()),
  updated_at INTEGER NOT NULL DEFAULT (unixepoch())
) STRICT;

CREATE INDEX idx_books_year ON Books(publication_year);
