// The form of every answer.

export function ok(data, { metadata = {}, status = 200 } = {}) {
  return Response.json({ success: true, data, metadata }, { status })
}

export function fail(status, code, message, { retryAfter, fields, allow } = {}) {
  const headers = {}
  if (retryAfter !== undefined) headers['retry-after'] = String(retryAfter)
  if (allow !== undefined) headers.allow = allow
  const error = { code, message, ...(fields && { fields }) }
  return Response.json({ success: false, error }, { status, headers })
}
