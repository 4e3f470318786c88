// Dry run: everything that a migration does except its writes (R2.8, plan defect K09).
//
// It lists, reads and transforms every entry, compares with what D1 holds, and says what a run
// would do to each key, so its histogram of fates equals the real run's on the same data. The
// estimate that it gives is compared with the actual run afterwards (R7.5).
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/migrate/migrator.h"

namespace cutover::migrate {

// What a real run is expected to need. Stated with its assumptions, to be held against the truth.
struct Estimate {
  std::int64_t kv_lists = 0;
  std::int64_t kv_reads = 0;      // bulk reads and single ones, as operations
  std::int64_t kv_keys_read = 0;  // as billed: each key of a bulk read
  std::int64_t d1_transactions = 0;
  std::int64_t d1_queries = 0;       // statements
  std::int64_t d1_rows_written = 0;  // as billed: rows times their indexes
  Duration duration{0};              // reading as measured, plus writing as assumed below
  double cost_dollars = 0;           // at the list prices in dry_run.cpp
};

struct DryRunReport {
  Totals totals;                                // pending: keys that could not be read now
  std::map<std::string, std::int64_t> reasons;  // of every fate that has one
  std::map<std::string, std::int64_t> marks;    // of rows that would be written
  Estimate estimate;
};

struct DryRunOptions {
  Duration d1_transaction = std::chrono::milliseconds(60);  // assumed time of one chunk's write
  // Assumed for starting, the lease, and the last word of the mirror: KV takes one a second.
  Duration fixed = std::chrono::milliseconds(1500);
};

// Walks the whole source; needs no lease and no ledger, and writes nothing. Memory: about 60 bytes
// per key that would be written. Switches.
Outcome<DryRunReport> dry_run(KvStore& kv, Database& database, Runtime& runtime,
                              Telemetry& telemetry, const MigratorOptions& options,
                              const DryRunOptions& dry_options);

}  // namespace cutover::migrate
