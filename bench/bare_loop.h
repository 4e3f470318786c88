// The limit that the migrator is measured against: a loop that transforms the same values and
// inserts the same rows of Books, in transactions of the same size, through SQLiteCpp. No listing,
// no ledger, no lease, no retry.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/ports/kv_store.h"

namespace cutover::bench {

// Makes the schema in a new file at `path`, then inserts. Seconds of the inserting alone.
double bare_loop(const std::vector<KvRecord>& records, const std::string& path,
                 std::size_t rows_per_transaction);

}  // namespace cutover::bench
