// the plan does not define this: the entry point. It names a `router` with `get` and `post`.
import { router } from './router.js'

export default {
  fetch(request, env, ctx) {
    return router.handle(request, env, ctx)
  }
}
