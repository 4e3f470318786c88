// Google Books, and what its answers mean. Not being able to say is never "there is no such book"
// (R14).
import { sha256 } from './hash.js'
import { pause } from './retry.js'
import { bookKey, transform } from './transform.js'

const timeoutMs = 5_000
const bytesMax = 2_000_000
const retryAfterSeconds = 30

// Gives { row }, { missing: true } or { unavailable: seconds }.
export async function askProvider(isbn) {
  let response = await call(isbn)
  // A backend that failed often answers the next time; a spent quota does not.
  if (response.status === 503) {
    await pause(1)
    response = await call(isbn)
  }
  if (response.status !== 200) return { unavailable: response.retryAfter ?? retryAfterSeconds }
  return understand(isbn, response.text)
}

async function understand(isbn, text) {
  if (text === null) return { unavailable: retryAfterSeconds }
  const { row, empty, rejected } = transform(bookKey(isbn), text)
  // Another edition is not the book that was asked for (R09).
  if (empty === 'no_match' || rejected === 'isbn_mismatch') return { missing: true }
  if (!row) return { unavailable: retryAfterSeconds }
  return { row: { ...row, source_time: Date.now(), content_hash: await sha256(text) } }
}

// Gives { status, text, retryAfter }; status 0 when there was no answer.
async function call(isbn) {
  try {
    const response = await fetch(`https://www.googleapis.com/books/v1/volumes?q=isbn:${isbn}`, {
      signal: AbortSignal.timeout(timeoutMs)
    })
    const seconds = Number(response.headers.get('retry-after'))
    const retryAfter = seconds > 0 ? Math.ceil(seconds) : undefined
    return { status: response.status, text: await readLimited(response.body), retryAfter }
  } catch {
    return { status: 0, text: null }
  }
}

// Gives null for a body that no book has.
async function readLimited(body) {
  if (body === null) return null
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const part of body) {
    bytes += part.length
    if (bytes > bytesMax) return null
    text += decoder.decode(part, { stream: true })
  }
  return text + decoder.decode()
}
