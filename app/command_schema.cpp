// cutover schema: apply, status and check of the schema of a D1 database.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "app/backends.h"
#include "app/commands.h"
#include "core/store/schema_check.h"
#include "core/store/schema_migrations.h"

namespace cutover::app {
namespace {

struct SchemaArguments {
  std::string d1;
  std::string what = "status";
  bool dry_run = false;
  CloudflareFlags cloudflare;
};

int apply(const SchemaArguments& arguments, Cloudflare& cloudflare, const Common& common) {
  const Access access = arguments.dry_run ? Access::read_only : Access::create;
  auto d1 = open_d1(arguments.d1, access, cloudflare);
  if (!d1) return usage_error(d1.error());
  const auto report = store::apply(**d1, store::embedded_migrations(), arguments.dry_run);
  if (!report) return usage_error(arguments.d1 + ": " + describe(report.error()));
  if (!report->ok()) {
    return usage_error(report->failed ? report->failed->message : report->refusals.front().message);
  }
  if (common.json) {
    nlohmann::ordered_json json;
    json["applied"] = report->applied;
    json["pending"] = report->pending;
    std::printf("%s\n", json.dump(2).c_str());
    return exit_pass;
  }
  for (const std::string& name : report->applied) std::printf("applied  %s\n", name.c_str());
  for (const std::string& name : report->pending) std::printf("pending  %s\n", name.c_str());
  if (report->applied.empty() && report->pending.empty()) {
    std::printf("nothing to apply: the schema is up to date\n");
  }
  return exit_pass;
}

int status(const SchemaArguments& arguments, Cloudflare& cloudflare, const Common& common) {
  auto d1 = open_d1(arguments.d1, Access::read_only, cloudflare);
  if (!d1) return usage_error(d1.error());
  const auto standing = store::status(**d1, store::embedded_migrations());
  if (!standing) return usage_error(arguments.d1 + ": " + describe(standing.error()));
  if (common.json) {
    nlohmann::ordered_json json;
    json["applied"] = nlohmann::ordered_json::array();
    for (const auto& applied : standing->applied) {
      json["applied"].push_back({{"name", applied.name},
                                 {"appliedAt", applied.applied_at},
                                 {"checksum", std::string(name_of(applied.checksum))}});
    }
    json["pending"] = standing->pending;
    json["upToDate"] = standing->up_to_date();
    std::printf("%s\n", json.dump(2).c_str());
  } else {
    for (const auto& applied : standing->applied) {
      std::printf("applied  %s  %s  %s\n", applied.name.c_str(), applied.applied_at.c_str(),
                  std::string(name_of(applied.checksum)).c_str());
    }
    for (const std::string& name : standing->pending) std::printf("pending  %s\n", name.c_str());
    for (const auto& refusal : standing->refusals)
      std::printf("refused  %s\n", refusal.message.c_str());
  }
  return standing->up_to_date() ? exit_pass : exit_fail;
}

int check(const SchemaArguments& arguments, Cloudflare& cloudflare, const Common& common) {
  auto d1 = open_d1(arguments.d1, Access::read_only, cloudflare);
  if (!d1) return usage_error(d1.error());
  auto scratch = sqlite::SqliteDatabase::open(":memory:");
  if (!scratch) return usage_error(scratch.error());
  const auto made = store::apply(**scratch, store::embedded_migrations(), false);
  if (!made || !made->ok()) return usage_error("the embedded migrations do not apply");
  const auto differences = store::check_schema(**scratch, **d1);
  if (!differences) return usage_error(arguments.d1 + ": " + describe(differences.error()));
  int failures = 0;
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const store::SchemaDifference& difference : *differences) {
    failures += difference.severity == store::Severity::failure ? 1 : 0;
    json.push_back(
        {{"severity", std::string(name_of(difference.severity))}, {"text", difference.text()}});
    if (!common.json) {
      std::printf("%-8s %s\n", std::string(name_of(difference.severity)).c_str(),
                  difference.text().c_str());
    }
  }
  if (common.json)
    std::printf("%s\n", json.dump(2).c_str());
  else if (differences->empty())
    std::printf("the schema is what the migration files make\n");
  return failures == 0 ? exit_pass : exit_fail;
}

int schema(const SchemaArguments& arguments, const Common& common) {
  threads::ThreadRuntime runtime;
  Cloudflare cloudflare(arguments.cloudflare, runtime);
  if (arguments.what == "apply") return apply(arguments, cloudflare, common);
  if (arguments.what == "check") return check(arguments, cloudflare, common);
  return status(arguments, cloudflare, common);
}

}  // namespace

Run add_schema(CLI::App& program, Common& common) {
  auto arguments = std::make_shared<SchemaArguments>();
  CLI::App* command = program.add_subcommand(
      "schema",
      "apply the schema migrations to a D1 database, show their status, or check the result");
  command->footer(
      "Example: cutover schema apply --d1 bookstrack.sqlite\n"
      "The ledger is wrangler's own table, so the two can take turns.");
  command->add_option("what", arguments->what, "apply, status or check")
      ->capture_default_str()
      ->check(CLI::IsMember({"apply", "status", "check"}));
  command
      ->add_option("--d1", arguments->d1,
                   "the D1 database: an SQLite file, or cloudflare:DATABASE_ID")
      ->required();
  add_cloudflare_flags(*command, arguments->cloudflare);
  command->add_flag("--dry-run", arguments->dry_run, "apply: only say what would be applied");
  return [arguments, &common] { return schema(*arguments, common); };
}

}  // namespace cutover::app
