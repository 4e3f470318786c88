// From a KV entry to a row of Books, by docs/TRANSFORM.md. Total: any key and any text give a row,
// "empty" or "rejected". Nothing is invented; what was altered is marked (T01 to T15).
import { readDate } from './dates.js'
import { decode, isObject, isText } from './decode.js'
import { parseIsbn } from './isbn.js'

export const keyPrefix = 'book:isbn:'
// A row of D1 holds 2,000,000 bytes (T12).
const rowBytesMax = 1_900_000
const pagesMax = 100_000
const coverSizes = ['extraLarge', 'large', 'medium', 'small', 'thumbnail', 'smallThumbnail']
const thumbnailSizes = ['thumbnail', 'smallThumbnail']

export function bookKey(isbn) {
  return keyPrefix + isbn
}

// The whole key counts, not its third part (T09). Gives { isbn, rank, marks } or { rejected }.
export function readKey(key) {
  if (!key.startsWith(keyPrefix)) return { rejected: 'key_unknown' }
  const text = key.slice(keyPrefix.length)
  const { isbn, zerosRestored, reason } = parseIsbn(text)
  if (!isbn) return { rejected: reason }
  const marks = zerosRestored ? ['isbn_zeros_restored'] : []
  return { isbn, rank: text === isbn ? 0 : 2, marks }
}

// Gives { row }, { empty: reason } or { rejected: reason }.
export function transform(key, text, expiresAt = null) {
  const named = readKey(key)
  if (named.rejected) return named
  const found = decode(text, named.isbn)
  if (!found.book) return found
  const marks = new Set([...named.marks, ...found.marks])
  const row = {
    isbn: named.isbn,
    ...columns(found.book, marks),
    canonical_metadata: text,
    source_key: key,
    source_rank: named.rank,
    source_time: found.sourceTime,
    source_expires_at: expiresAt
  }
  row.quality = marks.size > 0 ? JSON.stringify([...marks].sort()) : null
  return rowBytes(row) > rowBytesMax ? { rejected: 'too_large' } : { row }
}

function columns(book, marks) {
  const date = readDate(book.publishedDate)
  for (const mark of date.marks) marks.add(mark)
  return {
    title: titleOf(book.title, marks),
    authors: JSON.stringify(authorsOf(book.authors, marks)),
    authors_detailed: detailsOf(book.authorsDetailed, marks),
    publication_year: date.year,
    published_date: date.text,
    publisher: textOf(book.publisher, 'publisher_not_text', marks),
    page_count: pagesOf(book.pageCount, marks),
    language: textOf(book.language, 'language_not_text', marks),
    categories: categoriesOf(book.categories, marks),
    description: textOf(book.description, 'description_not_text', marks),
    ...coversOf(book.imageLinks, marks)
  }
}

// D1 binds every number as a real: a numeric title would be stored as '1984.0'.
function titleOf(title, marks) {
  if (isText(title)) return title
  if (title !== undefined && title !== null && typeof title !== 'string') {
    marks.add('title_not_text')
    if (Number.isSafeInteger(title)) return String(title)
  }
  marks.add('title_missing')
  return ''
}

function authorsOf(authors, marks) {
  const names = listOf(authors, 'authors_cleaned', 'authors_not_array', marks)
  if (names.length === 0) marks.add('authors_missing')
  return names
}

function categoriesOf(categories, marks) {
  const names = listOf(categories, 'categories_cleaned', 'categories_not_array', marks)
  return names.length > 0 ? JSON.stringify(names) : null
}

function listOf(value, cleaned, notArray, marks) {
  if (Array.isArray(value)) {
    const texts = value.filter(isText)
    if (texts.length < value.length) marks.add(cleaned)
    return texts
  }
  if (absentOrBlank(value)) return []
  marks.add(notArray)
  return isText(value) ? [value] : []
}

function detailsOf(value, marks) {
  if (value === undefined || value === null) return null
  if (typeof value === 'object') return JSON.stringify(value)
  marks.add('authors_detailed_invalid')
  return null
}

function textOf(value, mark, marks) {
  if (isText(value)) return value
  if (!absentOrBlank(value)) marks.add(mark)
  return null
}

function pagesOf(value, marks) {
  if (absentOrBlank(value)) return null
  const digits = typeof value === 'string' && /^\d{1,6}$/.test(value)
  const pages = digits ? Number(value) : value
  const whole = typeof pages === 'number' && Number.isInteger(pages)
  if (!whole || pages < 0 || pages > pagesMax) {
    marks.add('page_count_invalid')
    return null
  }
  if (digits) marks.add('page_count_not_number')
  if (pages === 0) marks.add('page_count_unknown')
  return pages === 0 ? null : pages
}

// Search answers carry only the two small sizes (T06).
function coversOf(links, marks) {
  const absent = links === undefined || links === null
  if (!absent && !isObject(links)) marks.add('image_links_not_object')
  const from = isObject(links) ? links : {}
  return { cover_url: firstUrl(from, coverSizes), thumbnail_url: firstUrl(from, thumbnailSizes) }
}

function firstUrl(links, sizes) {
  const size = sizes.find((one) => isText(links[one]))
  return size ? links[size].replace(/^http:\/\/books\.google\./, 'https://books.google.') : null
}

function absentOrBlank(value) {
  return value === undefined || value === null || (typeof value === 'string' && !isText(value))
}

export function rowBytes(row) {
  let bytes = 0
  for (const value of Object.values(row)) {
    if (typeof value === 'string') bytes += utf8.encode(value).length
  }
  return bytes
}

const utf8 = new TextEncoder()
