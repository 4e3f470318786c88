// A run's progress, and the one transaction that changes it together with the rows and outcomes it
// accounts for (K04). A batch either counts completely or did not happen, however often it is sent.
import { writeBackfill } from './books-table.js'
import { holdsLease, renewal } from './lease.js'
import { isTransient, pause, retry } from './retry.js'

const attemptsMax = 4

export class LeaseLost extends Error {
  permanent = true
}

// Gives the run to go on with. A fresh run starts from the first key; `resume` takes the newest
// one, finished or not (K01, K05), and starts one only if there is none.
export async function openRun(db, lease, resume, budget) {
  const newest = resume ? await newestRun(db, budget) : null
  if (newest) return newest
  await retry(() => {
    budget.spend(1)
    return db.prepare(`
      INSERT INTO MigrationRuns (nonce) SELECT ?2 WHERE ${holdsLease} ON CONFLICT(nonce) DO NOTHING
    `).bind(lease.token, lease.holder).run()
  })
  const run = await newestRun(db, budget)
  if (!run) throw new LeaseLost()
  return run
}

export function newestRun(db, budget) {
  return retry(() => {
    budget.spend(1)
    return db.prepare(`
      SELECT run_id, state, cursor, last_key, listing_complete, chunk
      FROM MigrationRuns ORDER BY run_id DESC LIMIT 1
    `).first()
  })
}

// Writes one chunk: `entries` of outcomes.js, and where the listing stands after them.
export async function commit(db, lease, run, entries, place, budget) {
  const batch = [
    guard(db, lease, run, place),
    renewal(db, lease),
    ...entries.filter(({ row }) => row).map(({ row }) => writeBackfill(db, row, run.run_id)),
    ...recordOutcomes(db, run, entries)
  ]
  for (let attempt = 1; ; attempt++) {
    budget.spend(batch.length)
    try {
      await db.batch(batch)
      break
    } catch (error) {
      // The answer may be lost and the batch applied (M09): the progress row says which.
      if (await wasApplied(db, lease, run, budget)) break
      if (attempt === attemptsMax || !isTransient(error)) throw error
      await pause(attempt)
    }
  }
  Object.assign(run, place, { chunk: run.chunk + 1 })
}

// The fence. Without the lease, or after this chunk was written, `chunk` becomes NULL, which the
// table refuses: the whole batch is undone.
function guard(db, lease, run, place) {
  return db.prepare(`
    UPDATE MigrationRuns
    SET chunk = CASE WHEN chunk = ?3 AND ${holdsLease} THEN chunk + 1 END,
        cursor = ?4, last_key = ?5, listing_complete = ?6, updated_at = unixepoch()
    WHERE run_id = ?2
  `).bind(lease.token, run.run_id, run.chunk, place.cursor, place.last_key, place.listing_complete)
}

function recordOutcomes(db, run, entries) {
  if (entries.length === 0) return []
  const json = JSON.stringify(entries.map(({ key, isbn, outcome, reason, hash }) =>
    ({ key, isbn, outcome, reason, hash })))
  return [
    db.prepare(`
      INSERT INTO MigrationOutcomes (run_id, key, isbn, outcome, reason, content_hash)
      SELECT ?1, value ->> 'key', value ->> 'isbn', value ->> 'outcome', value ->> 'reason',
             value ->> 'hash'
      FROM json_each(?2) WHERE true
      ON CONFLICT(run_id, key) DO UPDATE SET
        isbn = excluded.isbn, outcome = excluded.outcome, reason = excluded.reason,
        content_hash = excluded.content_hash, attempts = attempts + 1
    `).bind(run.run_id, json),
    // Which of a book's keys won is what the row says, now that it is written (M10, T11).
    db.prepare(`
      UPDATE MigrationOutcomes
      SET outcome = (SELECT CASE WHEN b.origin = 'live' THEN 'kept_live'
                                 WHEN b.source_key = MigrationOutcomes.key THEN 'migrated'
                                 ELSE 'superseded' END
                     FROM Books b WHERE b.isbn = MigrationOutcomes.isbn)
      WHERE run_id = ?1 AND outcome IN ('migrated', 'kept_live', 'superseded')
        AND isbn IN (SELECT value ->> 'isbn' FROM json_each(?2)
                     WHERE value ->> 'outcome' = 'migrated')
    `).bind(run.run_id, json)
  ]
}

async function wasApplied(db, lease, run, budget) {
  const now = await retry(() => {
    budget.spend(1)
    return db.prepare(`
      SELECT chunk, ${holdsLease} AS held FROM MigrationRuns WHERE run_id = ?2
    `).bind(lease.token, run.run_id).first()
  })
  if (!now?.held) throw new LeaseLost()
  return now.chunk === run.chunk + 1
}

// The keys that are still to be tried again, in order, after `afterKey`.
export async function pendingKeys(db, run, afterKey, limit, budget) {
  const { results } = await retry(() => {
    budget.spend(1)
    return db.prepare(`
      SELECT key, attempts, unixepoch() - first_at AS age FROM MigrationOutcomes
      WHERE run_id = ?1 AND outcome = 'pending' AND key > ?2 ORDER BY key LIMIT ?3
    `).bind(run.run_id, afterKey, limit).all()
  })
  return results
}

// Complete means: all keys listed, none pending (M07).
export async function completeRun(db, lease, run, budget) {
  await retry(() => {
    budget.spend(1)
    return db.prepare(`
      UPDATE MigrationRuns SET state = 'complete', finished_at = unixepoch()
      WHERE run_id = ?2 AND state = 'running' AND listing_complete = 1 AND ${holdsLease}
        AND NOT EXISTS (SELECT 1 FROM MigrationOutcomes WHERE run_id = ?2 AND outcome = 'pending')
    `).bind(lease.token, run.run_id).run()
  })
}
