// Rehearsal: what the steps of verify share. Each step is a function of its own; it reads what
// earlier steps left here, adds its evidence, and never judges what it did not see.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/migrate/comparison.h"
#include "core/migrate/dry_run.h"
#include "core/migrate/inventory.h"
#include "reports/evidence.h"
#include "scenarios/final_state.h"
#include "scenarios/migration.h"
#include "scenarios/verify.h"
#include "scenarios/world.h"

namespace cutover::scenarios {

struct Rehearsal {
  Rehearsal(const VerifyOptions& verify_options, ProgressSink& sink);

  const VerifyOptions& options;
  ProgressSink& progress;
  reports::Report report;

  sim::FaultPlan no_faults;
  WorldOptions world_options;
  std::unique_ptr<World> world;

  std::vector<KvRecord> records;  // the dump, in its order, problems left out
  std::int64_t distinct_keys = 0;
  std::optional<migrate::Inventory> inventory;
  std::optional<migrate::DryRunReport> dry_run;
  std::optional<MigrationResult> migration;
  std::optional<FinalState> migrated;  // right after the migration
  std::uint64_t migrator_calls = 0;    // port calls that the migration made

  // A fresh world with the dump in KV, empty D1.
  [[nodiscard]] std::unique_ptr<World> new_world(sim::FaultPlan& plan,
                                                 const WorldOptions& with) const;
  [[nodiscard]] MigrationPlan migration_plan() const;

  // Puts a key that is no row, or was altered, on the list of them, if there is one.
  void list(const reports::LeftOutKey& key) const;

  // Adds evidence to a requirement's row.
  void show(std::string_view requirement, bool holds, std::string what, std::string_view step);
};

// One step being taken: measures its time and events, and writes its row at the end.
class StepRecord {
 public:
  StepRecord(Rehearsal& rehearsal, std::string name);

  // The row's verdict and one sentence.
  void end(reports::Verdict verdict, std::string what_happened);
  void end(bool passed, std::string what_happened) {
    end(passed ? reports::Verdict::pass : reports::Verdict::fail, std::move(what_happened));
  }
  [[nodiscard]] const std::string& name() const { return step_.name; }

 private:
  Rehearsal& rehearsal_;
  reports::Step step_;
  std::chrono::steady_clock::time_point real_start_;
  Duration virtual_start_;
  std::uint64_t events_start_;
};

// The steps, in order. False: nothing after it can be judged.
bool load_dump(Rehearsal& rehearsal, std::string& error);  // rehearse_input.cpp
bool take_stock(Rehearsal& rehearsal);
void back_up_and_restore(Rehearsal& rehearsal);  // rehearse_backup.cpp
bool make_schema(Rehearsal& rehearsal);          // rehearse_schema.cpp
void run_dry(Rehearsal& rehearsal);              // rehearse_migration.cpp
bool run_migration(Rehearsal& rehearsal);
void load_library(Rehearsal& rehearsal, std::string& error);  // rehearse_library.cpp
void run_queries(Rehearsal& rehearsal);
void validate_everything(Rehearsal& rehearsal);  // rehearse_validation.cpp
void validate_damage(Rehearsal& rehearsal);
void run_again(Rehearsal& rehearsal);  // rehearse_repeats.cpp
void run_interrupted(Rehearsal& rehearsal);
void run_two_at_once(Rehearsal& rehearsal);
void run_beside_live_traffic(Rehearsal& rehearsal);
void run_for_digest(Rehearsal& rehearsal);
void explain_outcomes(Rehearsal& rehearsal);  // explain_outcomes.cpp
void run_phases(Rehearsal& rehearsal);        // rehearse_phases.cpp
void run_drills(Rehearsal& rehearsal);        // rehearse_drills.cpp

// What a reason or a mark means, for people. Empty for a word that docs/TRANSFORM.md does not have.
[[nodiscard]] std::string_view meaning_of_word(std::string_view word);

// "6,810"
[[nodiscard]] std::string with_commas(std::int64_t number);

}  // namespace cutover::scenarios
