// the plan does not define this: the response helpers. The search handler returns what
// createSuccessResponse gives, the library routes hand it to c.json: so both give a Response, and
// c.json passes a Response on (src/mini-router.js).
export const ErrorCodes = {
  INVALID_REQUEST: 'INVALID_REQUEST',
  INTERNAL_ERROR: 'INTERNAL_ERROR'
}

export function createSuccessResponse(data, metadata = {}) {
  return Response.json({ success: true, data, metadata })
}

export function createErrorResponse(code, message, status) {
  return Response.json({ success: false, error: { code, message } }, { status })
}
