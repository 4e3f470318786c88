// Step of verify: the drills: risks, ways back, criteria, outages, and rows made to fail.

#include <algorithm>

#include "scenarios/drills/drill_evidence.h"
#include "scenarios/rehearsal.h"

namespace cutover::scenarios {
namespace {

struct Count {
  std::size_t passed = 0;
  std::size_t all = 0;
  [[nodiscard]] bool whole() const { return all > 0 && passed == all; }
  [[nodiscard]] std::string text() const {
    return std::to_string(passed) + " of " + std::to_string(all);
  }
};

Count count(const reports::Table& table) {
  Count count;
  for (const reports::TableRow& row : table.rows) {
    count.all += 1;
    count.passed += row.verdict == reports::Verdict::pass ? 1 : 0;
  }
  return count;
}

}  // namespace

void run_drills(Rehearsal& rehearsal) {
  const std::uint64_t seed = rehearsal.options.seed;
  // Adds the table, and says of each requirement what its rows showed.
  const auto add = [&rehearsal](StepRecord& step, reports::Table table,
                                std::initializer_list<const char*> shown) {
    const Count rows = count(table);
    for (const char* id : shown) {
      rehearsal.show(id, rows.whole(), table.title + ": " + rows.text() + " rows passed",
                     step.name());
    }
    rehearsal.report.tables.push_back(std::move(table));
    return rows;
  };
  {
    StepRecord step(rehearsal, "drill the nine risks");
    std::vector<DrillRow> rows;
    for (const Drill& drill : risk_drills()) rows.push_back(run_drill(drill, seed));
    const Count seen = add(step, risk_table(rows), {"R7.1"});
    step.end(seen.whole(), seen.text() + " drills passed, each with its control");
  }
  {
    StepRecord step(rehearsal, "roll back at every phase");
    const Count seen = add(step, rollback_table(run_rollbacks(seed)), {"R5.4", "R5.5"});
    step.end(seen.whole(), seen.text() + " ways back, each with a second cutover");
  }
  {
    StepRecord step(rehearsal, "rollback criteria at their limits");
    const Count seen = add(step, criterion_table(run_criteria(seed)), {"R5.6", "R5.7"});
    step.end(seen.whole(), seen.text() + " cases, just below and just above each limit");
  }
  {
    StepRecord step(rehearsal, "services that are down");
    const Count down = add(step, outage_table(run_outages(seed)), {"R7.2"});
    const Count breaker = add(step, breaker_table(run_breaker_life(seed)), {"R7.3"});
    step.end(down.whole() && breaker.whole(),
             down.text() + " outages served; the breaker: " + breaker.text() + " as it should");
  }
  {
    StepRecord step(rehearsal, "make each row fail on purpose");
    const Count seen = add(step, provocation_table(run_provocations(seed)), {});
    step.end(seen.whole(), seen.text() + " provocations turned their own row red and no other");
  }
}

}  // namespace cutover::scenarios
