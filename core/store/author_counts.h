// How many books each author has, so that asking for the top authors does not read every book
// (R6.2, plan query 3).
//
// Books that come are not counted as they are written: inserts took half as much time again.
// count_authors() counts them later, by their rowids, which only grow. Triggers keep what was
// counted true when a book changes or goes (migrations/0013). The query adds what is not counted
// yet (plan_queries.h), so its answer is exact at any time; counting only makes it fast.
#pragma once

#include <cstdint>

#include "core/ports/database.h"
#include "core/ports/outcome.h"

namespace cutover::store {

// Counts the next books, at most `books_max` (at least 1), in one batch. True: some are left, call
// again. About 5 us a book, so a piece of 5,000 holds D1 for some 25 ms. May switch; fails as
// Database does, and may be repeated whatever the effect: it goes on from what was counted.
Outcome<bool> count_authors(Database& database, std::int64_t books_max = 5000);

}  // namespace cutover::store
