import { findByISBN } from '../../services/book-search.js'
import { ErrorCodes, createErrorResponse, createSuccessResponse } from '../../response.js'

export async function handleSearchISBN(request, env) {
  try {
    const url = new URL(request.url)
    const isbn = url.searchParams.get('isbn')

    if (!isbn) {
      return createErrorResponse(
        ErrorCodes.INVALID_REQUEST,
        'ISBN parameter required',
        400
      )
    }

    // Service layer now handles D1 + KV logic
    const book = await findByISBN(isbn, env)

    return createSuccessResponse({ book }, {
      source: book._cacheSource || 'external_api', // Track cache hits
      cached: !!book._cacheSource
    })

  } catch (error) {
    console.error('Search failed:', error)
    return createErrorResponse(
      ErrorCodes.INTERNAL_ERROR,
      'Search operation failed',
      500
    )
  }
}
