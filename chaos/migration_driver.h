// MigrationDriver: what drives a migrator in a storm: a cron trigger that calls invocation after
// invocation until the migration is over, and an operator who has failed keys tried again.
#pragma once

#include <string>

#include "core/migrate/migrator.h"
#include "scenarios/world.h"

namespace cutover::chaos {

struct Aftermath;
struct StormCase;

// Starts a driver for a migrator of this role. It ends when aftermath.finished is set, or two hours
// of virtual time after the storm (liveness). Its first invocation begins as `begin` says.
void start_migration_driver(scenarios::World& world, const StormCase& played,
                            const std::string& role, std::size_t location, migrate::Begin begin,
                            Aftermath& aftermath);

}  // namespace cutover::chaos
