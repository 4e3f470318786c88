// Many requests for one ISBN make one way through D1 and the provider (R02). The runtime forbids
// that a request waits for another one's promise, so flights are plain data: one request flies, the
// others look every few milliseconds whether it has landed.

const lookEveryMs = 15
const looksMax = 700
const keptMs = 1_000

// Key -> { result, landedAt }; `landedAt` counts moments, because the isolate's clock stands still
// between calls.
const flights = new Map()
let moment = 0

export function now() {
  return ++moment
}

// Gives what `lead` gives: { result, after }, where `after` is the work that makes the result
// findable elsewhere. A request that began before that work ended shares the result, because it may
// have looked elsewhere too early; one that began later does not.
export async function fly(key, began, ctx, lead) {
  const flight = flights.get(key)
  if (flight && (flight.landedAt === null || began <= flight.landedAt)) return landing(key, flight)
  const own = { result: null, landedAt: null, lost: false }
  flights.set(key, own)
  const led = lead().then(
    ({ result, after }) => {
      own.result = result
      ctx.waitUntil(land(key, own, after))
      return result
    },
    (error) => {
      own.lost = true
      flights.delete(key)
      throw error
    }
  )
  // Also when whoever asked has gone: others wait.
  ctx.waitUntil(led.catch(() => {}))
  return led
}

async function land(key, flight, after) {
  await after
  flight.landedAt = now()
  await scheduler.wait(keptMs)
  if (flights.get(key) === flight) flights.delete(key)
}

// Null: the flight was lost. Its failure is its followers' answer: they do not all start again.
async function landing(key, flight) {
  for (let looks = 0; flight.result === null; looks++) {
    if (flight.lost) return null
    if (looks === looksMax) {
      if (flights.get(key) === flight) flights.delete(key)
      return null
    }
    await scheduler.wait(lookEveryMs)
  }
  return flight.result
}
