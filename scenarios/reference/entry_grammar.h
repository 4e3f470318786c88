// Entries drawn from a grammar of docs/TRANSFORM.md: bare books, volumes, search answers, envelopes
// and errors, with odd fields of every type, odd dates, odd ISBNs and keys that stand twice.
//
// What is drawn depends on the numbers given and on nothing else, so a property test can let its
// library make and shrink the numbers. After the last number every decision is the plainest one:
// a shorter list gives a simpler entry.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cutover::reference {

using Numbers = std::vector<std::uint16_t>;

struct Entry {
  std::string key;
  std::string value;
};

// About 200 numbers are enough for most entries; any list is allowed.
Entry draw_entry(const Numbers& numbers);

// `value` with one to four bytes or stretches changed: UTF-8 and JSON may break.
std::string change_bytes(std::string value, const Numbers& numbers);

}  // namespace cutover::reference
