// Every statement that reads or writes Books. Both writers name the same columns (W01, W02), and
// neither replaces a row, which would empty shelves (W03).

const columns = [
  'isbn', 'title', 'authors', 'authors_detailed', 'publication_year', 'published_date', 'publisher',
  'page_count', 'language', 'categories', 'description', 'cover_url', 'thumbnail_url',
  'canonical_metadata', 'content_hash', 'source_key', 'source_rank', 'source_time',
  'source_expires_at', 'quality', 'origin', 'run_id'
]
export const bookColumns = columns.slice(0, 13)

const insert = `
  INSERT INTO Books (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
  ON CONFLICT(isbn) DO UPDATE SET
    ${columns.slice(1).map((column) => `${column} = excluded.${column}`).join(', ')},
    updated_at = CASE WHEN content_hash IS excluded.content_hash THEN updated_at
                      ELSE unixepoch() END`

// A live row yields only to a later answer of the provider (W16).
const liveWrite = `${insert}
  WHERE Books.origin = 'backfill'
     OR excluded.source_time >= COALESCE(Books.source_time, 0)`

// The backfill leaves live rows alone (M10). Of two keys of one ISBN in one run, the preferred one
// stays, in whatever order they come (T11); a row of an earlier run is always refreshed.
const backfillWrite = `${insert}
  WHERE Books.origin = 'backfill' AND (
       Books.run_id IS NOT excluded.run_id
    OR Books.source_key = excluded.source_key
    OR COALESCE(excluded.source_time, 0) > COALESCE(Books.source_time, 0)
    OR (COALESCE(excluded.source_time, 0) = COALESCE(Books.source_time, 0)
        AND (excluded.source_rank, excluded.source_key) < (Books.source_rank, Books.source_key)))`

// The same preference for a run that writes nothing.
export function isPreferred(row, other) {
  const time = (row.source_time ?? 0) - (other.source_time ?? 0)
  if (time !== 0) return time > 0
  if (row.source_rank !== other.source_rank) return row.source_rank < other.source_rank
  return row.source_key < other.source_key
}

export function writeLive(db, row) {
  return bind(db.prepare(liveWrite), { ...row, origin: 'live', run_id: null })
}

export function writeBackfill(db, row, runId) {
  return bind(db.prepare(backfillWrite), { ...row, origin: 'backfill', run_id: runId })
}

// Absent is NULL: `undefined` cannot be bound (W05).
function bind(statement, row) {
  return statement.bind(...columns.map((column) => row[column] ?? null))
}

export function readBook(db, isbn) {
  return db.prepare(`SELECT ${bookColumns.join(', ')} FROM Books WHERE isbn = ?`).bind(isbn).first()
}

export async function hasBook(db, isbn) {
  const row = await db.prepare('SELECT isbn FROM Books WHERE isbn = ?').bind(isbn).first()
  return row !== null
}

// Which of these books live traffic wrote.
export async function liveAmong(db, isbns) {
  const { results } = await db
    .prepare(`SELECT isbn FROM Books
              WHERE origin = 'live' AND isbn IN (SELECT value FROM json_each(?))`)
    .bind(JSON.stringify(isbns))
    .all()
  return new Set(results.map((row) => row.isbn))
}
