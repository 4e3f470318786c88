// The migration, driven by requests (plan item 2.2): each request is one bounded invocation.

#include <algorithm>

#include "core/api/deadline_kv.h"
#include "core/api/envelope.h"
#include "core/api/handlers.h"
#include "core/api/json_writer.h"
#include "core/api/time_limit.h"
#include "core/api/values.h"
#include "core/migrate/dry_run.h"
#include "core/migrate/ledger.h"
#include "core/migrate/migrator.h"

namespace cutover::api {
namespace {

using migrate::Begin;
using migrate::Fate;
using migrate::StepEnd;

constexpr std::size_t errors_shown_max = 20;

tl::unexpected<Problem> failed(const Failure& failure) {
  return tl::unexpected(problem_of(failure, Duration{0}, true));
}

void write_totals(JsonWriter& json, const migrate::Totals& totals) {
  json.key("totals").begin_object().number("listed", totals.listed);
  for (const Fate fate : migrate::all_fates) json.number(name_of(fate), totals[fate]);
  json.end_object();
}

void write_counts(JsonWriter& json, std::string_view name,
                  const std::map<std::string, std::int64_t>& counts) {
  json.key(name).begin_object();
  for (const auto& [what, count] : counts) json.number(what, count);
  json.end_object();
}

std::string dry_run_json(const migrate::DryRunReport& report) {
  const migrate::Estimate& estimate = report.estimate;
  JsonWriter data;
  data.begin_object().boolean("dryRun", true);
  data.text("message", "Dry run - no data written");
  write_totals(data, report.totals);
  write_counts(data, "reasons", report.reasons);
  write_counts(data, "marks", report.marks);
  data.key("estimate").begin_object();
  data.real("seconds", std::chrono::duration<double>(estimate.duration).count());
  data.number("kvLists", estimate.kv_lists).number("kvKeysRead", estimate.kv_keys_read);
  data.number("d1Queries", estimate.d1_queries);
  data.number("d1RowsWritten", estimate.d1_rows_written);
  data.real("dollars", estimate.cost_dollars).end_object().end_object();
  return data.take();
}

Checked<HttpResponse> dry_run(Call& call) {
  const TimeLimit limit(call.context);
  const ApiParts& parts = call.parts();
  DeadlineKv kv(parts.source, [&limit] { return limit.is_up(); });
  const auto report = migrate::dry_run(kv, parts.admin_database, parts.runtime, parts.telemetry,
                                       call.options().migrator, {});
  const bool whole = report && report->totals[Fate::pending] == 0;
  if (!whole && limit.is_up()) {
    return refuse(504, "TIMEOUT",
                  "the source is too large for a dry run in one request; use the command "
                  "`cutover migrate --dry-run`");
  }
  if (!report) return failed(report.error());
  return success(parts.runtime.wall(), dry_run_json(*report));
}

std::string step_json(const migrate::StepReport& step, bool more, bool stopping) {
  const migrate::Totals totals = step.run ? step.run->totals : migrate::Totals{};
  JsonWriter data;
  data.begin_object().boolean("dryRun", false);
  data.text("state", stopping && more ? "stopped" : name_of(step.end));
  data.maybe_text("runId", step.run ? std::optional(step.run->run_id) : std::nullopt);
  data.number("totalMigrated",
              totals[Fate::inserted] + totals[Fate::updated] + totals[Fate::unchanged]);
  data.number("totalErrors", totals[Fate::rejected] + totals[Fate::failed]);
  write_totals(data, totals);
  data.boolean("more", more);
  data.number("waitSeconds", std::chrono::ceil<std::chrono::seconds>(step.wait).count());
  data.end_object();
  return data.take();
}

// A run over nothing would be a vacuous success (plan defects X01, V07).
Outcome<bool> has_anything_to_migrate(Call& call) {
  const ApiParts& parts = call.parts();
  const migrate::ReadOptions& read = call.options().migrator.read;
  migrate::SourceReader reader(parts.source, parts.runtime, parts.telemetry, read);
  migrate::Place place;
  while (!place.complete) {
    auto page = reader.page(place);
    if (!page) return page.error();
    if (!page->keys.empty()) return true;
    place = page->next;
  }
  return false;
}

Checked<HttpResponse> busy(const migrate::StepReport& step) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(step.wait).count();
  Problem problem{409, "MIGRATION_BUSY", "another migrator is at work on this database", {}, {}};
  problem.headers = {{"Retry-After", std::to_string(std::max<std::int64_t>(1, seconds))}};
  return tl::unexpected(std::move(problem));
}

// A run that ended with keys that failed is no success (plan defect M19).
Checked<HttpResponse> keys_failed(const migrate::StepReport& step) {
  Problem problem{
      409,
      "KEYS_FAILED",
      "the run is over, but some keys failed for good; GET /admin/migration-status says "
      "which and why",
      {},
      step_json(step, false, false)};
  return tl::unexpected(std::move(problem));
}

// Steps of one window of chunks each, so that a stop and the end of the time are seen soon.
Checked<HttpResponse> run_steps(Call& call, Begin begin) {
  const TimeLimit limit(call.context);
  const ApiParts& parts = call.parts();
  migrate::MigratorOptions options = call.options().migrator;
  options.step_keys_max =
      std::min(options.step_keys_max,
               static_cast<std::int64_t>(options.chunk_keys * options.read.reads_in_flight));
  migrate::Migrator migrator(parts.source, parts.admin_database, parts.runtime, parts.telemetry,
                             options);
  for (;;) {
    const auto step = migrator.step(begin);
    if (!step) return failed(step.error());
    begin = Begin::resume;
    switch (step->end) {
      case StepEnd::busy: return busy(*step);
      case StepEnd::nothing:
        return refuse(409, "NOTHING_TO_RESUME",
                      "there is no run of this source to resume; start one without resume=true");
      case StepEnd::failed: return keys_failed(*step);
      case StepEnd::complete:
      case StepEnd::paused: return success(parts.runtime.wall(), step_json(*step, false, false));
      case StepEnd::more:
      case StepEnd::waiting: break;
    }
    if (limit.is_up() || step->wait >= limit.left()) {
      return success(parts.runtime.wall(), step_json(*step, true, limit.stopping()));
    }
    if (step->wait > Duration{0}) {
      parts.runtime.sleep(std::min<Duration>(step->wait, std::chrono::milliseconds(500)));
    }
  }
}

void write_run(JsonWriter& json, const migrate::Run& run) {
  json.key("run").begin_object().text("runId", run.run_id).text("source", run.source);
  json.text("state", name_of(run.state)).boolean("pauseRequested", run.pause_requested);
  json.number("transactions", run.chunk).text("lastKey", run.place.last_key);
  json.boolean("listingComplete", run.place.complete);
  write_totals(json, run.totals);
  json.number("startedAt", run.started_at).number("updatedAt", run.updated_at);
  json.maybe_number("finishedAt", run.finished_at).end_object();
}

}  // namespace

Checked<HttpResponse> migrate_kv_to_d1(Call& call) {
  auto dry = checked_switch("dryRun", call.query("dryRun"));
  if (!dry) return tl::unexpected(std::move(dry.error()));
  auto resume = checked_switch("resume", call.query("resume"));
  if (!resume) return tl::unexpected(std::move(resume.error()));
  if (*dry && *resume) return bad_request("dryRun and resume exclude each other");
  if (*dry) return dry_run(call);
  if (!*resume) {
    const auto anything = has_anything_to_migrate(call);
    if (!anything) return failed(anything.error());
    if (!*anything) {
      return refuse(409, "NOTHING_TO_MIGRATE",
                    "the cache holds no key with a prefix that is migrated; is it the right one?");
    }
  }
  return run_steps(call, *resume ? Begin::resume : Begin::fresh);
}

Checked<HttpResponse> migration_status(Call& call) {
  const ApiParts& parts = call.parts();
  migrate::Ledger ledger(parts.admin_database, parts.runtime, parts.telemetry,
                         call.options().migrator.retry);
  const auto run = ledger.newest_run();
  if (!run) return failed(run.error());
  JsonWriter data;
  data.begin_object();
  if (*run) {
    const auto errors = ledger.errors((*run)->run_id, "", errors_shown_max + 1);
    if (!errors) return failed(errors.error());
    write_run(data, **run);
    data.key("errors").begin_array();
    for (std::size_t i = 0; i < std::min(errors->size(), errors_shown_max); ++i) {
      const migrate::ErrorRow& error = (*errors)[i];
      data.begin_object().text("key", error.key).text("reason", error.reason);
      data.text("detail", error.detail).number("attempts", error.attempts).end_object();
    }
    data.end_array().boolean("moreErrors", errors->size() > errors_shown_max);
  } else {
    data.key("run").null().key("errors").begin_array().end_array().boolean("moreErrors", false);
  }
  data.end_object();
  return success(parts.runtime.wall(), data.take());
}

Checked<HttpResponse> pause_migration(Call& call) {
  const ApiParts& parts = call.parts();
  migrate::Ledger ledger(parts.admin_database, parts.runtime, parts.telemetry,
                         call.options().migrator.retry);
  const auto asked = ledger.request_pause();
  if (!asked) return failed(asked.error());
  if (!*asked) return refuse(409, "NOTHING_TO_PAUSE", "no migration is running");
  return success(parts.runtime.wall(), "{\"pauseRequested\":true}");
}

}  // namespace cutover::api
