import { logMigrationError, verifyBookInD1 } from './helpers.js'

export async function migrateKVToD1(env, ctx) {
  const BATCH_SIZE = 100 // Process 100 keys per iteration
  let cursor
  let totalMigrated = 0
  let totalErrors = 0

  do {
    // List KV keys with pagination
    const result = await env.BOOK_CACHE.list({
      prefix: 'book:isbn:',
      limit: BATCH_SIZE,
      cursor: cursor
    })

    // Process batch
    const batch = await processBatch(result.keys, env)
    totalMigrated += batch.success
    totalErrors += batch.errors

    // Save checkpoint
    await saveCheckpoint(env, {
      cursor: result.cursor,
      totalMigrated,
      totalErrors,
      timestamp: Date.now()
    })

    cursor = result.cursor

    // Log progress
    console.log(`Migrated ${totalMigrated} books, ${totalErrors} errors`)

  } while (cursor) // Continue until all keys processed

  return { totalMigrated, totalErrors }
}

async function processBatch(keys, env) {
  let success = 0
  let errors = 0

  // Process in parallel for speed (but limit concurrency)
  const promises = keys.map(async (key) => {
    try {
      // Fetch KV value
      const kvData = await env.BOOK_CACHE.get(key.name, 'json')
      if (!kvData) {
        console.warn(`Empty value for key: ${key.name}`)
        return
      }

      // Parse ISBN from key (book:isbn:9780439708180)
      const isbn = key.name.split(':')[2]

      // Transform to D1 schema
      const bookRecord = transformToD1Schema(kvData, isbn)

      // Upsert to D1 (idempotent)
      await upsertBookToD1(env.DB, bookRecord)

      // Verify write
      const verified = await verifyBookInD1(env.DB, isbn)
      if (!verified) {
        throw new Error(`Verification failed for ISBN: ${isbn}`)
      }

      success++
    } catch (error) {
      errors++
      console.error(`Migration failed for ${key.name}:`, error)

      // Log to error tracking table
      await logMigrationError(env.DB, key.name, error)
    }
  })

  await Promise.all(promises)
  return { success, errors }
}

function transformToD1Schema(kvData, isbn) {
  return {
    isbn: isbn,
    title: kvData.title || 'Unknown',
    authors: JSON.stringify(kvData.authors || []),
    authors_detailed: kvData.authorsDetailed
      ? JSON.stringify(kvData.authorsDetailed)
      : null,
    publication_year: kvData.publishedDate
      ? parseInt(kvData.publishedDate.substring(0, 4))
      : null,
    publisher: kvData.publisher || null,
    page_count: kvData.pageCount || null,
    language: kvData.language || 'en',
    categories: kvData.categories
      ? JSON.stringify(kvData.categories)
      : null,
    description: kvData.description || null,
    cover_url: kvData.imageLinks?.large || kvData.imageLinks?.medium || null,
    thumbnail_url: kvData.imageLinks?.thumbnail || null,
    canonical_metadata: JSON.stringify(kvData) // Full blob for backwards compat
  }
}

async function upsertBookToD1(db, book) {
  const stmt = db.prepare(`
    INSERT INTO Books (
      isbn, title, authors, authors_detailed, publication_year,
      publisher, page_count, language, categories, description,
      cover_url, thumbnail_url, canonical_metadata
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT(isbn) DO UPDATE SET
      title = excluded.title,
      authors = excluded.authors,
      updated_at = unixepoch()
  `)

  await stmt.bind(
    book.isbn, book.title, book.authors, book.authors_detailed,
    book.publication_year, book.publisher, book.page_count,
    book.language, book.categories, book.description,
    book.cover_url, book.thumbnail_url, book.canonical_metadata
  ).run()
}

// Save progress to KV
async function saveCheckpoint(env, checkpoint) {
  await env.BOOK_CACHE.put(
    'migration:checkpoint',
    JSON.stringify(checkpoint)
  )
}

// Resume from last checkpoint
async function loadCheckpoint(env) {
  const data = await env.BOOK_CACHE.get('migration:checkpoint', 'json')
  return data || null
}

// Invoke migration with resume capability
export async function invokeMigration(env, resume = false) {
  let cursor

  if (resume) {
    const checkpoint = await loadCheckpoint(env)
    cursor = checkpoint?.cursor
    console.log(`Resuming from cursor: ${cursor}`)
  }

  // The plan's `ctx` is not defined here and ends every call (M18). Nothing uses it, so the smallest
  // change is to have one. The third argument is dropped by migrateKVToD1, as in the plan (K01).
  const ctx = undefined
  return migrateKVToD1(env, ctx, cursor)
}
