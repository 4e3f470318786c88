// The shelves of one user.
import { bookOf } from './book.js'
import { bookColumns } from './books-table.js'
import { fail, ok } from './http.js'
import { readEntry, readFilters, readYear } from './library-input.js'
import { retry } from './retry.js'
import { ensureStored, isbnOf, unavailable } from './search.js'

const topMax = 100
const selected = `
  SELECT ${bookColumns.map((column) => `b.${column}`).join(', ')},
         ul.id, ul.status, ul.rating, ul.review, ul.added_at, ul.started_at, ul.completed_at
  FROM UserLibrary ul JOIN Books b ON b.isbn = ul.isbn
  WHERE ul.user_id = ?`

// `rating` means at least this many; `year` is the year of publication.
export async function listBooks({ request, env, user }) {
  const { value: asked, fields } = readFilters(new URL(request.url))
  if (fields) return invalid(fields)
  const { sql, bound } = shelfQuery(user, asked)
  const { results } = await retry(() => env.DB.prepare(sql).bind(...bound).all())
  const rows = results.slice(0, asked.limit)
  const last = rows.at(-1)
  const nextCursor = results.length > asked.limit ? `${last.added_at}.${last.id}` : null
  return ok({ books: rows.map(itemOf), count: rows.length, nextCursor })
}

// Pages by (added_at, id): two books of one second keep their order (U08).
function shelfQuery(user, { status, rating, year, limit, after }) {
  let sql = selected
  const bound = [user]
  const and = (condition, ...values) => {
    sql += ` AND ${condition}`
    bound.push(...values)
  }
  if (status !== undefined) and('ul.status = ?', status)
  if (rating !== undefined) and('ul.rating >= ?', rating)
  if (year !== undefined) and('b.publication_year = ?', year)
  if (after !== undefined) and('(ul.added_at, ul.id) < (?, ?)', after.addedAt, after.id)
  bound.push(limit + 1)
  return { sql: `${sql} ORDER BY ul.added_at DESC, ul.id DESC LIMIT ?`, bound }
}

// Five stars, and added in that year (U09). A range of seconds, so that the index serves (U10).
export async function topRated({ request, env, user }) {
  const { value: year, fields } = readYear(new URL(request.url))
  if (fields) return invalid(fields)
  const from = Date.UTC(year, 0) / 1000
  const to = Date.UTC(year + 1, 0) / 1000
  const { results } = await retry(() =>
    env.DB.prepare(
      `${selected} AND ul.rating >= 5 AND ul.added_at >= ? AND ul.added_at < ?
       ORDER BY b.title, ul.id LIMIT ?`
    ).bind(user, from, to, topMax).all()
  )
  return ok({ books: results.map(itemOf), count: results.length })
}

export async function addBook({ request, env, ctx, user }) {
  const { value: entry, fields } = readEntry(await bodyOf(request))
  if (fields) return invalid(fields)
  const isbn = isbnOf(entry.isbn)
  if (!isbn) return invalid({ isbn: 'must be an ISBN-10 or an ISBN-13' })
  const book = await ensureStored(isbn, env, ctx)
  if (book.missing) return fail(404, 'NOT_FOUND', 'no such book is known')
  if (!book.stored) return unavailable(book.unavailable)
  await retry(() => upsert(env.DB, user, isbn, entry).run())
  return ok({ added: true, isbn })
}

// Only the fields that were given change (U02). The dates of reading follow the status, and never
// go back (U05). Saying it twice is saying it once, so a lost answer may be asked for again.
function upsert(db, user, isbn, { status, rating, review }) {
  const changed = Object.entries({ status, rating, review })
    .filter(([, value]) => value !== undefined)
    .map(([field]) => `${field} = excluded.${field}, `)
  return db.prepare(`
    INSERT INTO UserLibrary (user_id, isbn, status, rating, review, started_at, completed_at)
    VALUES (?1, ?2, ?3, ?4, ?5,
            CASE WHEN ?3 IN ('reading', 'completed') THEN unixepoch() END,
            CASE WHEN ?3 = 'completed' THEN unixepoch() END)
    ON CONFLICT(user_id, isbn) DO UPDATE SET ${changed.join('')}
      started_at = COALESCE(started_at, excluded.started_at),
      completed_at = COALESCE(completed_at, excluded.completed_at)
  `).bind(user, isbn, status ?? 'want_to_read', rating ?? null, review ?? null)
}

// The search's book, with what the user wrote about it (U08).
function itemOf(row) {
  const { publication_year, status, rating, review, added_at, started_at, completed_at } = row
  const own = { publication_year, status, rating, review, added_at, started_at, completed_at }
  return { ...bookOf(row), ...own }
}

async function bodyOf(request) {
  try {
    return await request.json()
  } catch {
    return null
  }
}

function invalid(fields) {
  const message = Object.entries(fields).map(([field, text]) => `${field} ${text}`).join('; ')
  return fail(400, 'INVALID_REQUEST', message, { fields })
}
