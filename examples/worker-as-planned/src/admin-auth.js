// the plan does not define this: adminAuthMiddleware. Its commands send the admin token as a bearer.
export async function adminAuthMiddleware(c, next) {
  if (c.req.header('Authorization') !== `Bearer ${c.env.ADMIN_TOKEN}`) {
    return c.json({ success: false, error: { code: 'UNAUTHORIZED', message: 'Unauthorized' } }, 401)
  }
  return next()
}
