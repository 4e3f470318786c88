-- What the constraints of 0002 let pass, refused by triggers, because D1 cannot change a constraint
-- without rebuilding its table. In a file of its own: remote D1 has split trigger bodies wrongly
-- before (migrations/README.md).

-- The CHECKs take NULL and 4.5 (plan defect W08). An entry without a status is one that was only
-- noted.
UPDATE UserLibrary SET status = 'want_to_read' WHERE status IS NULL;

CREATE TRIGGER user_library_values_of_insert BEFORE INSERT ON UserLibrary
WHEN NEW.status IS NULL OR typeof(NEW.rating) NOT IN ('integer', 'null')
BEGIN
  SELECT RAISE(ABORT, 'UserLibrary needs a status and a whole rating');
END;

-- A rating that was wrong before may stay, so that the rest of its entry can be changed.
CREATE TRIGGER user_library_values_of_update BEFORE UPDATE OF status, rating ON UserLibrary
WHEN NEW.status IS NULL
  OR (NEW.rating IS NOT OLD.rating AND typeof(NEW.rating) NOT IN ('integer', 'null'))
BEGIN
  SELECT RAISE(ABORT, 'UserLibrary needs a status and a whole rating');
END;

-- ON DELETE CASCADE would empty shelves (W04). The first trigger refuses to delete a book that is
-- on a shelf. The second one refuses the cascade itself, which also comes from INSERT OR REPLACE
-- (W03) and from DROP TABLE, where no trigger of Books fires.
CREATE TRIGGER books_on_shelves_stay BEFORE DELETE ON Books
WHEN EXISTS (SELECT 1 FROM UserLibrary WHERE isbn = OLD.isbn)
BEGIN
  SELECT RAISE(ABORT, 'this book is on a shelf');
END;

CREATE TRIGGER user_library_outlives_books BEFORE DELETE ON UserLibrary
WHEN NOT EXISTS (SELECT 1 FROM Books WHERE isbn = OLD.isbn)
BEGIN
  SELECT RAISE(ABORT, 'this book is on a shelf');
END;
