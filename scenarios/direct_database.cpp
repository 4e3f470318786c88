#include "scenarios/direct_database.h"

#include "fakes/sim/sanitizers.h"

namespace cutover::scenarios {

Outcome<ResultSet> DirectDatabase::query(const Statement& statement) {
  const sim::Quiet quiet;  // from outside the world, whatever its tasks do
  return service_.query(statement);
}

Outcome<std::vector<ResultSet>> DirectDatabase::batch(std::span<const Statement> statements) {
  const sim::Quiet quiet;
  return service_.batch(statements);
}

}  // namespace cutover::scenarios
