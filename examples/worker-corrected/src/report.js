// What is said of a run: its totals are counted from the outcomes, so nothing counts twice (K04).
import { noOutcomes } from './outcomes.js'
import { retry } from './retry.js'

const errorsShown = 20

// Gives null when there was no run yet.
export async function reportOf(db, budget) {
  const [runs, counts] = await retry(() => {
    budget.spend(2)
    return db.batch([
      db.prepare('SELECT * FROM MigrationRuns ORDER BY run_id DESC LIMIT 1'),
      db.prepare(`SELECT outcome, COUNT(*) AS keys FROM MigrationOutcomes
                  WHERE run_id = (SELECT MAX(run_id) FROM MigrationRuns) GROUP BY outcome`)
    ])
  })
  const run = runs.results[0]
  if (!run) return null
  const outcomes = noOutcomes()
  for (const { outcome, keys } of counts.results) outcomes[outcome] = keys
  return { runId: run.run_id, complete: run.state === 'complete', ...totalsOf(outcomes) }
}

export function totalsOf(outcomes) {
  const listed = Object.values(outcomes).reduce((sum, keys) => sum + keys, 0)
  return {
    totalMigrated: outcomes.migrated,
    totalErrors: outcomes.rejected + outcomes.failed,
    listed,
    outcomes
  }
}

// A complete run that saw no key saw the wrong store (X01, V07), and one with keys that D1 refused
// did not do its work (M19). A step on the way is a success when it was taken.
export function isSuccess({ complete, listed, outcomes }) {
  return !complete || (listed > 0 && outcomes.failed === 0)
}

// For the status: is somebody at work, and why keys did not become rows. Keys, reasons and hashes.
export async function detailsOf(db, runId, budget) {
  const [lease, errors] = await retry(() => {
    budget.spend(2)
    return db.batch([
      db.prepare('SELECT expires_at > unixepoch() AS held FROM MigrationLease WHERE id = 1'),
      db.prepare(`SELECT key, outcome, reason, content_hash, attempts FROM MigrationOutcomes
                  WHERE run_id = ? AND outcome IN ('rejected', 'failed', 'pending')
                  LIMIT ${errorsShown}`).bind(runId)
    ])
  })
  return { atWork: lease.results[0].held === 1, errors: errors.results }
}
