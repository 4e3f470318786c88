#include "scenarios/drills/data_stand.h"

#include <algorithm>

#include "core/migrate/migrator.h"
#include "core/ports/check.h"
#include "core/store/schema_migrations.h"
#include "scenarios/direct_database.h"
#include "scenarios/generate.h"
#include "scenarios/phases/checks.h"

namespace cutover::scenarios {
namespace {

constexpr std::uint64_t records = 300;

WorldOptions world_options(std::uint64_t seed) {
  WorldOptions options;
  options.seed = seed;
  return options;
}

}  // namespace

DataStand::DataStand(std::uint64_t seed) : world_(world_options(seed), troubles_) {
  world_.d1().restore(database_with_schema());
  for (KvRecord& record : DumpGenerator({seed}).records(records)) world_.kv().load(record);
}

MigrationPlan DataStand::plan() {
  MigrationPlan plan;
  plan.options.chunk_keys = 20;
  plan.options.read.page_keys = 50;
  plan.options.read.reads_in_flight = 2;
  return plan;
}

std::optional<migrate::Comparison> DataStand::compare() {
  std::optional<migrate::Comparison> comparison;
  world_.invoke("auditor", 1, no_limits(), [&](Isolate& isolate) {
    comparison = compare_by_reference(isolate, Provenance::counts);
  });
  return comparison;
}

void DataStand::sql(const std::string& text) {
  const auto done = world_.d1().connection().run({text, {}});
  CUTOVER_CHECK(done.has_value(), "an operator's statement is valid SQL");
}

void DataStand::in_copy(const std::function<void(Isolate&)>& look) {
  sim::FaultPlan no_faults;
  World copy({}, no_faults);
  copy.d1().restore(world_.d1().image());
  copy.invoke("auditor", 1, no_limits(), look);
}

bool DataStand::back_up(KvCopy& copy) {
  bool made = false;
  world_.invoke("operator", 0, no_limits(), [&](Isolate& isolate) {
    made = migrate::back_up(isolate.kv, isolate.runtime, isolate.telemetry, {}, copy).has_value();
  });
  return made;
}

std::int64_t DataStand::differences_from(KvCopy& copy) {
  std::int64_t different = -1;
  copy.rewind();
  world_.invoke("auditor", 1, no_limits(), [&](Isolate& isolate) {
    const auto compared =
        migrate::compare_entries(isolate.kv, isolate.runtime, isolate.telemetry, {}, copy);
    if (!compared) return;
    // The migrator's own note, for people, is no entry of anybody's.
    different = std::count_if(compared->differences.begin(), compared->differences.end(),
                              [](const auto& each) { return each.key != migrate::checkpoint_key; });
  });
  return different;
}

bool DataStand::restore(KvCopy& copy) {
  bool done = false;
  copy.rewind();
  world_.invoke("operator", 0, no_limits(), [&](Isolate& isolate) {
    done = migrate::restore(isolate.kv, isolate.runtime, isolate.telemetry, {}, copy).has_value();
  });
  world_.wait(std::chrono::seconds(61));  // until no location remembers what was there before
  return done;
}

bool DataStand::apply_repair(const std::string& text) {
  std::vector<store::MigrationFile> files = store::embedded_migrations();
  files.push_back({"0099_repair.sql", text});
  DirectDatabase d1(world_.d1());
  const auto report = store::apply(d1, files, false);
  return report.has_value() && report->ok();
}

Undisturbed undisturbed_migration(std::uint64_t seed) {
  DataStand stand(seed);
  stand.migrate();
  return {stand.state(), end_state(stand.world())};
}

}  // namespace cutover::scenarios
