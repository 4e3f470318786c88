// Books and absences in KV. Nothing here throws: a cache that fails is a miss (R03, R11).
import { bookOf } from './book.js'
import { kindOf, retry } from './retry.js'
import { bookKey, transform } from './transform.js'

const daySeconds = 86_400
// A book that D1 gave may be corrected there at any time: its copy lives shorter (R06, X04).
const hourSeconds = 3_600
const absenceSeconds = 300
const spread = 0.1
const attempts = 2

export async function cachedRow(kv, isbn) {
  const text = await read(kv, bookKey(isbn))
  return text === null ? null : transform(bookKey(isbn), text).row ?? null
}

// Under a key of its own, so that the migrator never takes an absence for a book (T08).
export async function isKnownMissing(kv, isbn) {
  return (await read(kv, missingKey(isbn))) !== null
}

export function cacheFetched(kv, row) {
  return write(kv, bookKey(row.isbn), JSON.stringify(bookOf(row)), daySeconds)
}

export function cacheStored(kv, row) {
  return write(kv, bookKey(row.isbn), JSON.stringify(bookOf(row)), hourSeconds)
}

export function cacheMissing(kv, isbn) {
  return write(kv, missingKey(isbn), '1', absenceSeconds)
}

function missingKey(isbn) {
  return `missing:isbn:${isbn}`
}

async function read(kv, key) {
  try {
    return await retry(() => kv.get(key), attempts)
  } catch (error) {
    console.warn('cache read failed', kindOf(error))
    return null
  }
}

// Jitter, so that what was filled together does not expire together (R16).
async function write(kv, key, text, ttl) {
  const expirationTtl = Math.round(ttl * (1 - spread + 2 * spread * Math.random()))
  try {
    await kv.put(key, text, { expirationTtl })
  } catch (error) {
    console.warn('cache write failed', kindOf(error))
  }
}
