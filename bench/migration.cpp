// The migration against its limits: a bare loop that writes the same books, and one that writes the
// same outcomes too (DESIGN section 10, R3.12).

#include <cstdio>
#include <cstdlib>

#include "adapters/sqlite/sqlite_database.h"
#include "adapters/threads/thread_runtime.h"
#include "bench/bare_loop.h"
#include "bench/measure.h"
#include "bench/memory_kv.h"
#include "bench/migration.h"
#include "bench/sample.h"
#include "bench/samples.h"
#include "bench/scratch.h"
#include "core/migrate/migrator.h"
#include "core/store/schema_migrations.h"

namespace cutover::bench {
namespace {

constexpr std::size_t rows_per_transaction = 100;

class NoTelemetry final : public Telemetry {
 public:
  using Telemetry::emit;
  void emit(std::string_view, std::span<const Field>) override {}
};

}  // namespace

double migrate(const std::vector<KvRecord>& records, const std::string& path) {
  threads::ThreadRuntime runtime;
  NoTelemetry telemetry;
  auto database = sqlite::SqliteDatabase::open(path);
  if (!database || !store::apply(**database, store::embedded_migrations(), false)) std::exit(2);
  MemoryKv kv(records);
  migrate::MigratorOptions options;
  options.chunk_keys = rows_per_transaction;
  migrate::Migrator migrator(kv, **database, runtime, telemetry, options);
  bool complete = false;
  const double seconds = seconds_of([&] {
    const auto report = migrator.step(migrate::Begin::fresh);
    complete = report && report->end == migrate::StepEnd::complete;
  });
  if (!complete) {
    std::fprintf(stderr, "cutover: the measured migration did not complete\n");
    std::exit(1);
  }
  return seconds;
}

std::vector<Row> measure_migration(const Setup& setup) {
  const std::vector<KvRecord>& records = sample();
  Row books{"migration",
            "migration of the sample, rows/s; where there is a second core, it reads ahead",
            "a bare loop that parses the same values and inserts the same books",
            Bound::at_least,
            0.8,
            ""};
  Row both = books;
  both.name = "migration-outcomes";
  both.against = "the bare loop, which also writes what became of each key";
  std::vector<double> ours;
  std::vector<double> bare;
  std::vector<double> bare_with_outcomes;
  const auto count = static_cast<double>(records.size());
  for (int round = 0; round < setup.rounds; ++round) {
    const ScratchFolder folder;
    const double b = bare_loop(records, folder.file("bare.sqlite"), rows_per_transaction, false);
    const double m = migrate(records, folder.file("migrated.sqlite"));
    const double o = bare_loop(records, folder.file("outcomes.sqlite"), rows_per_transaction, true);
    bare.push_back(count / b);
    ours.push_back(count / m);
    bare_with_outcomes.push_back(count / o);
    books.values.push_back(b / m);
    both.values.push_back(o / m);
  }
  books.notes = {rates_text("migrator", ours, "rows/s"), rates_text("bare loop", bare, "rows/s"),
                 std::to_string(records.size()) + " records, " +
                     std::to_string(rows_per_transaction) + " in a transaction"};
  both.notes = {rates_text("bare loop with outcomes", bare_with_outcomes, "rows/s")};
  return {std::move(books), std::move(both)};
}

}  // namespace cutover::bench
