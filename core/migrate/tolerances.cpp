#include "core/migrate/tolerances.h"

#include <algorithm>
#include <cstdlib>

namespace cutover::migrate {
namespace {

double percent(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

std::vector<ToleranceCheck> check_tolerances(const Totals& totals, const Comparison& comparison) {
  // Books the source has, against those of them that D1 has; rows of other origin do not fill gaps.
  const std::int64_t books = comparison.books;
  const std::int64_t absolute = comparison.missing_books + comparison.extra;
  const bool known = books > 0 && comparison.unreadable == 0;
  const std::string counts = std::to_string(books) + " books in KV, " +
                             std::to_string(books - comparison.missing_books) + " of them in D1, " +
                             std::to_string(comparison.extra) + " rows without a source";

  // Completeness: of the keys that are about a book at all, how many have their book in D1.
  const std::int64_t eligible = totals.listed - totals[Fate::empty] - totals[Fate::expired];
  const std::int64_t arrived = totals[Fate::inserted] + totals[Fate::updated] +
                               totals[Fate::unchanged] + totals[Fate::superseded];
  const std::int64_t lost = std::min(arrived, comparison.missing);
  const double completeness = percent(arrived - lost, eligible);
  const std::int64_t unexplained = comparison.missing + comparison.differing + comparison.extra +
                                   comparison.unreadable + std::abs(totals.listed - totals.sum());

  return {
      {"absolute_difference", "books in KV against books in D1", "at most 10",
       static_cast<double>(absolute), "books", known, absolute <= 10, counts, 10},
      {"relative_difference", "the same, as a share of the books in KV", "at most 1 %",
       percent(absolute, books), "%", known, absolute * 100 <= books, counts, 1},
      {"completeness", "keys about a book whose book is in D1", "above 99 %", completeness, "%",
       known && eligible > 0, (arrived - lost) * 100 > eligible * 99,
       std::to_string(arrived - lost) + " of " + std::to_string(eligible) +
           " keys; rejected keys count against it, empty and expired ones do not",
       99, true},
      {"unexplained_differences", "records without an explanation", "exactly 0",
       static_cast<double>(unexplained), "records", known, unexplained == 0,
       std::to_string(comparison.missing) + " missing, " + std::to_string(comparison.differing) +
           " differing, " + std::to_string(comparison.extra) + " extra, " +
           std::to_string(comparison.unreadable) + " unreadable"},
  };
}

}  // namespace cutover::migrate
