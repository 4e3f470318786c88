// A newer value in D1 is never replaced by an older one. While the run goes on, ledger_watch.cpp
// looks at every live row after every chunk; this looks at what live writers got D1's word for.

#include <algorithm>
#include <map>
#include <string>

#include "chaos/invariants/checks.h"
#include "chaos/invariants/tables.h"

namespace cutover::chaos {

std::vector<Violation> check_lost_updates(const Aftermath& aftermath) {
  std::map<std::string, std::int64_t> newest;
  for (const Acknowledged& write : aftermath.acknowledged) {
    std::int64_t& time = newest[write.isbn];
    time = std::max(time, write.source_time);
  }
  std::map<std::string, std::pair<bool, std::int64_t>> standing;
  for (const SqlRow& row :
       read_rows(aftermath, "SELECT isbn, origin = 'live', source_time FROM Books")) {
    standing[std::string(as_text(row[0]))] = {as_int(row[1]) != 0, as_int(row[2])};
  }
  std::vector<Violation> found;
  for (const auto& [isbn, time] : newest) {
    const auto row = standing.find(isbn);
    if (row == standing.end()) {
      found.push_back(violated("no_lost_update", isbn, "a live row that D1 confirmed is gone"));
    } else if (!row->second.first || row->second.second < time) {
      found.push_back(violated("no_lost_update", isbn,
                               "a live row that D1 confirmed was replaced by an older value"));
    }
  }
  return found;
}

}  // namespace cutover::chaos
