// Routes. Start here; each handler is a file of its own.
import { isAdmin, userOf } from './auth.js'
import { fail, ok } from './http.js'
import { addBook, listBooks, topRated } from './library.js'
import { handleMigrate, handleStatus } from './migrate.js'
import { isTransient, kindOf } from './retry.js'
import { handleSearch } from './search.js'

const routes = [
  { method: 'GET', path: /^\/health$/, handler: () => ok({ status: 'ok' }) },
  { method: 'GET', path: /^\/v1\/search\/isbn$/, handler: handleSearch },
  { method: 'POST', path: /^\/admin\/migrate-kv-to-d1$/, handler: admin(handleMigrate) },
  { method: 'GET', path: /^\/admin\/migration-status$/, handler: admin(handleStatus) },
  { method: 'GET', path: /^\/v1\/library\/([^/]+)$/, handler: owner(listBooks) },
  { method: 'POST', path: /^\/v1\/library\/([^/]+)\/books$/, handler: owner(addBook) },
  { method: 'GET', path: /^\/v1\/library\/([^/]+)\/top-rated$/, handler: owner(topRated) }
]

export default {
  async fetch(request, env, ctx) {
    try {
      return await route(request, env, ctx)
    } catch (error) {
      console.error('request failed', kindOf(error))
      if (!isTransient(error)) return fail(500, 'INTERNAL_ERROR', 'a mistake of this service')
      return fail(503, 'SERVICE_UNAVAILABLE', 'try again later', { retryAfter: 5 })
    }
  }
}

function route(request, env, ctx) {
  const { pathname } = new URL(request.url)
  const here = routes.filter(({ path }) => path.test(pathname))
  if (here.length === 0) return fail(404, 'ROUTE_NOT_FOUND', 'there is no such path')
  const found = here.find(({ method }) => method === request.method)
  if (!found) {
    const allow = here.map(({ method }) => method).join(', ')
    return fail(405, 'METHOD_NOT_ALLOWED', `use ${allow}`, { allow })
  }
  return found.handler({ request, env, ctx, params: pathname.match(found.path).slice(1) })
}

function admin(handler) {
  return async (call) => {
    if (!(await isAdmin(call))) return fail(401, 'UNAUTHORIZED', 'send the admin token')
    return handler(call)
  }
}

// The path must name the user whom the token names (U01).
function owner(handler) {
  return (call) => {
    const user = userOf(call)
    if (user === null) return fail(401, 'UNAUTHORIZED', 'send your token')
    if (user !== decoded(call.params[0])) return fail(403, 'FORBIDDEN', 'this library is not yours')
    return handler({ ...call, user })
  }
}

function decoded(text) {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
