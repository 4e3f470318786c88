#include "scenarios/rehearsal.h"

#include <array>

namespace cutover::scenarios {
namespace {

struct Title {
  std::string_view id;
  std::string_view text;
};

// The rows of REQUIREMENTS that this run looks at, in its order.
constexpr std::array titles = {
    Title{"R0.4", "the code that goes live runs in simulation"},
    Title{"R1.1", "Books with every column, default, NOT NULL and index"},
    Title{"R1.2", "UserLibrary with its checks, foreign key, uniqueness and indexes"},
    Title{"R1.3", "CacheMetrics and its index"},
    Title{"R1.4", "the table of migration errors"},
    Title{"R1.5", "numbered migrations, each atomic, recorded, idempotent"},
    Title{"R1.6", "a live schema is compared and each difference named"},
    Title{"R2.1", "lists keys by cursor, in batches"},
    Title{"R2.2", "bounded concurrency inside a batch"},
    Title{"R2.3", "transforms every field; total on any value"},
    Title{"R2.4", "upserts idempotently and completely; libraries untouched"},
    Title{"R2.5", "reads each write back"},
    Title{"R2.6", "a bad key is recorded with its reason and stops nothing"},
    Title{"R2.7", "checkpoint and resume: an interrupted run ends like an uninterrupted one"},
    Title{"R2.8", "dry run: no write, and the same outcomes as the real run"},
    Title{"R2.10", "counts, samples and full comparison, with lists of what differs"},
    Title{"R2.11", "the plan's three tolerances, each with its verdict"},
    Title{"R2.12", "progress while it runs"},
    Title{"R2.13", "stays within the platform's budget per invocation"},
    Title{"R2.14", "every listed key has exactly one fate, and they add up"},
    Title{"R2.15", "a newer live row is never overwritten"},
    Title{"R2.16", "two migrators at once do no harm"},
    Title{"R5.2", "backup, restore, comparison entry by entry"},
    Title{"R6.1", "all book metadata is in D1"},
    Title{"R6.2", "the plan's three SQL queries, each under 100 ms"},
    Title{"R7.5", "runtime estimated before, compared after"},
    Title{"R8.3", "same seed, same history"},
    Title{"R8.13", "real dumps are the input; bad records are reported, never fatal"},
};

}  // namespace

Rehearsal::Rehearsal(const VerifyOptions& verify_options, ProgressSink& sink)
    : options(verify_options), progress(sink) {
  report.tool_version = options.tool_version;
  report.started = options.started;
  report.seed = options.seed;
  report.reproduce = options.command;
  for (const Title& title : titles) {
    report.requirements.push_back({std::string(title.id), std::string(title.text), {}, {}});
    report.requirements.back().verdict = reports::Verdict::unknown;
  }
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

void Rehearsal::look_at(std::string_view requirement, std::string_view title) {
  for (const reports::Requirement& row : report.requirements) {
    if (row.id == requirement) return;
  }
  report.requirements.push_back({std::string(requirement), std::string(title), {}, {}});
  report.requirements.back().verdict = reports::Verdict::unknown;
}

void Rehearsal::show(std::string_view requirement, bool holds, std::string what,
                     std::string_view step) {
  for (reports::Requirement& row : report.requirements) {
    if (row.id != requirement) continue;
    row.evidence.push_back({std::move(what), std::string(step), "",
                            holds ? reports::Verdict::pass : reports::Verdict::fail});
    row.verdict = reports::verdict_of(row.evidence);
  }
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
