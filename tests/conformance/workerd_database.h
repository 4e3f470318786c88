// WorkerdDatabase: the Database port on workerd's D1, so that the core's own code can be run
// against it. Columns of one name fold into one, as the binding has it. Never switches.
#pragma once

#include "core/ports/database.h"
#include "tests/conformance/workerd.h"

namespace cutover::conformance {

class WorkerdDatabase final : public Database {
 public:
  // `workerd` must outlive it.
  WorkerdDatabase(Workerd& workerd, std::size_t store) : workerd_(workerd), store_(store) {}

  Outcome<ResultSet> query(const Statement& statement) override;
  // Every failure is `malformed` with workerd's words: nothing was applied.
  Outcome<std::vector<ResultSet>> batch(std::span<const Statement> statements) override;

 private:
  Workerd& workerd_;
  std::size_t store_;
};

}  // namespace cutover::conformance
