// Checks that several phases and drills make, and how they put numbers into words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/migrate/comparison.h"
#include "scenarios/live/operator.h"

namespace cutover::scenarios {

// Does it count where a row came from? Once D1 is read, its books are put into KV under the
// canonical key with a new life: such an entry says the same of the book, and only that it was
// another key's, or lived until then, differs.
enum class Provenance : std::uint8_t { counts, ignored };

// Every entry of KV against its row in D1 by the reference transform, read by this
// isolate. Rows that live traffic wrote are not held against anything. Nothing: it failed.
[[nodiscard]] std::optional<migrate::Comparison> compare_by_reference(Isolate& isolate,
                                                                      Provenance provenance);
[[nodiscard]] std::string in_words(const std::optional<migrate::Comparison>& comparison);

// Differences of the live schema from the migration files'; nothing: it could not be read.
[[nodiscard]] std::optional<std::vector<std::string>> schema_differences(Isolate& isolate);

// The plan's three queries, corrected: names of those that failed, or whose plan walks a whole
// table although an index could serve.
[[nodiscard]] std::vector<std::string> failing_queries(Isolate& isolate, const std::string& user);

// How many of these books a search answers with the truth.
[[nodiscard]] std::size_t truthful_answers(Operator& person, Stage& stage,
                                           const std::vector<std::string>& isbns);

// "12.3 ms"; "nothing" when nothing was measured. One decimal, or three below 1.
[[nodiscard]] std::string measured(const std::optional<double>& number, const std::string& unit);
// "3.2 s", "2 min 5 s", "1 h 10 min"
[[nodiscard]] std::string in_words(Duration duration);

}  // namespace cutover::scenarios
