// What became of users' libraries.

#include <map>
#include <string>

#include "chaos/invariants/checks.h"
#include "chaos/invariants/tables.h"

namespace cutover::chaos {
namespace {

using ShelfEntry = std::pair<std::string, std::string>;  // user and ISBN

std::map<ShelfEntry, ShelfState> standing_entries(const Aftermath& aftermath) {
  std::map<ShelfEntry, ShelfState> standing;
  for (const SqlRow& row : read_rows(aftermath, R"sql(
      SELECT user_id, isbn, status, ifnull(rating, 0), ifnull(review, ''),
             started_at IS NOT NULL, completed_at IS NOT NULL FROM UserLibrary)sql")) {
    standing[{text_of(row[0]), text_of(row[1])}] = {true,
                                                    text_of(row[2]),
                                                    as_int(row[3]),
                                                    text_of(row[4]),
                                                    as_int(row[5]) != 0,
                                                    as_int(row[6]) != 0};
  }
  return standing;
}

std::string name_of(const ShelfEntry& entry) {
  return entry.first + " " + entry.second;
}

std::string in_words(const ShelfState& state) {
  if (!state.present) return "nothing";
  std::string text = state.status + ", rating " + std::to_string(state.rating);
  text += state.review.empty() ? ", no review" : ", a review";
  text += state.started ? ", started" : "";
  return text + (state.completed ? ", completed" : "");
}

}  // namespace

std::vector<Violation> check_libraries(const Aftermath& aftermath) {
  if (aftermath.live.shelves.empty()) return {};
  const auto standing = standing_entries(aftermath);
  std::vector<Violation> found;
  for (const auto& [entry, note] : aftermath.live.shelves) {
    if (!note.confirmed || note.removed || standing.contains(entry)) continue;
    found.push_back(
        violated("no_lost_library", name_of(entry), "an entry that was confirmed is gone"));
  }
  return found;
}

std::vector<Violation> check_library_model(const Aftermath& aftermath) {
  if (aftermath.live.shelves.empty()) return {};
  const auto standing = standing_entries(aftermath);
  std::vector<Violation> found;
  for (const auto& [entry, note] : aftermath.live.shelves) {
    const auto row = standing.find(entry);
    const ShelfState state = row == standing.end() ? ShelfState{} : row->second;
    const bool lost = !state.present && note.confirmed && !note.removed;  // no_lost_library says it
    if (!note.known || lost || note.possible.contains(state)) continue;
    std::string text = "is (" + in_words(state) + "); its user's requests make it";
    for (const ShelfState& one : note.possible) text += " (" + in_words(one) + ")";
    found.push_back(violated("library_model", name_of(entry), std::move(text)));
  }
  for (const auto& [entry, state] : standing) {
    if (aftermath.live.shelves.contains(entry)) continue;
    found.push_back(violated("library_model", name_of(entry), "an entry that its user never made"));
  }
  for (const SqlRow& row : read_rows(
           aftermath, "SELECT user_id, isbn FROM UserLibrary WHERE started_at > completed_at")) {
    found.push_back(violated("library_model", text_of(row[0]) + " " + text_of(row[1]),
                             "was completed before it was started"));
  }
  return found;
}

}  // namespace cutover::chaos
