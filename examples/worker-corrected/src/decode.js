// From the text under a key to the book object in it. The store holds more than bare books:
// envelopes, search answers, cached errors, nothing at all (T07, T08).
import { parseIsbn } from './isbn.js'

const depthMax = 64
const bytesMax = 25 * 1024 * 1024
const cachedAtMax = 253402300799999
const bookKeys = [
  'title', 'authors', 'isbn', 'isbn10', 'isbn13', 'industryIdentifiers', 'publisher',
  'publishedDate', 'description', 'imageLinks', 'pageCount'
]

// Gives { book, sourceTime, marks }, { empty: reason } or { rejected: reason }.
export function decode(text, isbn) {
  if (text === '') return { empty: 'zero_bytes' }
  if (text.length > bytesMax) return { rejected: 'too_large' }
  let value
  try {
    value = JSON.parse(text)
  } catch {
    return { rejected: 'malformed_json' }
  }
  const depth = depthOf(value, text)
  if (depth === malformed) return { rejected: 'malformed_json' }
  if (depth > depthMax) return { rejected: 'too_deep' }
  return decodeValue(value, isbn)
}

function decodeValue(value, isbn) {
  if (value === null) return { empty: 'json_null' }
  if (!isObject(value)) return { rejected: 'not_an_object' }
  if (!has(value, 'data') || !has(value, 'cachedAt')) return decodeObject(value, isbn, null, [])
  const time = value.cachedAt
  const valid = typeof time === 'number' && time >= 1 && time <= cachedAtMax
  if (value.data === null) return { empty: 'json_null' }
  if (!isObject(value.data)) return { rejected: 'not_an_object' }
  const marks = valid ? [] : ['cached_at_invalid']
  return decodeObject(value.data, isbn, valid ? Math.trunc(time) : null, marks)
}

function decodeObject(object, isbn, sourceTime, marks) {
  if (!has(object, 'title')) {
    if (isObject(object.error) || isText(object.error)) return { rejected: 'provider_error' }
    if (has(object, 'items') || has(object, 'totalItems')) {
      return decodeAnswer(object, isbn, sourceTime, marks)
    }
    if (isObject(object.volumeInfo)) return judge(object.volumeInfo, isbn, sourceTime, marks)
  }
  return judge(object, isbn, sourceTime, marks)
}

// A search answer may hold other editions: take the one that is meant (T10).
function decodeAnswer(answer, isbn, sourceTime, marks) {
  if (!Array.isArray(answer.items) || answer.items.length === 0) return { empty: 'no_match' }
  const volumes = answer.items
    .filter((item) => isObject(item) && isObject(item.volumeInfo))
    .map((item) => item.volumeInfo)
  if (volumes.length === 0) return { rejected: 'not_a_book' }
  const named = volumes.find((volume) => identifiersOf(volume).includes(isbn))
  if (named) return judge(named, isbn, sourceTime, marks)
  const unnamed = volumes.find((volume) => identifiersOf(volume).length === 0)
  if (!unnamed) return { rejected: 'isbn_mismatch' }
  return judge(unnamed, isbn, sourceTime, [...marks, 'isbn_unconfirmed'])
}

function judge(book, isbn, sourceTime, marks) {
  if (!bookKeys.some((key) => has(book, key))) return { rejected: 'not_a_book' }
  const identifiers = identifiersOf(book)
  if (identifiers.length > 0 && !identifiers.includes(isbn)) return { rejected: 'isbn_mismatch' }
  return { book, sourceTime, marks }
}

function identifiersOf(book) {
  const texts = [book.isbn, book.isbn10, book.isbn13]
  if (Array.isArray(book.industryIdentifiers)) {
    for (const one of book.industryIdentifiers) {
      if (one?.type === 'ISBN_10' || one?.type === 'ISBN_13') texts.push(one.identifier)
    }
  }
  return texts
    .filter((text) => typeof text === 'string')
    .map((text) => parseIsbn(text).isbn)
    .filter(Boolean)
}

const malformed = -1

// How deep arrays and objects nest; `malformed` for what JSON.parse takes and we do not: numbers
// beyond doubles, and halves of surrogate pairs, which a database would change silently (T14).
function depthOf(value, text) {
  const surrogates = /\\u[dD][89a-fA-F]/.test(text)
  let deepest = 0
  const open = [[value, 0]]
  while (open.length > 0) {
    const [one, above] = open.pop()
    if (typeof one === 'number' && !Number.isFinite(one)) return malformed
    if (surrogates && typeof one === 'string' && !one.isWellFormed()) return malformed
    if (one === null || typeof one !== 'object') continue
    deepest = Math.max(deepest, above + 1)
    for (const [key, inner] of Object.entries(one)) {
      if (surrogates && !key.isWellFormed()) return malformed
      open.push([inner, above + 1])
    }
  }
  return deepest
}

function has(object, key) {
  return Object.hasOwn(object, key)
}

export function isObject(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

// Text that says something.
export function isText(value) {
  return typeof value === 'string' && /[^ \t\r\n]/.test(value)
}
