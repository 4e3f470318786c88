// the plan does not define this: the router. Its handlers take a context `c` with env, req.param,
// req.query, req.json and c.json, as the Hono library has it: this is the least that runs them.
import { ErrorCodes, createErrorResponse } from './response.js'

export function createRouter() {
  const routes = []

  function add(method, path, handlers) {
    const names = []
    const pattern = path.replace(/:(\w+)/g, (_, name) => {
      names.push(name)
      return '([^/]+)'
    })
    routes.push({ method, pattern: new RegExp(`^${pattern}$`), names, handlers })
  }

  async function handle(request, env, executionCtx) {
    const url = new URL(request.url)
    for (const route of routes) {
      const found = route.method === request.method && url.pathname.match(route.pattern)
      if (!found) continue
      const values = found.slice(1).map(decodeURIComponent)
      const params = Object.fromEntries(route.names.map((name, i) => [name, values[i]]))
      const query = Object.fromEntries(url.searchParams)
      const c = {
        env,
        executionCtx,
        req: {
          raw: request,
          header: (name) => request.headers.get(name),
          param: (name) => params[name],
          query: (name) => (name ? query[name] : query),
          json: () => request.json()
        },
        json: (body, status = 200) =>
          body instanceof Response ? body : Response.json(body, { status })
      }
      try {
        return await run(route.handlers, c)
      } catch (error) {
        console.error('Unhandled error:', error)
        return createErrorResponse(ErrorCodes.INTERNAL_ERROR, 'Internal Server Error', 500)
      }
    }
    return createErrorResponse('NOT_FOUND', 'No such route', 404)
  }

  function run([handler, ...rest], c) {
    return handler(c, () => run(rest, c))
  }

  return {
    get: (path, ...handlers) => add('GET', path, handlers),
    post: (path, ...handlers) => add('POST', path, handlers),
    handle
  }
}
