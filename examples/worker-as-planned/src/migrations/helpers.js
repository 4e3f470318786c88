// the plan does not define this: verifyBookInD1 ("Verify write").
export async function verifyBookInD1(db, isbn) {
  const row = await db.prepare('SELECT isbn FROM Books WHERE isbn = ?').bind(isbn).first()
  return row !== null
}

// the plan does not define this: logMigrationError ("Log to error tracking table"). It does not
// define the table either, in none of its migrations (M06).
export async function logMigrationError(db, key, error) {
  await db.prepare('INSERT INTO MigrationErrors (cache_key, error) VALUES (?, ?)')
    .bind(key, String(error)).run()
}
