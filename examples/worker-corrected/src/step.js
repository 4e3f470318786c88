// One bounded step of a run (M01): chunks of 100 keys until the budget is used, each committed with
// its progress. It may end anywhere, by a kill too; the next step goes on after the last chunk.
import { BudgetSpent } from './budget.js'
import { failed, judge, pending, vanished } from './outcomes.js'
import { commit, completeRun, pendingKeys } from './progress.js'
import { isRefusedRow, isTransient, kindOf } from './retry.js'
import { isListed, listPage, readMax, readValue, readValues } from './source.js'
import { rowBytes } from './transform.js'

const batchBytesMax = 8_000_000
const pendingMax = 25
const waitMs = 2_000
// A location remembers an absence for a minute (M14). By the database's clock, or by as many
// waits of our own.
const absenceSeconds = 60
const absenceAttempts = 30

export class Step {
  #env
  #lease
  #run
  #budget
  #kvFailures = 0

  constructor(env, lease, run, budget) {
    this.#env = env
    this.#lease = lease
    this.#run = run
    this.#budget = budget
  }

  async go() {
    try {
      while (!this.#run.listing_complete && this.#budget.hasRoom) await this.#page()
      if (this.#run.listing_complete && this.#budget.hasRoom) await this.#drain()
    } catch (error) {
      // What is committed is committed.
      if (!(error instanceof BudgetSpent)) throw error
    }
  }

  async #page() {
    const { keys, next, complete } = await listPage(this.#env.BOOK_CACHE, this.#run, this.#budget)
    const end = { cursor: next, listing_complete: complete ? 1 : 0 }
    for (let from = 0; from < keys.length; from += readMax) {
      if (!this.#budget.hasRoom) return
      const chunk = keys.slice(from, from + readMax)
      const isLast = from + readMax >= keys.length
      await this.#write(await this.#read(chunk), isLast ? end : {})
    }
    if (keys.length === 0) await this.#commit([], end)
  }

  // A key that cannot be read now is tried again before the run is complete (M07). When two chunks
  // in a row cannot be read, KV is away.
  async #read(keys) {
    try {
      const values = await readValues(
        this.#env.BOOK_CACHE, keys.map(({ name }) => name), this.#budget)
      this.#kvFailures = 0
      return Promise.all(keys.map(({ name, expiration }) => {
        const text = values.get(name) ?? null
        return text === null ? pending(name, 'absent') : judge(name, text, expiration ?? null)
      }))
    } catch (error) {
      if (!isTransient(error) || error instanceof BudgetSpent || ++this.#kvFailures > 1) throw error
      return keys.map(({ name }) => pending(name, 'unreadable'))
    }
  }

  // Each piece moves `last_key`; only the last one moves the rest of the place.
  async #write(entries, end) {
    const pieces = cutByBytes(entries)
    for (const [i, piece] of pieces.entries()) {
      await this.#commitOrBisect(piece, i === pieces.length - 1 ? end : {})
    }
  }

  // One row that D1 refuses must not keep the others out (M20): halves, down to that row.
  async #commitOrBisect(entries, end) {
    try {
      await this.#commit(entries, end)
    } catch (error) {
      if (!isRefusedRow(error)) throw error
      if (entries.length === 1) {
        await this.#commit([failed(entries[0], kindOf(error))], end)
        return
      }
      const half = Math.ceil(entries.length / 2)
      await this.#commitOrBisect(entries.slice(0, half), {})
      await this.#commitOrBisect(entries.slice(half), end)
    }
  }

  #commit(entries, end) {
    const { cursor, last_key, listing_complete } = this.#run
    const place = { cursor, last_key, listing_complete, ...end }
    if (!listing_complete && entries.length > 0) place.last_key = entries.at(-1).key
    return commit(this.#env.DB, this.#lease, this.#run, entries, place, this.#budget)
  }

  // One pass over the pending keys. What is still pending then waits for the next step.
  async #drain() {
    let afterKey = ''
    let waiting = 0
    while (this.#budget.hasRoom) {
      const keys = await pendingKeys(this.#env.DB, this.#run, afterKey, pendingMax, this.#budget)
      if (keys.length === 0) break
      const entries = []
      for (const key of keys) entries.push(await this.#tryAgain(key))
      await this.#write(entries, {})
      afterKey = keys.at(-1).key
      waiting += entries.filter(({ outcome }) => outcome === 'pending').length
    }
    // A caller that comes back at once would only find them waiting.
    if (waiting > 0) await scheduler.wait(waitMs)
    await completeRun(this.#env.DB, this.#lease, this.#run, this.#budget)
  }

  async #tryAgain({ key, attempts, age }) {
    try {
      const text = await readValue(this.#env.BOOK_CACHE, key, this.#budget)
      if (text !== null) return judge(key, text, null)
      if (age >= absenceSeconds || attempts >= absenceAttempts) return vanished(key)
      const listed = await isListed(this.#env.BOOK_CACHE, key, this.#budget)
      return listed ? pending(key, 'absent') : vanished(key)
    } catch (error) {
      if (!isTransient(error) || error instanceof BudgetSpent) throw error
      return pending(key, 'unreadable')
    }
  }
}

// A batch is sent as one request: not too long (M21).
function cutByBytes(entries) {
  const pieces = [[]]
  let bytes = 0
  for (const entry of entries) {
    const more = entry.row ? rowBytes(entry.row) : 0
    if (bytes + more > batchBytesMax && pieces.at(-1).length > 0) {
      pieces.push([])
      bytes = 0
    }
    pieces.at(-1).push(entry)
    bytes += more
  }
  return pieces
}
