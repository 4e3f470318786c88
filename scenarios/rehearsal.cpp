#include "scenarios/rehearsal.h"

#include <array>

#include "reports/requirement_list.h"

namespace cutover::scenarios {
namespace {

// What every rehearsal looks at, in the order of the ids.
constexpr auto looked_at = std::to_array<std::string_view>({
    "R0.4",  "R1.1",  "R1.2", "R1.3", "R1.4", "R1.5",  "R1.6",  "R2.1",  "R2.2",  "R2.3",
    "R2.4",  "R2.5",  "R2.6", "R2.7", "R2.8", "R2.10", "R2.11", "R2.12", "R2.13", "R2.14",
    "R2.15", "R2.16", "R5.2", "R6.1", "R6.2", "R7.5",  "R8.3",  "R8.13",
});

}  // namespace

Rehearsal::Rehearsal(const VerifyOptions& verify_options, ProgressSink& sink)
    : options(verify_options), progress(sink) {
  report.tool_version = options.tool_version;
  report.started = options.started;
  report.seed = options.seed;
  report.reproduce = options.command;
  for (const std::string_view id : looked_at) reports::row_of(report, id);
  world_options.seed = options.seed;
  world_options.start = UnixTime{options.at_seconds * 1'000'000};
}

std::unique_ptr<World> Rehearsal::new_world(sim::FaultPlan& plan, const WorldOptions& with) const {
  auto fresh = std::make_unique<World>(with, plan);
  for (const KvRecord& record : records) fresh->kv().load(record);
  return fresh;
}

MigrationPlan Rehearsal::migration_plan() const {
  MigrationPlan plan;
  plan.options.source = "rehearsal/BOOK_CACHE";
  return plan;
}

void Rehearsal::list(const reports::LeftOutKey& key) const {
  if (options.left_out_keys != nullptr) options.left_out_keys->add(key);
}

void Rehearsal::show(std::string_view requirement, bool holds, std::string what,
                     std::string_view step) {
  reports::add_evidence(report, requirement,
                        {std::move(what), std::string(step), "",
                         holds ? reports::Verdict::pass : reports::Verdict::fail});
}

StepRecord::StepRecord(Rehearsal& rehearsal, std::string name)
    : rehearsal_(rehearsal),
      real_start_(std::chrono::steady_clock::now()),
      virtual_start_(rehearsal.world ? rehearsal.world->scheduler().now() : Duration{0}),
      events_start_(rehearsal.world ? rehearsal.world->scheduler().history().size() : 0) {
  step_.name = std::move(name);
  rehearsal_.progress.step_began(step_.name);
}

void StepRecord::end(reports::Verdict verdict, std::string what_happened) {
  using Milliseconds = std::chrono::duration<double, std::milli>;
  step_.verdict = verdict;
  step_.what_happened = std::move(what_happened);
  step_.real_ms = Milliseconds(std::chrono::steady_clock::now() - real_start_).count();
  if (rehearsal_.world) {
    sim::Scheduler& scheduler = rehearsal_.world->scheduler();
    step_.virtual_ms = Milliseconds(scheduler.now() - virtual_start_).count();
    step_.events = scheduler.history().size() - events_start_;
  }
  rehearsal_.progress.step_ended(step_);
  rehearsal_.report.steps.push_back(step_);
}

std::string with_commas(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t first = digits[0] == '-' ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

}  // namespace cutover::scenarios
