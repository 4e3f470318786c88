export async function getBookFromD1(db, isbn) {
  const result = await db.prepare(`
    SELECT
      isbn, title, authors, authors_detailed, publication_year,
      publisher, page_count, language, categories, description,
      cover_url, thumbnail_url, canonical_metadata, created_at
    FROM Books
    WHERE isbn = ?
  `).bind(isbn).first()

  if (!result) return null

  // Transform D1 row back to canonical format
  return {
    isbn: result.isbn,
    title: result.title,
    authors: JSON.parse(result.authors),
    authorsDetailed: result.authors_detailed
      ? JSON.parse(result.authors_detailed)
      : null,
    publishedDate: result.publication_year?.toString(),
    publisher: result.publisher,
    pageCount: result.page_count,
    language: result.language,
    categories: result.categories ? JSON.parse(result.categories) : null,
    description: result.description,
    imageLinks: {
      large: result.cover_url,
      medium: result.cover_url,
      thumbnail: result.thumbnail_url
    },
    // Include full canonical blob for backwards compatibility
    ...JSON.parse(result.canonical_metadata)
  }
}

// Complex query example (user library)
export async function getUserBooks(
  db,
  userId,
  filters
) {
  let query = `
    SELECT b.*, ul.status, ul.rating, ul.added_at
    FROM UserLibrary ul
    JOIN Books b ON ul.isbn = b.isbn
    WHERE ul.user_id = ?
  `
  const params = [userId]

  if (filters?.status) {
    query += ` AND ul.status = ?`
    params.push(filters.status)
  }

  if (filters?.rating) {
    query += ` AND ul.rating >= ?`
    params.push(filters.rating)
  }

  if (filters?.year) {
    query += ` AND b.publication_year = ?`
    params.push(filters.year)
  }

  query += ` ORDER BY ul.added_at DESC`

  const { results } = await db.prepare(query).bind(...params).all()
  return results || []
}

export async function saveBookToD1(db, book) {
  const stmt = db.prepare(`
    INSERT INTO Books (
      isbn, title, authors, authors_detailed, publication_year,
      publisher, page_count, language, categories, description,
      cover_url, thumbnail_url, canonical_metadata
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT(isbn) DO UPDATE SET
      title = excluded.title,
      authors = excluded.authors,
      authors_detailed = excluded.authors_detailed,
      updated_at = unixepoch()
  `)

  await stmt.bind(
    book.isbn,
    book.title,
    JSON.stringify(book.authors || []),
    book.authorsDetailed ? JSON.stringify(book.authorsDetailed) : null,
    book.publishedDate ? parseInt(book.publishedDate.substring(0, 4)) : null,
    book.publisher,
    book.pageCount,
    book.language || 'en',
    book.categories ? JSON.stringify(book.categories) : null,
    book.description,
    book.imageLinks?.large || book.imageLinks?.medium,
    book.imageLinks?.thumbnail,
    JSON.stringify(book)
  ).run()
}

// Batch insert for migration efficiency
// (the plan calls this nowhere, and its statement is no SQL)
export async function batchSaveBooks(db, books) {
  const stmt = db.batch(
    books.map(book =>
      db.prepare(`INSERT OR REPLACE INTO Books (...) VALUES (...)`)
        .bind(/* book fields */)
    )
  )

  await stmt
}
