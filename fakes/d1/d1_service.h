// D1Service: one simulated D1 database: a real SQLite in memory with D1's limits and manners.
//
// Its operations are pure effects at the present virtual time: they never switch, spend no time and
// never misbehave on purpose. The serial queue, latency and faults are the gate's to apply; the
// port is D1Client's. Every call is one transaction, so foreign keys cannot be switched off and
// VACUUM fails. random() is drawn from a seeded stream; unixepoch() follows the VFS.
// Semantics, limits and texts: miniflare-observed section 4, cloudflare-facts B1, B2, B4.
// One world, one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sqlite/connection.h"
#include "core/ports/database.h"
#include "fakes/d1/authorizer.h"
#include "fakes/d1/own_query.h"
#include "fakes/d1/row_costs.h"
#include "fakes/d1/sql_dump.h"
#include "fakes/d1/time_travel.h"
#include "fakes/sim/scheduler.h"
#include "fakes/sim/serial_queue.h"

namespace cutover::fakes {

// What a bill would count. Statements of failed calls are counted as asked; rows are not.
struct D1Counts {
  std::int64_t queries = 0;  // calls
  std::int64_t batches = 0;  // calls
  std::int64_t statements = 0;
  std::int64_t rows_read = 0;     // approximate, as in ResultMeta
  std::int64_t rows_written = 0;  // approximate: row_costs.h
  std::int64_t repeats = 0;       // of reads, by the service itself; in none of the above

  friend bool operator==(const D1Counts&, const D1Counts&) = default;
};

// The free plan's, per day of UTC.
struct D1DailyLimits {
  std::int64_t rows_read = 5'000'000;
  std::int64_t rows_written = 100'000;
};

class D1Service {
 public:
  struct Options {
    std::uint64_t seed = 1;  // of random() and randomblob()
    std::string vfs;         // a registered SQLite VFS with the virtual clock; empty: SQLite's own
    std::size_t queue_depth_max = 1000;
    Duration queue_wait_max = std::chrono::seconds(30);
    Duration network_latency = std::chrono::milliseconds(10);  // each way
    // Time in the queue's slot, for every statement of a call. How many rows a statement touches is
    // known only afterwards, and no time may pass during or after it in the slot: the size of its
    // bound values stands for its rows.
    Duration read_time = std::chrono::microseconds(500);
    Duration write_time = std::chrono::milliseconds(2);
    Duration kibibyte_time = std::chrono::microseconds(10);
    Duration query_time_max = std::chrono::seconds(30);  // of a whole call
    // Of a whole call, in steps of SQLite's machine, so that none holds the world for ever: three
    // seconds of one core. Virtual time does not know how long a statement takes.
    std::int64_t steps_max = 300'000'000;
    // How often the service tries a call that only reads before its caller hears of a transient
    // failure: 3 since 2025-09-11, 1 before.
    int read_attempts_max = 1;
    std::int64_t bytes_max = 10'000'000'000;    // of the database; the paid plan's
    std::optional<D1DailyLimits> daily_limits;  // none: unlimited
    TimeTravel::Options time_travel;
  };

  D1Service(sim::Scheduler& scheduler, Options options);
  ~D1Service();
  D1Service(const D1Service&) = delete;
  D1Service& operator=(const D1Service&) = delete;

  // ---- Effects ----
  Outcome<ResultSet> query(const Statement& statement);
  Outcome<std::vector<ResultSet>> batch(std::span<const Statement> statements);

  // An imported file: all of its statements in one transaction, however long they take.
  Outcome<std::vector<ResultSet>> import(std::span<const Statement> statements);

  // Time Travel. A bookmark names the present state; restoring to it is one effect, whole or not at
  // all, and answers with the bookmark of the state that it replaced, so it can be undone. Calls
  // that wait in the queue find the restored state. Fails: malformed (no such bookmark, or not any
  // more), throttled (too many restores).
  std::string bookmark();
  Outcome<std::string> restore_to(std::string_view bookmark);

  // ---- States in which it refuses, until they are switched off ----
  // At its maximum size: whatever inserts, updates or creates fails, deletes and reads go on. A
  // real full database still takes what fits into the pages that it has.
  void set_full(bool full) { full_ = full; }
  // A long-running job blocks every query.
  void set_export_running(bool running) { running_job_ = running ? "export" : ""; }
  void set_import_running(bool running) { running_job_ = running ? "import" : ""; }

  // The service repeats a read by itself: D1Client says so.
  void count_repeat() { ++counts_.repeats; }

  // The slot that every call waits for, and how long a call keeps it.
  [[nodiscard]] sim::SerialQueue& queue() { return queue_; }
  [[nodiscard]] Duration time_of(std::span<const Statement> statements) const;

  // ---- Outside of virtual time: set-up and checks ----
  // The same database with D1's limits of statements and values; without queue, network, counts and
  // bounds of what one call may read: a check may look at a database of any size.
  [[nodiscard]] sqlite::Connection& connection();
  // See database_content.h.
  [[nodiscard]] std::map<std::string, std::string> table_digests(
      std::span<const std::string> except = {});
  [[nodiscard]] std::string digest(std::span<const std::string> except = {});  // over all of them
  [[nodiscard]] std::string image();
  [[nodiscard]] std::int64_t size_bytes();  // of the database, as `size_after` says
  // As the statements that make it anew: sql_dump.h.
  [[nodiscard]] std::string dump(const DumpOptions& options);
  void restore(std::string_view image);

  [[nodiscard]] const D1Counts& counts() const { return counts_; }
  [[nodiscard]] const Options& options() const { return options_; }

 private:
  Outcome<std::vector<ResultSet>> transaction(std::string_view operation,
                                              std::span<const Statement> statements);
  Outcome<std::vector<ResultSet>> apply(std::string_view operation,
                                        std::span<const Statement> statements);
  std::optional<Failure> refuse(std::string_view operation, std::span<const Statement> statements);
  Outcome<ResultSet> run_one(std::string_view operation, const Statement& statement);
  void begin();
  void roll_back();
  void forget_connection();
  void count_rows(const ResultMeta& meta);

  sim::Scheduler& scheduler_;
  Options options_;
  sim::SerialQueue queue_;
  RandomStream random_;
  std::unique_ptr<sqlite::Connection> connection_;
  sqlite3* database_;  // the connection's
  OwnStatement begin_{"BEGIN"};
  OwnStatement commit_{"COMMIT"};
  Authorizer authorizer_;
  RowCosts costs_;
  D1Counts counts_;
  TimeTravel time_travel_;
  bool full_ = false;
  std::string_view running_job_;  // "export", "import", or nothing
  std::int64_t day_ = 0;          // of the two below
  std::int64_t rows_read_today_ = 0;
  std::int64_t rows_written_today_ = 0;
};

}  // namespace cutover::fakes
