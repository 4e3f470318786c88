#include "acceptance/run.h"

#include "reports/requirement_list.h"

namespace cutover::acceptance {

using reports::Verdict;

void Run::show(std::string_view requirement, Verdict verdict, std::string what,
               std::string_view source, std::string reproduce) {
  reports::add_evidence(report, requirement,
                        {std::move(what), std::string(source), std::move(reproduce), verdict});
}

Step::Step(Run& run, std::string name) : run_(run), start_(std::chrono::steady_clock::now()) {
  step_.name = std::move(name);
  run_.progress.step_began(step_.name);
}

void Step::end(Verdict verdict, std::string what_happened, std::uint64_t events) {
  step_.verdict = verdict;
  step_.what_happened = std::move(what_happened);
  step_.events = events;
  step_.real_ms =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start_).count();
  run_.progress.step_ended(step_);
  run_.report.steps.push_back(step_);
}

}  // namespace cutover::acceptance
