// What becomes of one key: exactly one outcome (M13), with its reason and hash, never its value.
import { sha256 } from './hash.js'
import { notUtf8 } from './source.js'
import { transform } from './transform.js'

// `migrated` is what a row asks for; the database settles whether a live row or another key of the
// same book stays instead: `kept_live`, `superseded`.
export const outcomeNames = [
  'migrated', 'kept_live', 'superseded', 'empty', 'rejected', 'failed', 'vanished', 'pending'
]

export async function judge(key, text, expiresAt) {
  if (text === notUtf8) return { key, outcome: 'rejected', reason: 'not_utf8' }
  const { row, empty, rejected } = transform(key, text, expiresAt)
  const hash = await sha256(text)
  if (empty) return { key, outcome: 'empty', reason: empty, hash }
  if (rejected) return { key, outcome: 'rejected', reason: rejected, hash }
  return { key, isbn: row.isbn, outcome: 'migrated', hash, row: { ...row, content_hash: hash } }
}

export function pending(key, reason) {
  return { key, outcome: 'pending', reason }
}

export function vanished(key) {
  return { key, outcome: 'vanished', reason: 'absent' }
}

// The transform made a row, and D1 refuses it for good (M20).
export function failed({ key, hash }, reason) {
  return { key, outcome: 'failed', reason, hash }
}

export function noOutcomes() {
  return Object.fromEntries(outcomeNames.map((name) => [name, 0]))
}
