-- One shelf in the order in which it is read, page by page (plan defects W09, U08). An index ends
-- with the id of the row by itself.
CREATE INDEX idx_user_library_added ON UserLibrary(user_id, added_at);
-- Who has this book: without it, each delete of a book reads all shelves (W09).
CREATE INDEX idx_user_library_isbn ON UserLibrary(isbn);
