-- Keep the counts of 0012 true when a book that is counted changes or goes. Inserting fires none
-- of these. In a file of its own: see migrations/README.md.

CREATE TRIGGER author_counts_follow_books AFTER UPDATE OF authors ON Books
WHEN NEW.authors IS NOT OLD.authors
  AND NEW.rowid <= (SELECT counted_to FROM AuthorCountsPlace)
BEGIN
  INSERT INTO AuthorCounts (author, books)
  SELECT author, sum(change) FROM (
    SELECT DISTINCT value AS author, -1 AS change
    FROM json_each(iif(json_valid(OLD.authors), OLD.authors, '[]')) WHERE type = 'text'
    UNION ALL
    SELECT DISTINCT value, 1
    FROM json_each(iif(json_valid(NEW.authors), NEW.authors, '[]')) WHERE type = 'text')
  GROUP BY author HAVING sum(change) <> 0
  ON CONFLICT(author) DO UPDATE SET books = AuthorCounts.books + excluded.books;
END;

CREATE TRIGGER author_counts_lose_books BEFORE DELETE ON Books
WHEN OLD.rowid <= (SELECT counted_to FROM AuthorCountsPlace)
BEGIN
  INSERT INTO AuthorCounts (author, books)
  SELECT DISTINCT value, -1
  FROM json_each(iif(json_valid(OLD.authors), OLD.authors, '[]')) WHERE type = 'text'
  ON CONFLICT(author) DO UPDATE SET books = AuthorCounts.books + excluded.books;
END;

-- The next book may get the rowid of the last one that went, and is not counted yet.
CREATE TRIGGER author_counts_step_back AFTER DELETE ON Books
BEGIN
  UPDATE AuthorCountsPlace
  SET counted_to = min(counted_to, (SELECT coalesce(max(rowid), 0) FROM Books));
END;
