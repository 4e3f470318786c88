// A year is believed from dates of known forms only: `199?` is not the year 199 (T01, T02).

const yearMin = 1
const yearMax = 2100
const yearMinBeforeOurEra = -3000
const month = '(?:January|February|March|April|May|June|July|August|September|October|November|' +
  'December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
const forms = [
  /^(?<year>\d{4})$/,
  /^(?<year>\d{4})-(?<month>\d\d)$/,
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:T[\d:.+Z-]+)?$/,
  new RegExp(`^${month} (?:(?<day>\\d{1,2}), )?(?<year>\\d{4})$`)
]
const eitherOrder = /^(?<first>\d\d)\/(?<second>\d\d)\/(?<year>\d{4})$/

// Gives { year, text, marks }: the year or null, what the source wrote or null.
export function readDate(value) {
  if (value === undefined || value === null) return { year: null, text: null, marks: [] }
  if (typeof value === 'string') return fromText(value)
  if (typeof value === 'number') return fromNumber(value)
  const inner = value.$date
  if (typeof inner !== 'string') {
    return { year: null, text: null, marks: ['date_not_text', 'date_unparsed'] }
  }
  const date = fromText(inner)
  return { ...date, marks: ['date_not_text', ...date.marks] }
}

function fromText(text) {
  const trimmed = text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')
  if (trimmed === '') return { year: null, text: null, marks: [] }
  if (text === '0') return { year: null, text, marks: ['date_unknown'] }
  const digits = yearOf(trimmed)
  if (digits === null) return { year: null, text, marks: ['date_unparsed'] }
  return { text, ...believed(Number(digits)) }
}

function fromNumber(number) {
  if (!Number.isInteger(number) || Math.abs(number) > 2 ** 53) {
    return { year: null, text: null, marks: ['date_not_text', 'date_unparsed'] }
  }
  const { year, marks } = believed(number)
  return { year, text: String(number), marks: ['date_not_text', ...marks] }
}

function yearOf(text) {
  for (const form of forms) {
    const groups = text.match(form)?.groups
    if (groups) return within(groups.month, 12) && within(groups.day, 31) ? groups.year : null
  }
  const groups = text.match(eitherOrder)?.groups
  if (!groups || !within(groups.first, 31) || !within(groups.second, 31)) return null
  return within(groups.first, 12) || within(groups.second, 12) ? groups.year : null
}

function within(digits, max) {
  return digits === undefined || (Number(digits) >= 1 && Number(digits) <= max)
}

function believed(year) {
  if (year === 0) return { year: null, marks: ['date_unknown'] }
  const min = year < 0 ? yearMinBeforeOurEra : yearMin
  if (year < min || year > yearMax) return { year: null, marks: ['date_implausible'] }
  return { year, marks: [] }
}
