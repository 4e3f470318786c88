#include "core/migrate/fate.h"

#include <numeric>

namespace cutover::migrate {

std::string_view name_of(Fate fate) {
  switch (fate) {
    case Fate::inserted: return "inserted";
    case Fate::updated: return "updated";
    case Fate::unchanged: return "unchanged";
    case Fate::superseded: return "superseded";
    case Fate::empty: return "empty";
    case Fate::expired: return "expired";
    case Fate::rejected: return "rejected";
    case Fate::failed: return "failed";
    case Fate::pending: return "pending";
  }
  return "?";
}

std::string_view meaning_of(Fate fate) {
  switch (fate) {
    case Fate::inserted: return "a new row in D1";
    case Fate::updated:
      return "the row was changed to match its source: an earlier run, or a less preferred key of "
             "the same ISBN, had written it";
    case Fate::unchanged: return "the row was already as it should be";
    case Fate::superseded: return "newer live data, or a preferred key of the same ISBN, is in D1";
    case Fate::empty: return "the entry says that nothing is known; it is not a book";
    case Fate::expired: return "it expired between the listing and the reading";
    case Fate::rejected: return "it cannot become a row; the reason is recorded";
    case Fate::failed: return "a service kept failing; retry-failed tries again";
    case Fate::pending: return "not decided yet; another attempt follows";
  }
  return "?";
}

std::int64_t Totals::sum() const {
  return std::accumulate(by_fate.begin(), by_fate.end(), std::int64_t{0});
}

}  // namespace cutover::migrate
