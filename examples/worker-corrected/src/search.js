// KV, then D1 where the flag allows it, then the provider. A tier that fails never fails a request
// that another tier can answer (R04).
import { bookOf } from './book.js'
import { hasBook, readBook, writeBackfill, writeLive } from './books-table.js'
import { cacheFetched, cacheMissing, cacheStored, cachedRow, isKnownMissing } from './cache.js'
import { mayReadD1 } from './flag.js'
import { sha256 } from './hash.js'
import { fail, ok } from './http.js'
import { parseIsbn } from './isbn.js'
import { askProvider } from './provider.js'
import { kindOf, retry } from './retry.js'
import { fly, now } from './single-flight.js'

const isbnTextMax = 32
const retryAfterSeconds = 30
// A write that D1 refused is tried again after the answer.
const laterMs = [1_000, 2_000, 4_000, 8_000]

export async function handleSearch({ request, env, ctx }) {
  const isbn = isbnOf(new URL(request.url).searchParams.get('isbn'))
  if (!isbn) return fail(400, 'INVALID_ISBN', 'isbn must be an ISBN-10 or an ISBN-13')
  const found = await findBook(isbn, env, ctx)
  if (found.row) {
    // The source stands beside the book, never in it (R12).
    const metadata = { source: found.source, cached: found.source === 'cache' }
    return ok({ book: bookOf(found.row) }, { metadata })
  }
  if (found.missing) return fail(404, 'NOT_FOUND', 'no such book is known')
  return unavailable(found.unavailable)
}

// Judged before any tier is asked (R13). Null for what is no ISBN.
export function isbnOf(text) {
  if (typeof text !== 'string' || text.length > isbnTextMax) return null
  const { isbn, zerosRestored } = parseIsbn(text)
  return isbn && !zerosRestored ? isbn : null
}

export function unavailable(seconds = retryAfterSeconds) {
  return fail(503, 'SERVICE_UNAVAILABLE', 'nobody can say at the moment', { retryAfter: seconds })
}

// Gives { row, source }, { missing: true } or { unavailable: seconds }.
export async function findBook(isbn, env, ctx) {
  const began = now()
  const row = await cachedRow(env.BOOK_CACHE, isbn)
  // A hit touches nothing else (R05).
  if (row) return { row, source: 'cache' }
  const found = await fly(isbn, began, ctx, () => findBelow(isbn, env, ctx))
  return found ?? { unavailable: retryAfterSeconds }
}

// Gives { result, after }, as single-flight.js wants it.
async function findBelow(isbn, env, ctx) {
  const [d1, missing] = await Promise.all([
    mayReadD1(env.BOOK_CACHE),
    isKnownMissing(env.BOOK_CACHE, isbn)
  ])
  const stored = d1 ? await storedRow(env.DB, isbn) : null
  if (stored) return fromD1(stored, env)
  if (missing) return { result: { missing: true }, after: null }
  const answer = await askProvider(isbn)
  if (answer.row) return keep(answer.row, env)
  if (answer.missing) {
    return { result: { missing: true }, after: cacheMissing(env.BOOK_CACHE, isbn) }
  }
  // Nobody could say whether D1 may be read, and nobody else can answer.
  const last = d1 === null ? await storedRow(env.DB, isbn) : null
  return last ? fromD1(last, env) : { result: { unavailable: answer.unavailable }, after: null }
}

function fromD1(row, env) {
  return { result: { row, source: 'd1' }, after: cacheStored(env.BOOK_CACHE, row) }
}

async function storedRow(db, isbn) {
  try {
    return await retry(() => readBook(db, isbn))
  } catch (error) {
    console.warn('D1 read failed', kindOf(error))
    return null
  }
}

// Into D1 whatever the flag says (M11), and only then into KV.
async function keep(row, env) {
  const result = { row, source: 'external_api' }
  if (await save(row, env.DB)) return { result, after: cacheFetched(env.BOOK_CACHE, row) }
  return { result, after: saveLater(row, env) }
}

async function save(row, db) {
  try {
    await retry(() => writeLive(db, row).run())
    return true
  } catch (error) {
    console.warn('D1 write failed', kindOf(error))
    return false
  }
}

async function saveLater(row, env) {
  for (const ms of laterMs) {
    await scheduler.wait(ms)
    if (await save(row, env.DB)) return cacheFetched(env.BOOK_CACHE, row)
  }
}

// A shelf needs the book in D1 (U03). Gives { stored: true }, { missing } or { unavailable }.
export async function ensureStored(isbn, env, ctx) {
  if (await retry(() => hasBook(env.DB, isbn))) return { stored: true }
  const cached = await cachedRow(env.BOOK_CACHE, isbn)
  if (cached) {
    const row = { ...cached, content_hash: await sha256(cached.canonical_metadata) }
    await retry(() => writeBackfill(env.DB, row, null).run())
    return { stored: true }
  }
  const found = await fly(isbn, now(), ctx, () => findBelow(isbn, env, ctx))
  if (!found) return { unavailable: retryAfterSeconds }
  if (!found.row) return found
  return (await retry(() => hasBook(env.DB, isbn))) ? { stored: true } : { unavailable: 5 }
}
