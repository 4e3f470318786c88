// May D1 be read? Only the exact text `true` says so: unset, expired, `True` and `true` with a line
// end are all off (F01). Asked at every miss (F04); writing to D1 does not depend on it (M11, F05).

const flagKey = 'feature:enable_d1_reads'

// What this isolate saw last, for when KV cannot be read. Null: nothing yet.
let lastSeen = null

// Gives true, false, or null for "nobody can say".
export async function mayReadD1(kv) {
  try {
    lastSeen = (await kv.get(flagKey)) === 'true'
  } catch {
    // KV is away: what held a moment ago still holds.
  }
  return lastSeen
}
