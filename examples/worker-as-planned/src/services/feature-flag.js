// Written in the plan (item 2.7), called by nothing in it (F04).
export async function shouldUseD1(env) {
  // Check KV-based feature flag
  const flag = await env.BOOK_CACHE.get('feature:enable_d1_reads')
  if (flag === 'false') return false

  // Check error rate (circuit breaker pattern)
  const errorRate = await getD1ErrorRate(env)
  if (errorRate > 0.05) {
    console.warn('D1 error rate too high, falling back to KV')
    return false
  }

  return true
}

// the plan does not define this: getD1ErrorRate (F08). It has no store to read a rate from.
async function getD1ErrorRate(env) {
  return 0
}
