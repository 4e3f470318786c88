// One migrator at a time (M17). The lease is short, so that a killed holder is not in the way for
// long, and each chunk renews it. Its clock is the database's. Who was overtaken is refused by the
// database itself (progress.js): the token grows with each grant, so one that is late, but was not
// overtaken, may go on.
import { retry } from './retry.js'

export const leaseSeconds = 5

// True, in a statement whose ?1 is a token: nobody was granted the lease after it.
export const holdsLease =
  'EXISTS (SELECT 1 FROM MigrationLease WHERE id = 1 AND token = ?1)'

// Gives { holder, token }, or null: somebody else is at work. The holder is drawn anew for each
// request, so asking again after a lost answer finds the lease one's own.
export async function acquireLease(db, budget) {
  const holder = crypto.randomUUID()
  const granted = await retry(() => {
    budget.spend(1)
    return db.prepare(`
      UPDATE MigrationLease
      SET holder = ?1, token = token + 1, expires_at = unixepoch() + ${leaseSeconds}
      WHERE id = 1 AND (expires_at <= unixepoch() OR holder = ?1)
      RETURNING token
    `).bind(holder).first()
  })
  return granted === null ? null : { holder, token: granted.token }
}

export function renewal(db, lease) {
  return db.prepare(`
    UPDATE MigrationLease SET expires_at = unixepoch() + ${leaseSeconds}
    WHERE id = 1 AND token = ?1
  `).bind(lease.token)
}

// If this fails, the lease ends by itself.
export async function releaseLease(db, lease, budget) {
  try {
    budget.spend(1)
    await db.prepare('UPDATE MigrationLease SET expires_at = 0 WHERE id = 1 AND token = ?1')
      .bind(lease.token).run()
  } catch {
    // Nothing is lost but a few seconds.
  }
}
