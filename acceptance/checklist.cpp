// The go-live checklist's rows that the phases alone could not fill: what drills and the test suite
// have shown (requirement R6.6). What only people can say stays unknown.
#include <algorithm>
#include <array>
#include <string_view>

#include "acceptance/run.h"

namespace cutover::acceptance {
namespace {

using reports::Verdict;

// A row of the checklist, by its words in the plan, the requirement that answers it, and what to
// run for its evidence.
struct Answer {
  std::string_view item;
  std::string_view requirement;
  std::string_view advice;
};
constexpr auto answers = std::to_array<Answer>({
    {"Rollback procedure tested", "R5.4", "run ./cutover verify --profile quick"},
    {"Runbook documented", "R5.9", "run ./cutover test, then this again"},
    {"All unit tests passing (90%+ coverage)", "R4.1",
     "run ./cutover --preset coverage test, then this again"},
});

}  // namespace

void fill_checklist(Run& run) {
  for (reports::ChecklistItem& item : run.report.checklist) {
    if (item.verdict != Verdict::unknown) continue;
    const auto answer = std::find_if(answers.begin(), answers.end(),
                                     [&](const Answer& one) { return one.item == item.item; });
    if (answer == answers.end()) continue;
    for (const reports::Requirement& row : run.report.requirements) {
      if (row.id != answer->requirement || row.evidence.empty()) continue;
      item.verdict = row.verdict;
      item.evidence = row.evidence.front().what + " (" + row.evidence.front().source + ")";
    }
    if (item.verdict == Verdict::unknown && item.evidence.empty()) {
      item.evidence = "nothing in this run shows " + std::string(answer->requirement) + "; " +
                      std::string(answer->advice);
    }
  }
}

}  // namespace cutover::acceptance
