// What a run would do, without writing anywhere (K09): the same reads, the same transform, the same
// outcomes.
import { isPreferred, liveAmong } from './books-table.js'
import { judge, noOutcomes, pending, vanished } from './outcomes.js'
import { retry } from './retry.js'
import { isListed, listPage, readMax, readValue, readValues } from './source.js'

// Gives the outcomes, counted.
export async function dryRun(env, budget) {
  const tally = new Tally()
  let place = { cursor: null, last_key: '' }
  while (place) {
    const { keys, next, complete } = await listPage(env.BOOK_CACHE, place, budget)
    for (let from = 0; from < keys.length; from += readMax) {
      await readChunk(env, keys.slice(from, from + readMax), tally, budget)
    }
    place = complete ? null : { cursor: next, last_key: keys.at(-1)?.name ?? place.last_key }
  }
  return tally.outcomes
}

async function readChunk(env, keys, tally, budget) {
  const values = await readValues(env.BOOK_CACHE, keys.map(({ name }) => name), budget)
  const entries = []
  for (const { name, expiration } of keys) {
    const text = values.get(name) ?? (await readValue(env.BOOK_CACHE, name, budget))
    if (text !== null) entries.push(await judge(name, text, expiration ?? null))
    else if (await isListed(env.BOOK_CACHE, name, budget)) entries.push(pending(name, 'absent'))
    else entries.push(vanished(name))
  }
  const isbns = entries.filter(({ row }) => row).map(({ row }) => row.isbn)
  const live = await retry(() => {
    budget.spend(1)
    return liveAmong(env.DB, isbns)
  })
  for (const entry of entries) tally.add(entry, live)
}

class Tally {
  outcomes = noOutcomes()
  #best = new Map()

  add({ outcome, row }, live) {
    if (!row) this.outcomes[outcome]++
    else if (live.has(row.isbn)) this.outcomes.kept_live++
    else this.#addRow(row)
  }

  // Only what the preference needs is kept of a row.
  #addRow({ isbn, source_key, source_rank, source_time }) {
    const row = { source_key, source_rank, source_time }
    const best = this.#best.get(isbn)
    this.outcomes[best ? 'superseded' : 'migrated']++
    if (!best || isPreferred(row, best)) this.#best.set(isbn, row)
  }
}
