// Section 1 of docs/TRANSFORM.md: from a key to the ISBN-13 that it names.
#pragma once

#include <string>
#include <string_view>

namespace cutover::reference {

// What a text says, read as an ISBN. Exactly one of `isbn` and `reason` is not empty.
struct IsbnReading {
  std::string isbn;             // canonical: 13 digits
  std::string reason;           // isbn_missing, isbn_unknown_prefix, ...
  bool zeros_restored = false;  // leading zeros had been lost
};

IsbnReading read_isbn(std::string_view text);

// What a key says. `reason` may also be key_unknown.
struct KeyReading {
  IsbnReading isbn;
  int source_rank = 0;  // 0 to 3; how plainly the key names the ISBN, 0 is plainest
};

KeyReading read_key(std::string_view key);

}  // namespace cutover::reference
