// Which failures are worth another attempt, and when (M08).

const baseMs = 50
const capMs = 1_000
const attemptsMax = 4

// The row itself is refused, and will be refused again (M20).
const refusedRow = /SQLITE_(CONSTRAINT|TOOBIG|MISMATCH)|D1_TYPE_ERROR/
// The call is wrong, or asks for too much.
const refusedCall = /SQLITE_(ERROR|AUTH|RANGE)|failed: 4(0\d|1\d)\b|Too many (API|sub)requests/i

export function isRefusedRow(error) {
  return refusedRow.test(messageOf(error))
}

export function isTransient(error) {
  if (error?.permanent) return false
  const message = messageOf(error)
  return !refusedRow.test(message) && !refusedCall.test(message) && !(error instanceof TypeError)
}

export async function retry(action, attempts = attemptsMax) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action()
    } catch (error) {
      if (attempt >= attempts || !isTransient(error)) throw error
    }
    await pause(attempt)
  }
}

// Exponential, capped, and with jitter: those who failed together do not return together.
export function pause(attempt) {
  return scheduler.wait(baseMs / 2 + Math.random() * Math.min(capMs, baseMs * 2 ** attempt))
}

// What may be logged or answered of an error: never its text, which may hold a value (O11).
export function kindOf(error) {
  const message = messageOf(error)
  const code = message.match(/SQLITE_[A-Z]+/) ?? message.match(/failed: \d{3}|D1_[A-Z]+/)
  return code ? code[0] : (error?.name ?? 'Error')
}

function messageOf(error) {
  return String(error?.message ?? error)
}
