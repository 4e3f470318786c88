// The one form in which a book is answered and cached, whichever tier it comes from (R15). It is
// made of the columns alone, so a corrected column is what readers see (R08). Read back by the
// transform it gives the same row.
import { isText } from './decode.js'

export function bookOf(row) {
  return {
    isbn: row.isbn,
    title: textOrNull(row.title),
    authors: parsed(row.authors) ?? [],
    authorsDetailed: parsed(row.authors_detailed),
    publishedDate: dateOf(row),
    publisher: textOrNull(row.publisher),
    pageCount: row.page_count ?? null,
    language: textOrNull(row.language),
    categories: parsed(row.categories),
    description: textOrNull(row.description),
    imageLinks: imagesOf(row)
  }
}

function dateOf(row) {
  if (isText(row.published_date)) return row.published_date
  if (row.publication_year === null || row.publication_year === undefined) return null
  const year = row.publication_year
  return year < 0 ? String(year) : String(year).padStart(4, '0')
}

// The transform takes the thumbnail for the cover when there is nothing larger.
function imagesOf(row) {
  const thumbnail = textOrNull(row.thumbnail_url)
  const cover = textOrNull(row.cover_url) ?? thumbnail
  return cover === null ? null : { large: cover, medium: cover, thumbnail }
}

function textOrNull(value) {
  return isText(value) ? value : null
}

function parsed(json) {
  if (!isText(json)) return null
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}
