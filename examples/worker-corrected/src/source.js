// Reading the keys and values that are to be migrated.
import { retry } from './retry.js'
import { keyPrefix } from './transform.js'

// A page of any size costs the same; a bulk read takes 100 keys (M16).
const listMax = 1_000
export const readMax = 100

// The keys after `lastKey`, and where the next page starts: { keys, next, complete }.
export async function listPage(kv, { cursor, last_key: lastKey }, budget) {
  const list = (from) => retry(() => {
    budget.spend()
    return kv.list({ prefix: keyPrefix, limit: listMax, ...(from && { cursor: from }) })
  })
  let page
  try {
    page = await list(cursor)
  } catch (error) {
    // Nobody says how long a cursor lives (K06): start again and skip what is done.
    if (!cursor || !/failed: 400/.test(String(error?.message))) throw error
    page = await list(null)
  }
  const keys = page.keys.filter(({ name }) => isAfter(name, lastKey))
  // An empty page is normal; the end is where KV says so (M15).
  if (!page.list_complete && !page.cursor) throw new Error('KV listed no end and no cursor')
  return { keys, next: page.list_complete ? null : page.cursor, complete: page.list_complete }
}

// Is a key still listed? A key that reads as absent may only be cached as absent here (M14).
export async function isListed(kv, key, budget) {
  const page = await retry(() => {
    budget.spend()
    return kv.list({ prefix: key, limit: 1 })
  })
  return page.keys.some(({ name }) => name === key) || !page.list_complete
}

// Gives a Map from key to text, null for absent. A bulk read that asks for too many bytes is
// refused whole: then the halves.
export async function readValues(kv, keys, budget) {
  if (keys.length === 1) return new Map([[keys[0], await readValue(kv, keys[0], budget)]])
  let values
  try {
    values = await retry(() => {
      budget.spend()
      return kv.get(keys, 'text')
    })
  } catch (error) {
    if (!/failed: 4(00|13)/.test(String(error?.message))) throw error
    const half = Math.ceil(keys.length / 2)
    return new Map([
      ...(await readValues(kv, keys.slice(0, half), budget)),
      ...(await readValues(kv, keys.slice(half), budget))
    ])
  }
  for (const [key, text] of values) {
    if (text?.includes('\uFFFD')) values.set(key, await readValue(kv, key, budget))
  }
  return values
}

// As bytes: what is no UTF-8 would be changed silently (T14). Gives notUtf8 for that.
export async function readValue(kv, key, budget) {
  const bytes = await retry(() => {
    budget.spend()
    return kv.get(key, 'arrayBuffer')
  })
  if (bytes === null) return null
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return notUtf8
  }
}

export const notUtf8 = Symbol('not UTF-8')

// KV lists in the order of UTF-8 bytes, which is not JavaScript's order of strings.
function isAfter(name, lastKey) {
  const one = utf8.encode(name)
  const other = utf8.encode(lastKey)
  const shorter = Math.min(one.length, other.length)
  for (let i = 0; i < shorter; i++) {
    if (one[i] !== other[i]) return one[i] > other[i]
  }
  return one.length > other.length
}

const utf8 = new TextEncoder()
