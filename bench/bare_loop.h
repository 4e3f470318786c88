// The limit that the migrator is measured against: a loop that transforms the same values and
// inserts the same rows of Books, in transactions of the same size, through SQLiteCpp. No listing,
// no ledger, no lease, no retry.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/ports/kv_store.h"

namespace cutover::bench {

// Makes the schema in a new file at `path`, then inserts; `with_outcomes`: also one row of
// MigrationOutcomes for each record, which a migration that accounts for every key cannot do
// without (R2.14). Seconds of the inserting alone.
[[nodiscard]] double bare_loop(const std::vector<KvRecord>& records, const std::string& path,
                               std::size_t rows_per_transaction, bool with_outcomes);

}  // namespace cutover::bench
