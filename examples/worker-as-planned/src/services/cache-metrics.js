// the plan does not define this: trackCacheHit ("Metrics tracking"). The table is the plan's
// CacheMetrics; the columns it never mentions again keep their defaults.
export async function trackCacheHit(env, cacheKey) {
  await env.DB.prepare(`
    INSERT INTO CacheMetrics (cache_key, hit_count) VALUES (?, 1)
    ON CONFLICT(cache_key) DO UPDATE SET
      hit_count = hit_count + 1,
      last_accessed = unixepoch()
  `).bind(cacheKey).run()
}
