// Migrator: moves every book entry from KV to D1, in bounded, restartable steps (plan item 2.2).
//
// One step is one invocation of the platform. It takes the lease, and then chunk by chunk: lists,
// reads in bulk, transforms, and writes rows, outcomes, progress and totals in one D1 transaction.
// It stops before a budget runs out and answers `more`; whoever drives it calls again. Killed at
// any moment, it goes on from the last transaction (R2.7). Two of them do no harm (R2.16).
//
// It never deletes, never touches UserLibrary, and never overwrites what live traffic wrote.
// Calls on one Migrator must not overlap; any call may switch.
#pragma once

#include <optional>
#include <string>

#include "core/migrate/ledger.h"
#include "core/migrate/source_reader.h"

namespace cutover::migrate {

struct MigratorOptions {
  std::string source = "BOOK_CACHE";  // names the source: environment and namespace (K07)
  ReadOptions read;
  std::size_t chunk_keys = 100;             // keys per transaction, 1 to 100 (R2.1)
  std::size_t chunk_bytes_max = 8'000'000;  // bytes of values per transaction
  std::int64_t step_keys_max = 1'000'000;   // keys per step, whatever the budget
  std::int64_t lease_seconds = 60;
  std::int64_t attempts_max = 5;  // per key, before it counts as failed (or empty, when absent)
  RetryPolicy retry;
  bool mirror_checkpoint = true;  // keep migration:checkpoint in KV, for people
};

enum class StepEnd : std::uint8_t {
  more,      // call again now
  waiting,   // call again after `wait`: keys may not be tried before
  busy,      // another migrator holds the lease; call again after `wait`
  paused,    // an operator asked for it; resume goes on
  complete,  // nothing is pending and nothing failed
  failed,    // done, but some keys failed for good: retry_failed, then resume
  nothing,   // resume, but there is no run to resume
};
[[nodiscard]] std::string_view name_of(StepEnd end);

struct StepReport {
  StepEnd end = StepEnd::more;
  std::optional<Run> run;
  Duration wait{0};
};

enum class Begin : std::uint8_t {
  fresh,   // a new run; an unfinished one before it is given up
  resume,  // go on with the newest run, if it is on this source and unfinished
};

inline constexpr std::string_view checkpoint_key = "migration:checkpoint";

class Migrator {
 public:
  Migrator(KvStore& kv, Database& database, Runtime& runtime, Telemetry& telemetry,
           const MigratorOptions& options);

  // One bounded step. A Failure means that a service kept failing; everything up to the last
  // transaction is kept, and the next step (resume) goes on from there.
  Outcome<StepReport> step(Begin begin);

 private:
  struct Step;  // the state of one call
  Outcome<std::optional<Run>> open_run(const Lease& lease, Begin begin);
  Outcome<StepReport> work(Step& step);
  Outcome<bool> copy_window(Step& step);
  Outcome<bool> drain_pending(Step& step);
  Outcome<bool> write(Step& step, const Place& place, std::span<Item> items, bool drained);
  Outcome<bool> write_refused(Step& step, const Place& place, std::span<Item> items, bool drained,
                              const Failure& refusal);
  void give_up_when_spent(Item& item, std::int64_t attempts) const;
  std::size_t affordable_keys() const;
  std::size_t readable_keys() const;
  std::size_t writable_keys() const;
  void mirror(const Run& run);

  KvStore& kv_;
  Runtime& runtime_;
  Telemetry& telemetry_;
  MigratorOptions options_;
  SourceReader reader_;
  Ledger ledger_;
  std::optional<Duration> mirrored_at_;
};

}  // namespace cutover::migrate
