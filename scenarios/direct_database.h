// DirectDatabase: the Database port on a simulated D1 without its gate: no latency, no limits of an
// invocation, no history. For set-up and checks, never for what is being rehearsed.
#pragma once

#include "core/ports/database.h"
#include "fakes/d1/d1_service.h"

namespace cutover::scenarios {

class DirectDatabase final : public Database {
 public:
  explicit DirectDatabase(fakes::D1Service& service) : service_(service) {}

  Outcome<ResultSet> query(const Statement& statement) override;
  Outcome<std::vector<ResultSet>> batch(std::span<const Statement> statements) override;

 private:
  fakes::D1Service& service_;
};

}  // namespace cutover::scenarios
