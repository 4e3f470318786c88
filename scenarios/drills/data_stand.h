// DataStand: a world with generated records in KV and the schema in D1, for drills in which nobody
// reads meanwhile, and what an undisturbed migration makes of the same records.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/migrate/comparison.h"
#include "scenarios/drills/end_state.h"
#include "scenarios/final_state.h"
#include "scenarios/live/kv_copy.h"
#include "scenarios/live/troubles.h"
#include "scenarios/migration.h"
#include "scenarios/world.h"

namespace cutover::scenarios {

class DataStand {
 public:
  explicit DataStand(std::uint64_t seed);

  [[nodiscard]] World& world() { return world_; }
  [[nodiscard]] Troubles& troubles() { return troubles_; }

  MigrationResult migrate(migrate::Begin begin = migrate::Begin::fresh) {
    return migrate_all(world_, plan(), begin);
  }
  // Pages of 50 keys, chunks of 20, so that few records make many invocations' worth of work.
  [[nodiscard]] static MigrationPlan plan();

  [[nodiscard]] FinalState state() { return final_state(world_.d1()); }
  // Every entry and every row, by the reference transform. Nothing: it could not be made.
  [[nodiscard]] std::optional<migrate::Comparison> compare();

  // Statements by hand, as an operator's mistake would send them.
  void sql(const std::string& text);
  // Backup, and entries that differ from it; -1: it could not be made.
  [[nodiscard]] bool back_up(KvCopy& copy);
  [[nodiscard]] std::int64_t differences_from(KvCopy& copy);
  [[nodiscard]] bool restore(KvCopy& copy);
  // Looks at a copy of D1, through a connection of its own: a statement that was prepared before a
  // change of the schema explains the plan of before.
  void in_copy(const std::function<void(Isolate&)>& look);
  // Applies the project's migrations and this one after them; false: refused or failed.
  [[nodiscard]] bool apply_repair(const std::string& sql);

 private:
  Troubles troubles_;
  World world_;
};

// After one migration with these plans and nothing in its way.
struct Undisturbed {
  FinalState state;  // to the version of each row, for what must not have been written twice
  EndState end;      // what is said of each book, for what may have been written again
};
[[nodiscard]] Undisturbed undisturbed_migration(std::uint64_t seed);

}  // namespace cutover::scenarios
