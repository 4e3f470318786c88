// The rows that the transform makes of the sample: what the pieces store, read and look up.
#pragma once

#include <vector>

#include "core/books/book_row.h"

namespace cutover::bench {

// Ascending by ISBN, each ISBN once. Made at the first call. Any thread.
[[nodiscard]] const std::vector<books::BookRow>& sample_books();

}  // namespace cutover::bench
