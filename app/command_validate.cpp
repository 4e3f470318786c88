// cutover validate: does a D1 database hold what the KV source says, in every record and column?

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "app/backends.h"
#include "app/commands.h"
#include "app/console.h"
#include "core/migrate/migrator.h"
#include "core/migrate/tolerances.h"
#include "scenarios/reference_judge.h"

namespace cutover::app {
namespace {

struct ValidateArguments {
  std::string kv;
  std::string d1;
  std::uint64_t one_in = 1;
  bool live = false;
  CloudflareFlags cloudflare;
};

nlohmann::ordered_json json_of(const migrate::Comparison& comparison,
                               const std::vector<migrate::ToleranceCheck>& checks) {
  nlohmann::ordered_json json;
  json["verdict"] = comparison.equal() && comparison.books > 0 ? "pass" : "fail";
  json["books"] = comparison.books;
  json["rows"] = comparison.rows;
  json["missing"] = comparison.missing;
  json["missingBooks"] = comparison.missing_books;
  json["unreadable"] = comparison.unreadable;
  json["expiredRows"] = comparison.expired_rows;
  json["differing"] = comparison.differing;
  json["extra"] = comparison.extra;
  json["differences"] = nlohmann::ordered_json::array();
  for (const migrate::Difference& difference : comparison.differences) {
    json["differences"].push_back({{"kind", std::string(name_of(difference.kind))},
                                   {"isbn", difference.isbn},
                                   {"key", difference.key},
                                   {"columns", difference.columns}});
  }
  for (const migrate::ToleranceCheck& check : checks) {
    json["criteria"].push_back(
        {{"id", check.id},
         {"threshold", check.threshold},
         {"measured", check.known ? nlohmann::ordered_json(check.measured) : nullptr},
         {"unit", check.unit},
         {"verdict", !check.known   ? "unknown"
                     : check.passed ? "pass"
                                    : "fail"}});
  }
  return json;
}

void print(const migrate::Comparison& comparison,
           const std::vector<migrate::ToleranceCheck>& checks) {
  for (const migrate::Difference& difference : comparison.differences) {
    std::string columns;
    for (const std::string& column : difference.columns) {
      columns += (columns.empty() ? ": " : ", ") + column;
    }
    std::printf("%-9s %s  %s%s\n", std::string(name_of(difference.kind)).c_str(),
                difference.isbn.c_str(), difference.key.c_str(), columns.c_str());
  }
  const auto total = comparison.missing + comparison.differing + comparison.extra;
  if (total > static_cast<std::int64_t>(comparison.differences.size())) {
    std::printf("... and %lld more\n", static_cast<long long>(total) -
                                           static_cast<long long>(comparison.differences.size()));
  }
  for (const migrate::ToleranceCheck& check : checks) {
    std::printf("%-8s %-24s %s: %g %s (%s)\n",
                !check.known   ? "unknown"
                : check.passed ? "pass"
                               : "FAIL",
                check.id.c_str(), check.threshold.c_str(), check.measured, check.unit.c_str(),
                check.note.c_str());
  }
}

int validate(const ValidateArguments& arguments, const Common& common) {
  threads::ThreadRuntime runtime;
  Cloudflare cloudflare(arguments.cloudflare, runtime);
  auto d1 = open_d1(arguments.d1, Access::read_only, cloudflare);
  if (!d1) return usage_error(d1.error());
  const std::string not_ready = why_schema_is_not_ready(**d1, arguments.d1);
  if (!not_ready.empty()) return usage_error(not_ready);
  const bool quiet = common.quiet || common.json;
  auto kv = OpenKv::open(arguments.kv, arguments.d1, runtime, cloudflare, quiet);
  if (!kv) return usage_error(kv.error());

  MigrationProgress silent(0, true);
  const migrate::MigratorOptions defaults;
  migrate::Ledger ledger(**d1, runtime, silent, defaults.retry);
  const auto run = ledger.newest_run();
  if (!run) return usage_error(describe(run.error()));
  migrate::ComparisonOptions options;
  options.one_in = arguments.one_in;
  options.live_traffic = arguments.live;
  scenarios::ReferenceJudge judge;
  const auto comparison =
      migrate::compare((*kv)->store(), **d1, runtime, silent, defaults.read, judge, options);
  if (!comparison) return usage_error(describe(comparison.error()));
  const migrate::Totals totals = *run ? (*run)->totals : migrate::Totals{};
  const auto checks = migrate::check_tolerances(totals, *comparison);
  if (common.json) {
    std::printf("%s\n", json_of(*comparison, checks)
                            .dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
                            .c_str());
  } else {
    print(*comparison, checks);
  }
  if (comparison->books == 0) {
    return usage_error(arguments.kv + ": the source has no book to compare with");
  }
  bool unknown = false;
  for (const migrate::ToleranceCheck& check : checks) {
    if (check.known && !check.passed) return exit_fail;
    unknown = unknown || !check.known;
  }
  if (!comparison->equal()) return exit_fail;
  return unknown ? exit_unknown : exit_pass;
}

}  // namespace

Run add_validate(CLI::App& program, Common& common) {
  auto arguments = std::make_shared<ValidateArguments>();
  CLI::App* command = program.add_subcommand(
      "validate", "compare a D1 database with its source, record by record and column by column");
  command->footer(
      "Example: cutover validate --kv kv-backup.ndjson.gz --d1 bookstrack.sqlite\n"
      "What a row must look like is decided by a second, independent transform.");
  command
      ->add_option("--kv", arguments->kv,
                   "a dump file, an SQLite-backed KV store, or cloudflare:NAMESPACE_ID")
      ->required();
  command
      ->add_option("--d1", arguments->d1,
                   "the D1 database: an SQLite file, or cloudflare:DATABASE_ID")
      ->required();
  add_cloudflare_flags(*command, arguments->cloudflare);
  command->add_option("--one-in", arguments->one_in, "compare a sample: one key in so many")
      ->capture_default_str()
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}));
  command->add_flag("--live", arguments->live,
                    "rows that live traffic wrote are right, whatever the source says");
  return [arguments, &common] { return validate(*arguments, common); };
}

}  // namespace cutover::app
