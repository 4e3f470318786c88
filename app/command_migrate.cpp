// cutover migrate: the migration on real files.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "app/backends.h"
#include "app/commands.h"
#include "app/console.h"
#include "core/migrate/dry_run.h"
#include "core/migrate/inventory.h"
#include "core/migrate/migrator.h"
#include "core/ports/retry.h"
#include "core/store/author_counts.h"
#include "core/store/schema_migrations.h"

namespace cutover::app {
namespace {

using migrate::Begin;
using migrate::StepEnd;

struct MigrateArguments {
  std::string kv;
  std::string d1;
  bool dry_run = false;
  bool resume = false;
  bool retry_failed = false;
  std::int64_t limit = 0;
  std::size_t batch = 100;
  CloudflareFlags cloudflare;
};

nlohmann::ordered_json json_of(const migrate::Totals& totals) {
  nlohmann::ordered_json json;
  json["listed"] = totals.listed;
  for (const migrate::Fate fate : migrate::all_fates)
    json[std::string(name_of(fate))] = totals[fate];
  return json;
}

void print_totals(const migrate::Totals& totals) {
  for (const migrate::Fate fate : migrate::all_fates) {
    if (totals[fate] == 0) continue;
    std::printf("%12lld  %-10s %s\n", static_cast<long long>(totals[fate]),
                std::string(name_of(fate)).c_str(), std::string(meaning_of(fate)).c_str());
  }
  std::printf("%12lld  listed\n", static_cast<long long>(totals.listed));
}

int dry_run(KvStore& kv, Database& d1, threads::ThreadRuntime& runtime, Telemetry& telemetry,
            const migrate::MigratorOptions& options, const Common& common) {
  const auto report = migrate::dry_run(kv, d1, runtime, telemetry, options, {});
  if (!report) return usage_error(describe(report.error()));
  const migrate::Estimate& estimate = report->estimate;
  const double seconds = std::chrono::duration<double>(estimate.duration).count();
  if (common.json) {
    nlohmann::ordered_json json;
    json["dryRun"] = true;
    json["totals"] = json_of(report->totals);
    json["reasons"] = report->reasons;
    json["marks"] = report->marks;
    json["estimate"] = {{"seconds", seconds},
                        {"kvLists", estimate.kv_lists},
                        {"kvKeysRead", estimate.kv_keys_read},
                        {"d1Queries", estimate.d1_queries},
                        {"d1RowsWritten", estimate.d1_rows_written},
                        {"dollars", estimate.cost_dollars}};
    std::printf("%s\n", json.dump(2).c_str());
    return exit_pass;
  }
  std::printf("dry run: nothing was written. A run would do this:\n");
  print_totals(report->totals);
  for (const auto& [reason, count] : report->reasons) {
    std::printf("%12lld  reason %s\n", static_cast<long long>(count), reason.c_str());
  }
  for (const auto& [mark, count] : report->marks) {
    std::printf("%12lld  altered: %s\n", static_cast<long long>(count), mark.c_str());
  }
  std::printf("estimate on D1: %.0f s, %lld D1 queries, %lld billed rows, $%.2f\n", seconds,
              static_cast<long long>(estimate.d1_queries),
              static_cast<long long>(estimate.d1_rows_written), estimate.cost_dollars);
  return exit_pass;
}

int report_end(const migrate::StepReport& step, const Common& common) {
  const bool complete = step.end == StepEnd::complete;
  const bool stopped = step.end == StepEnd::more || step.end == StepEnd::paused;
  if (common.json) {
    nlohmann::ordered_json json;
    json["state"] = std::string(name_of(step.end));
    json["runId"] = step.run ? step.run->run_id : "";
    json["totals"] = json_of(step.run ? step.run->totals : migrate::Totals{});
    std::printf("%s\n", json.dump(2).c_str());
  } else {
    std::printf("%s: %s\n", step.run ? step.run->run_id.c_str() : "no run",
                stopped ? "stopped; go on with --resume" : std::string(name_of(step.end)).c_str());
    if (step.run) print_totals(step.run->totals);
    if (step.end == StepEnd::failed) {
      std::printf("some keys failed for good; try them again with --retry-failed\n");
    }
  }
  return complete ? exit_pass : stopped ? exit_unknown : exit_fail;
}

// So that asking for the top authors is fast (core/store/author_counts.h). The migration is over
// without it: a failure is said, and changes no verdict.
void count_authors(Database& d1, threads::ThreadRuntime& runtime, Telemetry& telemetry,
                   const RetryPolicy& retry) {
  bool some_left = true;
  while (some_left && !stop_requested()) {
    const auto counted = with_retry(runtime, telemetry, retry, Repeat::idempotent,
                                    [&] { return store::count_authors(d1); });
    if (!counted) {
      std::fprintf(stderr, "cutover: the books of each author could not be counted: %s\n",
                   describe(counted.error()).c_str());
      return;
    }
    some_left = *counted;
  }
}

int run_steps(KvStore& kv, Database& d1, threads::ThreadRuntime& runtime, Telemetry& telemetry,
              migrate::MigratorOptions options, Begin begin, std::int64_t limit,
              const Common& common) {
  // Short steps, so that Ctrl-C is answered soon; what is committed is kept.
  std::int64_t left = limit > 0 ? limit : INT64_MAX;
  for (;;) {
    options.step_keys_max = std::min<std::int64_t>(2000, left);
    migrate::Migrator migrator(kv, d1, runtime, telemetry, options);
    const auto step = migrator.step(begin);
    if (!step) {
      std::fprintf(stderr, "cutover: %s\n", describe(step.error()).c_str());
      std::fprintf(stderr, "cutover: what was committed is kept; go on with --resume\n");
      return exit_fail;
    }
    begin = Begin::resume;
    switch (step->end) {
      case StepEnd::more: {
        left -= options.step_keys_max;
        if (!stop_requested() && left > 0) continue;
        return report_end(*step, common);
      }
      case StepEnd::waiting:
        if (stop_requested()) return report_end(*step, common);
        runtime.sleep(std::min<Duration>(step->wait, std::chrono::seconds(1)));
        continue;
      case StepEnd::busy:
        return usage_error("another migrator is at work on this D1 (its lease runs out " +
                           std::to_string(options.lease_seconds) +
                           " s after its last sign of life)");
      case StepEnd::nothing:
        return usage_error("there is no run of this source to resume; start one without --resume");
      case StepEnd::complete: count_authors(d1, runtime, telemetry, options.retry); break;
      case StepEnd::paused:
      case StepEnd::failed: break;
    }
    return report_end(*step, common);
  }
}

int migrate(const MigrateArguments& arguments, const Common& common) {
  watch_signals();
  const bool quiet = common.quiet || common.json;
  threads::ThreadRuntime runtime;
  Cloudflare cloudflare(arguments.cloudflare, runtime);
  const Access access = arguments.dry_run ? Access::read_only : Access::create;
  auto d1 = open_d1(arguments.d1, access, cloudflare);
  if (!d1) return usage_error(d1.error());
  auto kv = OpenKv::open(arguments.kv, arguments.d1, runtime, cloudflare, quiet);
  if (!kv) return usage_error(kv.error());
  KvStore& store = (*kv)->store();

  migrate::MigratorOptions options;
  options.source = source_name(arguments.kv);
  options.chunk_keys = arguments.batch;
  // A call to a file is over in a moment; one to Cloudflare may take a minute and be repeated.
  options.lease_seconds = is_cloudflare(arguments.d1) ? 120 : 15;
  MigrationProgress uncounted(0, true);
  const auto inventory = migrate::take_inventory(store, runtime, uncounted, options.read, 0);
  if (!inventory) return usage_error(describe(inventory.error()));
  const std::string why_not = migrate::why_not_to_start(*inventory, options.read);
  if (!why_not.empty()) return usage_error(arguments.kv + ": " + why_not);

  MigrationProgress progress(inventory->to_migrate, quiet);
  // Only now, so that a source that cannot be migrated leaves a database as it was.
  if (!arguments.dry_run) {
    // Again when the service fails: what is in the ledger is not applied twice.
    const auto applied = with_retry(runtime, progress, options.retry, Repeat::idempotent, [&] {
      return store::apply(**d1, store::embedded_migrations(), false);
    });
    if (!applied) return usage_error(arguments.d1 + ": " + describe(applied.error()));
    if (!applied->ok()) {
      return usage_error(applied->failed ? applied->failed->message
                                         : applied->refusals.front().message);
    }
  }
  std::string not_ready = why_schema_is_not_ready(**d1, arguments.d1);
  if (!not_ready.empty()) return usage_error(not_ready);
  if (arguments.dry_run) return dry_run(store, **d1, runtime, progress, options, common);
  if (arguments.retry_failed) {
    migrate::Ledger ledger(**d1, runtime, progress, options.retry);
    const auto newest = ledger.newest_run();
    if (!newest) return usage_error(describe(newest.error()));
    if (!*newest) return usage_error(arguments.d1 + ": there is no run yet, so nothing failed");
    const auto reset = ledger.retry_failed((*newest)->run_id);
    if (!reset) return usage_error(describe(reset.error()));
  }
  const Begin begin = arguments.resume || arguments.retry_failed ? Begin::resume : Begin::fresh;
  const int code =
      run_steps(store, **d1, runtime, progress, options, begin, arguments.limit, common);
  progress.clear();
  return code;
}

}  // namespace

Run add_migrate(CLI::App& program, Common& common) {
  auto arguments = std::make_shared<MigrateArguments>();
  CLI::App* command =
      program.add_subcommand("migrate", "move the books of a KV dump or store into a D1 database");
  command->footer(
      "Example: cutover migrate --kv kv-backup.ndjson.gz --d1 bookstrack.sqlite --dry-run\n"
      "Example: cutover migrate --kv cloudflare:NAMESPACE_ID --d1 cloudflare:DATABASE_ID\n"
      "Ctrl-C stops between two transactions; --resume goes on from there.");
  command
      ->add_option("--kv", arguments->kv,
                   "a dump file, an SQLite-backed KV store, or cloudflare:NAMESPACE_ID")
      ->required();
  command
      ->add_option("--d1", arguments->d1,
                   "the D1 database: an SQLite file, made if absent, or cloudflare:DATABASE_ID")
      ->required();
  add_cloudflare_flags(*command, arguments->cloudflare);
  command->add_flag("--dry-run", arguments->dry_run, "say what a run would do; write nothing");
  command->add_flag("--resume", arguments->resume, "go on with the run that was stopped");
  command->add_flag("--retry-failed", arguments->retry_failed,
                    "try the keys again that failed for good, and nothing else");
  command->add_option("--batch", arguments->batch, "keys per transaction")
      ->capture_default_str()
      ->check(CLI::Range(1, 100));
  command->add_option("--limit", arguments->limit, "stop after about so many keys")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}));
  return [arguments, &common] { return migrate(*arguments, common); };
}

}  // namespace cutover::app
