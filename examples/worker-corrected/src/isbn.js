// One book has one ISBN-13, however it is written: ISBN-10, hyphens, a small x (T11, R13).

// Gives { isbn, zerosRestored } or { reason }.
export function parseIsbn(text) {
  const plain = text.replace(/[- ]/g, '').replace(/x$/, 'X')
  if (plain === '') return { reason: 'isbn_missing' }
  if (/^\d{13}$/.test(plain)) return parse13(plain)
  if (/^\d{9}[\dX]$/.test(plain)) return parse10(plain, false)
  // A spreadsheet, or a number, lost the leading zeros.
  if (/^\d{6,8}[\dX]$/.test(plain)) return parse10(plain.padStart(10, '0'), true)
  return { reason: 'isbn_malformed' }
}

function parse13(digits) {
  // 9790 is music.
  if (!/^97[89]/.test(digits) || digits.startsWith('9790')) return { reason: 'isbn_unknown_prefix' }
  if (checkDigit13(digits) !== digits[12]) return { reason: 'isbn_bad_check_digit' }
  return { isbn: digits, zerosRestored: false }
}

function parse10(digits, zerosRestored) {
  let sum = 0
  for (let i = 0; i < 9; i++) sum += (10 - i) * Number(digits[i])
  const check = '0123456789X'[(11 - (sum % 11)) % 11]
  if (check !== digits[9]) return { reason: 'isbn_bad_check_digit' }
  const body = `978${digits.slice(0, 9)}`
  return { isbn: body + checkDigit13(body), zerosRestored }
}

function checkDigit13(digits) {
  let sum = 0
  for (let i = 0; i < 12; i++) sum += Number(digits[i]) * (i % 2 ? 3 : 1)
  return String((10 - (sum % 10)) % 10)
}
