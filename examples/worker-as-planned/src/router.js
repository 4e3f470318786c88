import { createRouter } from './mini-router.js'
import { adminAuthMiddleware } from './admin-auth.js'
import { createSuccessResponse } from './response.js'
import { handleSearchISBN } from './handlers/v1/search-isbn.js'
import { invokeMigration } from './migrations/kv-to-d1-migrator.js'
import { getUserBooks } from './services/d1-book-service.js'
// The plan also imports getUserLibrary, addToLibrary and updateBookStatus from
// './handlers/v1/user-library', a file that it does not have, and uses none of them (U06). An import
// of what is not there stops the whole Worker, so it is left out.

export const router = createRouter()

// the plan does not define this: its checks call /health and nothing says what it answers.
router.get('/health', (c) => c.json({ success: true, data: { status: 'ok' } }))

// the plan does not define this: how the search handler is mounted.
router.get('/v1/search/isbn', (c) => handleSearchISBN(c.req.raw, c.env))

// The plan polls /admin/migration-status and never defines it (K10): there is none.

router.post('/admin/migrate-kv-to-d1', adminAuthMiddleware, async (c) => {
  const { resume, dryRun } = c.req.query()

  if (dryRun === 'true') {
    return c.json({ message: 'Dry run - no data written' })
  }

  const result = await invokeMigration(c.env, resume === 'true')

  return c.json({
    success: true,
    data: {
      totalMigrated: result.totalMigrated,
      totalErrors: result.totalErrors
    }
  })
})

// Get user's book collection
router.get('/v1/library/:userId', async (c) => {
  const userId = c.req.param('userId')
  const { status, rating, year } = c.req.query()

  const books = await getUserBooks(c.env.DB, userId, {
    status,
    rating: rating ? parseInt(rating) : undefined,
    year: year ? parseInt(year) : undefined
  })

  return c.json(createSuccessResponse({ books, count: books.length }))
})

// Add book to user library
router.post('/v1/library/:userId/books', async (c) => {
  const userId = c.req.param('userId')
  const { isbn, status, rating, review } = await c.req.json()

  await c.env.DB.prepare(`
    INSERT INTO UserLibrary (user_id, isbn, status, rating, review)
    VALUES (?, ?, ?, ?, ?)
    ON CONFLICT(user_id, isbn) DO UPDATE SET
      status = excluded.status,
      rating = excluded.rating,
      review = excluded.review
  `).bind(userId, isbn, status, rating, review).run()

  return c.json(createSuccessResponse({ added: true }))
})

// Complex query example: Top-rated books of 2024
router.get('/v1/library/:userId/top-rated', async (c) => {
  const userId = c.req.param('userId')
  const year = c.req.query('year') || '2024'

  const books = await c.env.DB.prepare(`
    SELECT b.*, ul.rating, ul.review
    FROM UserLibrary ul
    JOIN Books b ON ul.isbn = b.isbn
    WHERE ul.user_id = ?
      AND ul.rating >= 5
      AND b.publication_year = ?
    ORDER BY ul.rating DESC, b.title ASC
  `).bind(userId, parseInt(year)).all()

  return c.json(createSuccessResponse({ books: books.results }))
})
