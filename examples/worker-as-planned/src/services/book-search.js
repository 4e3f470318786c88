import { getBookFromD1, saveBookToD1 } from './d1-book-service.js'
import { fetchFromGoogleBooks } from './google-books.js'
import { trackCacheHit } from './cache-metrics.js'

export async function findByISBN(isbn, env) {
  // Layer 1: Check KV cache (fastest)
  const cacheKey = `book:isbn:${isbn}`
  const cached = await env.BOOK_CACHE.get(cacheKey, 'json')
  if (cached) {
    await trackCacheHit(env, cacheKey) // Metrics tracking
    return cached
  }

  // Layer 2: Check D1 database (source of truth)
  const d1Book = await getBookFromD1(env.DB, isbn)
  if (d1Book) {
    // Populate KV cache from D1
    await env.BOOK_CACHE.put(cacheKey, JSON.stringify(d1Book), {
      expirationTtl: 86400
    })
    return d1Book
  }

  // Layer 3: Fetch from external API (cache miss)
  const externalBook = await fetchFromGoogleBooks(isbn, env)

  // Write to D1 first (source of truth)
  await saveBookToD1(env.DB, externalBook)

  // Then populate KV cache
  await env.BOOK_CACHE.put(cacheKey, JSON.stringify(externalBook), {
    expirationTtl: 86400
  })

  return externalBook
}
