#include "reports/requirement_list.h"

#include <array>
#include <utility>

namespace cutover::reports {
namespace {

constexpr auto rows = std::to_array<ListedRequirement>({
    {"R0.1", "a look-up asks KV, then D1, then the provider; hits fill the tiers before",
     "LookupAnswers.|Lookup."},
    {"R0.2", "D1 is the source of truth: it has a value before KV has it",
     "LookupRaces.|InvariantWatches."},
    {"R0.3", "KV entries live 24 hours; rows stay, with the times of their making and change",
     "CacheStamp.|Remembering.|Row."},
    {"R0.4", "the code that goes live runs in simulation and on real backends",
     "DatabaseContract.|KvContract."},
    {"R1.1", "Books with every column, default, NOT NULL and index",
     "SchemaApply.|SchemaDescription."},
    {"R1.2", "UserLibrary with its checks, foreign key, uniqueness and indexes",
     "SchemaApply.|ShelfGuards."},
    {"R1.3", "CacheMetrics and its index", "SchemaApply.|CacheMetricsTest."},
    {"R1.4", "the table of migration errors", "SchemaApply."},
    {"R1.5", "numbered migrations, each atomic, recorded, idempotent",
     "SchemaApply.|SchemaStatus."},
    {"R1.6", "a live schema is compared and each difference named", "SchemaCheck."},
    {"R1.7", "wrangler configuration for development, staging and production",
     "commands: every command of the deployment"},
    {"R1.8", "docs/DATABASE_SCHEMA.md",
     "commands: every command in docs/DATABASE_SCHEMA.md|PlanQueriesTest."},
    {"R2.1", "lists keys by cursor, in batches", "MigratorTest."},
    {"R2.2", "bounded concurrency inside a batch", "MigratorTest."},
    {"R2.3", "transforms every field; total on any value", "TransformsAgree.|Column."},
    {"R2.4", "upserts idempotently and completely; libraries untouched", "BookStatements.|Worlds"},
    {"R2.5", "reads each write back", "MigratorFaults.|MigratorTest."},
    {"R2.6", "a bad key is recorded with its reason and stops nothing", "MigratorTest."},
    {"R2.7", "checkpoint and resume: an interrupted run ends like an uninterrupted one",
     "KillPoints.|Kill."},
    {"R2.8", "dry run: no write, and the same outcomes as the real run", "DryRunTest."},
    {"R2.9", "the migrator's admin routes, with a bearer token", "Admin.|Migrate."},
    {"R2.10", "counts, samples and full comparison, with lists of what differs",
     "ComparisonTest.|InventoryTest."},
    {"R2.11", "the plan's three tolerances, each with its verdict", "Tolerances."},
    {"R2.12", "progress while it runs", "commands: every end of the program"},
    {"R2.13", "stays within the platform's budget per invocation", "MigratorTest."},
    {"R2.14", "every listed key has exactly one fate, and they add up", "Fates.|Conservation"},
    {"R2.15", "a newer live row is never overwritten", "BookStatements."},
    {"R2.16", "two migrators at once do no harm", "LedgerTest."},
    {"R2.17", "docs/MIGRATION_GUIDE.md", "commands: every command in docs/MIGRATION_GUIDE.md"},
    {"R3.1", "a read-through look-up reports its source", "LookupAnswers.|Search."},
    {"R3.2", "cache metrics never fail or slow a read", "CacheMetricsTest."},
    {"R3.3", "a row maps back to the canonical form; what a row stores wins",
     "Books.|CanonicalJson.|Row."},
    {"R3.4", "a user's books by status, rating, year, newest first",
     "ShelfTest.|D1Library.|Library."},
    {"R3.5", "saving a book, or many, never deletes a shelf",
     "BookStatements.|Shelves.|ShelfTest."},
    {"R3.6", "the search routes with the plan's envelopes", "Search."},
    {"R3.7", "the library routes", "Library."},
    {"R3.8", "health, metrics that promtool accepts, admin routes",
     "Health.|PrometheusMetrics.|Admin."},
    {"R3.9", "bad input is a 4xx with a code, never a 500", "Hostile."},
    {"R3.10", "not found is an answer, a failing provider is another", "LookupFailures."},
    {"R3.11", "concurrent misses of one ISBN ask the provider once", "LookupRaces."},
    {"R3.12", "statements are reused; a batch is one round trip and atomic",
     "SqliteDatabaseTest.|DatabaseContract."},
    {"R3.13", "docs/API_CONTRACT.md and an OpenAPI description that answers are held against",
     "OpenApi|commands: every command in docs/API_CONTRACT.md"},
    {"R4.1", "unit tests; line coverage of data access and migrator at least 90 %, of core 75 %",
     ""},
    {"R4.2", "cache, store and provider through the real code paths",
     "ConnectionWithBooks.|LookupAnswers."},
    {"R4.3", "the plan's load profile, with its thresholds", "LoadSimulation.|LoadThreshold."},
    {"R4.4", "integrity: counts, samples, malformed values", "ComparisonTest.|HostileDump."},
    {"R4.5", "the same answers' shape before, during and after, flag on and off",
     "Contract|Shape."},
    {"R4.6", "KV alone beside D1, measured", "LoadSimulation."},
    {"R4.7", "a CI workflow that gates a release", "ReleaseGate"},
    {"R5.1", "the four phases as a rehearsal, each step with its check", "Phases."},
    {"R5.2", "backup, restore, comparison entry by entry", "BackupTest."},
    {"R5.3", "the flag: off by default, gradual, sticky, in effect within a stated bound",
     "Flags.|RolloutTest."},
    {"R5.4", "immediate rollback: nothing lost, and a second cutover converges", "RolloutTest."},
    {"R5.5", "full rollback: the previous version serves", ""},
    {"R5.6", "the four rollback criteria on live metrics", "GuardTest."},
    {"R5.7", "alerts: roll back, notify", "AlertRules.|GuardTest."},
    {"R5.8", "monitoring thresholds", ""},
    {"R5.9", "deployment and runbook documents, every command tested",
     "commands: every command of the deployment"},
    {"R6.1", "all book metadata is in D1", "Verify."},
    {"R6.2", "the plan's three SQL queries, each under 100 ms", "PlanQueriesTest."},
    {"R6.3", "D1 is the source of truth: the write flow", "LookupRaces."},
    {"R6.4", "both functional suites: search and library", ""},
    {"R6.5", "the acceptance thresholds", "Tolerances."},
    {"R6.6", "go-live checklist: pre-checks, five approvals, post-checks", "Judge.|Sign."},
    {"R6.7", "reports for people and machines, with the command for each figure",
     "JsonReport.|MarkdownReport.|JunitReport.|Html|Sarif"},
    {"R6.8", "approvals against the digest of the report", "Judge.|Sign.|EveryByte."},
    {"R7.1", "each of the nine risks has a drill", ""},
    {"R7.2", "D1 down: KV serves. KV down: D1 serves. Provider down: known books serve",
     "LookupFailures.|Degradation."},
    {"R7.3", "a breaker that opens, half-opens and closes again", "CircuitBreaker."},
    {"R7.4", "a post-mortem from a run's evidence", "Postmortem"},
    {"R7.5", "runtime estimated before, compared after", "InventoryTest.|Platform."},
    {"R7.6", "KV data is kept 30 days", ""},
    {"R8.1", "fakes with the real services' semantics, limits and messages",
     "RecordedAnswers.|KvConformance.|D1Conformance.|KvModel.|D1Limits."},
    {"R8.2", "faults of every kind in the fault table", "FaultTable.|GateTest.|Storm."},
    {"R8.3", "same seed, same history", "Determinism.|SchedulerInBothModes."},
    {"R8.4", "a failing run is replayed by one command and reduced",
     "CaseFile.|CaseTest.|commands: storms"},
    {"R8.5", "every fault at every call, every crash point", "Explore.|KillPoints."},
    {"R8.6", "liveness: after the faults the system is healthy and the migration completes",
     "Liveness."},
    {"R8.7", "planted defects, each caught", "Defects."},
    {"R8.8", "every fault site and rare branch is reached", "Reach."},
    {"R8.9", "campaigns on all cores and machines, merged exactly",
     "CampaignReport.|Campaign.|commands: shards"},
    {"R8.10", "the fakes served as Cloudflare's API",
     "SimulatedAccess.|commands: simulate|commands: the real wrangler"},
    {"R8.11", "the acceptance run on any deployment by URL",
     "AnHonestDeployment.|ADeploymentThatIsWrongInOneThing."},
    {"R8.12", "the core runs on the real services through their HTTP API",
     "CloudflareKv.|CloudflareDatabase.|MigrationOverHttp."},
    {"R8.13", "real dumps are the input; bad records are reported, never fatal",
     "DumpLines.|HostileDump.|RealDumps."},
    {"R8.14", "a team's own Worker under the same run",
     "ExampleWorkers.|WorkerTest.|WorkerChecks."},
    {"R8.15", "campaigns on existing engines by their index variables", "commands: shards"},
});

}  // namespace

std::span<const ListedRequirement> requirement_list() {
  return rows;
}

std::string_view title_of(std::string_view id) {
  for (const ListedRequirement& row : rows) {
    if (row.id == id) return row.title;
  }
  return {};
}

Requirement& row_of(Report& report, std::string_view id) {
  for (Requirement& row : report.requirements) {
    if (row.id == id) return row;
  }
  Requirement row;
  row.id = id;
  row.title = title_of(id);
  report.requirements.push_back(std::move(row));
  return report.requirements.back();
}

void add_evidence(Report& report, std::string_view id, Evidence evidence) {
  Requirement& row = row_of(report, id);
  row.evidence.push_back(std::move(evidence));
  row.verdict = verdict_of(row.evidence);
}

}  // namespace cutover::reports
