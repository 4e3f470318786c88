-- How many books each author has, and up to which book they are counted (core/store/author_counts.h).
-- Nothing is counted while a book is inserted: that would cost each insert half as much again.
CREATE TABLE AuthorCounts (
  author TEXT PRIMARY KEY,
  books INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX idx_author_counts_books ON AuthorCounts(books DESC, author);

-- One row. The books with a rowid up to counted_to are counted; a rowid only grows.
CREATE TABLE AuthorCountsPlace (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  counted_to INTEGER NOT NULL
);

INSERT INTO AuthorCountsPlace (id, counted_to) VALUES (1, 0);
