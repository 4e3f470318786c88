// Ledger: the migrator's memory in D1: runs, the outcome of each key, errors, and the lease.
//
// Every change of progress is one D1 batch, and its first statement is a guard: it writes NULL into
// a NOT NULL column, and so undoes the whole transaction, unless this holder's lease token is the
// newest and the run stands at the chunk that the holder believes (fencing, R2.16; K04). A holder
// that was overtaken can therefore never write, however late its request arrives. A run that is no
// longer there, because an operator set D1 back in time, counts as overtaken too.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/migrate/fate.h"
#include "core/migrate/source_reader.h"
#include "core/ports/database.h"
#include "core/ports/retry.h"

namespace cutover::migrate {

enum class RunState : std::uint8_t { running, paused, complete, failed };
[[nodiscard]] std::string_view name_of(RunState state);

struct Run {
  std::string run_id;  // "run-1", "run-2", ... in the order of their start
  std::string source;  // identity of the source: a run is only resumed on its own source (K07)
  RunState state = RunState::running;
  bool pause_requested = false;
  Place place;
  std::int64_t chunk = 0;  // transactions so far
  Totals totals;
  std::int64_t started_at = 0;  // seconds since 1970, the database's clock
  std::int64_t updated_at = 0;
  std::optional<std::int64_t> finished_at;
};

struct Lease {
  std::string owner;
  std::int64_t token = 0;
};

// A key waiting for another attempt.
struct PendingKey {
  KvListedKey listed;
  std::string reason;  // of the last attempt; empty when there was none
  std::int64_t attempts = 0;
  std::int64_t wait_seconds = 0;  // by the database's clock, until it may be tried
};

struct ErrorRow {
  std::string key;
  std::string reason;
  std::string detail;
  std::int64_t attempts = 0;
};

class Ledger {
 public:
  Ledger(Database& database, Runtime& runtime, Telemetry& telemetry, const RetryPolicy& retry);

  // The lease for `seconds`, or nothing while another owner holds it. Asking again renews it with a
  // new token. Switches.
  Outcome<std::optional<Lease>> acquire_lease(std::string_view owner, std::int64_t seconds);
  // Best effort: a lease that is not released runs out.
  void release_lease(const Lease& lease);

  // The newest run on any source, or that of this id. Switches.
  Outcome<std::optional<Run>> newest_run();
  Outcome<std::optional<Run>> find_run(std::string_view run_id);

  // Starts the next run; the lease must be held. An unfinished run before it is marked failed.
  Outcome<Run> start_run(const Lease& lease, std::string_view source);

  enum class Written : std::uint8_t { applied, overtaken, refused };
  struct WriteResult {
    Written written = Written::refused;
    bool pause_requested = false;
    std::vector<std::string> not_verified;  // keys whose row did not read back as written
    Failure failure;                        // why it was refused
  };

  // Writes one chunk: the rows, the outcome of each item, the errors, the totals and the new place,
  // in one transaction, and reads the rows back in it (R2.5). Items must not hold an ISBN twice.
  // `drained` says that the items were pending before. On `applied` and `overtaken` the run is read
  // again into `run`. An answer that was lost is resolved by reading the run back. Switches.
  Outcome<WriteResult> write_chunk(const Lease& lease, std::int64_t lease_seconds, Run& run,
                                   const Place& place, std::span<const Item> items, bool drained);

  // D1 queries that write_chunk makes for this many items, with the read that resolves doubt.
  [[nodiscard]] static std::int64_t chunk_cost(std::size_t items);
  // The same when none of them has a row.
  [[nodiscard]] static std::int64_t postponing_cost(std::size_t items);

  // Pending keys that come after `after` in byte order, and may be tried again or not yet.
  Outcome<std::vector<PendingKey>> pending(std::string_view run_id, std::string_view after,
                                           std::size_t limit);

  // The state after the last chunk: complete, failed or paused; guarded like a chunk.
  Outcome<Written> finish(const Lease& lease, Run& run, RunState state);

  // A paused run goes on: running again, under this lease.
  Outcome<Written> reopen(const Lease& lease, Run& run);

  // Operators' wishes; no lease needed, safe at any moment.
  Outcome<bool> request_pause();                                // false: no run to pause
  Outcome<std::int64_t> retry_failed(std::string_view run_id);  // keys made pending again

  // Errors after key `after`, in byte order.
  Outcome<std::vector<ErrorRow>> errors(std::string_view run_id, std::string_view after,
                                        std::size_t limit);

 private:
  struct Chunk;
  static void add_items(Chunk& chunk, const std::string& run_id, std::int64_t number,
                        std::span<const Item> items, bool drained);
  Outcome<ResultSet> query(const Statement& statement);
  Outcome<Written> set_state(const Lease& lease, Run& run, RunState state);
  Outcome<WriteResult> resolve(const Lease& lease, Run& run, const Failure& failure);

  Database& database_;
  Runtime& runtime_;
  Telemetry& telemetry_;
  const RetryPolicy& retry_;
};

}  // namespace cutover::migrate
