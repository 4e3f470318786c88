// Makes a plain SQLite handle behave as D1's: limits, and functions that would break replay.
#pragma once

#include <array>

#include "core/ports/random.h"

struct sqlite3;

namespace cutover::fakes {

// cloudflare-facts B2. Texts of 100,000 bytes are refused before they get here.
void apply_d1_limits(sqlite3* database);

// Debian's SQLite has them, D1 has not.
inline constexpr std::array<const char*, 2> functions_d1_lacks = {"soundex", "fts3_tokenizer"};

// Takes away the functions and virtual tables that Debian's SQLite has and D1 has not, so that they
// are unknown rather than forbidden.
void remove_what_d1_lacks(sqlite3* database);

// random() and randomblob(n) draw from `stream`, which must outlive the handle.
void seed_random_functions(sqlite3* database, RandomStream& stream);

}  // namespace cutover::fakes
