// RowComparison: does D1 hold, for each entry of the source, the row that the transform makes of
// it? In pieces, so that one request stays bounded; the gate before d1_reads asks for the result.
//
// It uses the transform that wrote the rows, so it shows that nothing was lost, altered or left
// behind, not that the transform is right: for that, `cutover validate` judges by an independent
// one. Rows that live traffic wrote are newer than their entries, and are not held against them.
// Nothing here writes.
#pragma once

#include <cstdint>
#include <string>

#include "core/migrate/source_reader.h"
#include "core/ports/database.h"

namespace cutover::api {

struct RowCounts {
  std::int64_t keys = 0;        // entries looked at
  std::int64_t compared = 0;    // of these, make a row that was compared
  std::int64_t missing = 0;     // D1 has no row
  std::int64_t different = 0;   // it has another one
  std::int64_t live = 0;        // live traffic's row stands there
  std::int64_t unreadable = 0;  // listed, but the value could not be had: nothing is known
  std::int64_t altered = 0;     // of the different ones, say something else of the book itself

  friend bool operator==(const RowCounts&, const RowCounts&) = default;
};

struct RowComparisonPlace {
  std::int64_t revision = 0;  // of the rollout's state when the comparison began
  migrate::Place place;
  RowCounts counts;
};

// Compares one chunk's worth of keys, at most 100, and moves the place on. Switches.
Outcome<void> compare_piece(migrate::SourceReader& reader, Database& database,
                            RowComparisonPlace& at);

// The place as text that only this service can have written, and back. Nothing for other text.
[[nodiscard]] std::string comparison_cursor(const RowComparisonPlace& at, std::string_view secret);
[[nodiscard]] std::optional<RowComparisonPlace> comparison_place(std::string_view cursor,
                                                                 std::string_view secret);

}  // namespace cutover::api
