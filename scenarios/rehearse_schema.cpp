// Step of verify: the schema, applied, applied again, and compared with what the files make.

#include "core/store/schema_check.h"
#include "core/store/schema_migrations.h"
#include "scenarios/direct_database.h"
#include "scenarios/rehearsal.h"

namespace cutover::scenarios {
namespace {

struct SchemaFindings {
  std::string failed;  // empty: all calls succeeded
  std::size_t dry = 0;
  std::size_t applied = 0;
  std::size_t again = 0;
  bool up_to_date = false;
  std::size_t differences = 0;
  std::size_t found_damage = 0;  // differences named after a deliberate change
  std::string damage;            // the first of them
};

SchemaFindings apply_and_check(Isolate& isolate, Database& scratch) {
  SchemaFindings found;
  const auto& files = store::embedded_migrations();
  auto dry = store::apply(isolate.d1, files, true);
  auto first = store::apply(isolate.d1, files, false);
  auto second = store::apply(isolate.d1, files, false);
  auto standing = store::status(isolate.d1, files);
  auto expected = store::apply(scratch, files, false);
  for (const auto* report : {&dry, &first, &second, &expected}) {
    if (!*report) {
      found.failed = describe((*report).error());
    } else if (!(**report).ok()) {
      found.failed =
          (**report).failed ? (**report).failed->message : (**report).refusals.front().message;
    }
    if (!found.failed.empty()) return found;
  }
  if (!standing) {
    found.failed = describe(standing.error());
    return found;
  }
  found.dry = dry->pending.size();
  found.applied = first->applied.size();
  found.again = second->applied.size();
  found.up_to_date = standing->up_to_date();
  auto differences = store::check_schema(scratch, isolate.d1);
  if (!differences) {
    found.failed = describe(differences.error());
    return found;
  }
  found.differences = differences->size();
  // The check itself must be able to fail.
  auto dropped = scratch.query({"DROP INDEX idx_books_year", {}});
  auto damaged = store::check_schema(isolate.d1, scratch);
  if (dropped && damaged && !damaged->empty()) {
    found.found_damage = damaged->size();
    found.damage = damaged->front().text();
  }
  return found;
}

}  // namespace

bool make_schema(Rehearsal& rehearsal) {
  StepRecord step(rehearsal, "make the schema");
  World& world = *rehearsal.world;
  World scratch_world(rehearsal.world_options, rehearsal.no_faults);
  SchemaFindings found;
  world.invoke("operator", 0, no_limits(), [&](Isolate& isolate) {
    DirectDatabase scratch(scratch_world.d1());
    found = apply_and_check(isolate, scratch);
  });
  if (!found.failed.empty()) {
    step.end(false, found.failed);
    return false;
  }
  const std::size_t files = store::embedded_migrations().size();
  const bool applied_once =
      found.dry == files && found.applied == files && found.again == 0 && found.up_to_date;
  const std::string ledger = std::to_string(found.applied) + " files applied, " +
                             std::to_string(found.again) + " when applied again";
  const std::string compared = std::to_string(found.differences) +
                               " differences from the files; a dropped index is reported as \"" +
                               found.damage + "\"";
  for (const char* table : {"R1.1", "R1.2", "R1.3", "R1.4"}) {
    rehearsal.show(table, found.differences == 0,
                   std::to_string(found.differences) + " differences from the migration files",
                   step.name());
  }
  rehearsal.show("R1.5", applied_once, ledger, step.name());
  rehearsal.show("R1.6", found.differences == 0 && found.found_damage == 1, compared, step.name());
  const bool passed = applied_once && found.differences == 0 && found.found_damage == 1;
  step.end(passed, ledger + "; " + compared);
  return passed;
}

}  // namespace cutover::scenarios
