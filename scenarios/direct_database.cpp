#include "scenarios/direct_database.h"

namespace cutover::scenarios {

Outcome<ResultSet> DirectDatabase::query(const Statement& statement) {
  return service_.query(statement);
}

Outcome<std::vector<ResultSet>> DirectDatabase::batch(std::span<const Statement> statements) {
  return service_.batch(statements);
}

}  // namespace cutover::scenarios
