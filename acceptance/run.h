// Run: what the steps of an acceptance run share. Each step adds its evidence to the report, and
// never judges what it did not see.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "acceptance/acceptance.h"

namespace cutover::acceptance {

struct Run {
  const AcceptanceOptions& options;
  scenarios::ProgressSink& progress;
  reports::Report& report;

  // Adds evidence to a requirement's row; opens the row when it is the first.
  void show(std::string_view requirement, reports::Verdict verdict, std::string what,
            std::string_view source, std::string reproduce);
};

// One step being taken: measures its real time, and writes its row at the end.
class Step {
 public:
  Step(Run& run, std::string name);
  void end(reports::Verdict verdict, std::string what_happened, std::uint64_t events = 0);
  [[nodiscard]] const std::string& name() const { return step_.name; }

 private:
  Run& run_;
  reports::Step step_;
  std::chrono::steady_clock::time_point start_;
};

// The steps, in order.
void play_storms(Run& run);      // storms.cpp
void explore_faults(Run& run);   // exploration.cpp
void plant_defects(Run& run);    // defects.cpp
void play_loads(Run& run);       // loads.cpp
void list_seeds(Run& run);       // seeds.cpp
void read_tests(Run& run);       // matrix.cpp
void read_coverage(Run& run);    // line_coverage.cpp
void complete_matrix(Run& run);  // matrix.cpp
void fill_checklist(Run& run);   // checklist.cpp

}  // namespace cutover::acceptance
