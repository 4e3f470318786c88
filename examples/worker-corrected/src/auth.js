// Who may do what. Tokens are compared by their hashes and in constant time.

export async function isAdmin({ request, env }) {
  const given = bearerOf(request)
  if (!given || !env.ADMIN_TOKEN) return false
  const [one, other] = await Promise.all([digest(given), digest(env.ADMIN_TOKEN)])
  return crypto.subtle.timingSafeEqual(one, other)
}

// The user whom the token names, never the path (U01). Null: nobody.
export function userOf({ request, env }) {
  const given = bearerOf(request)
  if (!given) return null
  const users = JSON.parse(env.USER_TOKENS || '{}')
  return Object.hasOwn(users, given) ? users[given] : null
}

function bearerOf(request) {
  return request.headers.get('authorization')?.match(/^Bearer (\S+)$/i)?.[1] ?? null
}

function digest(text) {
  return crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
}
