// What a client may ask of a library, judged before any SQL (U04, U07). Each reader gives
// { value } or { fields }, where `fields` says what is wrong with each field.

const statuses = ['want_to_read', 'reading', 'completed']
const reviewMax = 100_000
const pageMax = 100
// The plan's.
const yearDefault = 2024

export function readFilters(url) {
  const fields = {}
  const value = {
    status: query(url, 'status', fields, statusOf),
    rating: query(url, 'rating', fields, ratingOf),
    year: query(url, 'year', fields, yearOf),
    limit: query(url, 'limit', fields, limitOf) ?? pageMax,
    after: query(url, 'cursor', fields, cursorOf)
  }
  return Object.keys(fields).length > 0 ? { fields } : { value }
}

export function readYear(url) {
  const fields = {}
  const year = query(url, 'year', fields, yearOf) ?? yearDefault
  return Object.keys(fields).length > 0 ? { fields } : { value: year }
}

// A field that is absent stays as it is (U02); null clears a rating or a review.
export function readEntry(body) {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    return { fields: { body: 'must be a JSON object' } }
  }
  const fields = {}
  if (typeof body.isbn !== 'string') fields.isbn = 'must be an ISBN'
  if (body.status !== undefined && !statuses.includes(body.status)) {
    fields.status = `must be one of ${statuses.join(', ')}`
  }
  const { rating, review } = body
  if (rating !== undefined && rating !== null && !isRating(rating)) {
    fields.rating = 'must be a whole number from 1 to 5, or null'
  }
  const text = typeof review === 'string' && review.length <= reviewMax && review.isWellFormed()
  if (review !== undefined && review !== null && !text) {
    fields.review = `must be a text of at most ${reviewMax} characters, or null`
  }
  return Object.keys(fields).length > 0 ? { fields } : { value: body }
}

// Absence is no filter; what cannot be read is a mistake, never ignored.
function query(url, name, fields, read) {
  const text = url.searchParams.get(name)
  if (text === null) return undefined
  const { value, wrong } = read(text)
  if (wrong) fields[name] = wrong
  return value
}

function statusOf(text) {
  return statuses.includes(text) ? { value: text } : { wrong: `is one of ${statuses.join(', ')}` }
}

function ratingOf(text) {
  const value = wholeOf(text)
  return isRating(value) ? { value } : { wrong: 'is a whole number from 1 to 5' }
}

function yearOf(text) {
  return /^[1-9]\d{3}$/.test(text) ? { value: Number(text) } : { wrong: 'is four digits' }
}

function limitOf(text) {
  const value = wholeOf(text)
  return value >= 1 && value <= pageMax ? { value } : { wrong: `is from 1 to ${pageMax}` }
}

function cursorOf(text) {
  const found = text.match(/^(\d{1,12})\.(\d{1,15})$/)
  if (!found) return { wrong: 'is the nextCursor of the page before' }
  return { value: { addedAt: Number(found[1]), id: Number(found[2]) } }
}

function wholeOf(text) {
  return /^\d{1,4}$/.test(text) ? Number(text) : NaN
}

function isRating(value) {
  return Number.isInteger(value) && value >= 1 && value <= 5
}
