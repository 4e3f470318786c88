// The migration against the bare loop, side by side in one run (DESIGN section 10), and the pieces
// by Google Benchmark.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "adapters/dump/dump_reader.h"
#include "adapters/sqlite/sqlite_database.h"
#include "adapters/threads/thread_runtime.h"
#include "bench/bare_loop.h"
#include "bench/memory_kv.h"
#include "core/books/transform.h"
#include "core/migrate/migrator.h"
#include "core/store/schema_migrations.h"

namespace cutover::bench {
namespace {

constexpr int pairs = 7;
constexpr std::size_t rows_per_transaction = 100;

class NoTelemetry final : public Telemetry {
 public:
  using Telemetry::emit;
  void emit(std::string_view, std::span<const Field>) override {}
};

std::vector<KvRecord> sample() {
  std::vector<KvRecord> records;
  auto reader = dump::DumpReader::open(CUTOVER_SAMPLE, 0);
  if (!reader) {
    std::fprintf(stderr, "%s\n", reader.error().c_str());
    std::exit(2);
  }
  while (auto next = (*reader)->next()) {
    if (auto* record = std::get_if<KvRecord>(&*next)) records.push_back(std::move(*record));
  }
  std::sort(records.begin(), records.end(),
            [](const KvRecord& a, const KvRecord& b) { return a.key < b.key; });
  return records;
}

// A new folder for the measured databases, gone again with this object.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "cutover-bench-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::exit(2);
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

double migrate(const std::vector<KvRecord>& records, const std::string& path) {
  threads::ThreadRuntime runtime;
  NoTelemetry telemetry;
  auto database = sqlite::SqliteDatabase::open(path);
  if (!database || !store::apply(**database, store::embedded_migrations(), false)) std::exit(2);
  MemoryKv kv(records);
  migrate::MigratorOptions options;
  options.chunk_keys = rows_per_transaction;
  const auto started = std::chrono::steady_clock::now();
  migrate::Migrator migrator(kv, **database, runtime, telemetry, options);
  const auto report = migrator.step(migrate::Begin::fresh);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  if (!report || report->end != migrate::StepEnd::complete) {
    std::fprintf(stderr, "the measured migration did not complete\n");
    std::exit(1);
  }
  return seconds;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void compare_with_bare_loop(const std::vector<KvRecord>& records) {
  std::vector<double> ours;
  std::vector<double> bare;
  std::vector<double> ratios;
  for (int pair = 0; pair < pairs; ++pair) {
    const ScratchFolder folder;
    const double b = bare_loop(records, folder.file("bare.sqlite"), rows_per_transaction);
    const double m = migrate(records, folder.file("migrated.sqlite"));
    bare.push_back(b);
    ours.push_back(m);
    ratios.push_back(b / m);
  }
  const auto rows = static_cast<double>(records.size());
  std::printf("migration of %zu records, %zu rows a transaction, median of %d pairs\n",
              records.size(), rows_per_transaction, pairs);
  std::printf("  bare loop  %8.0f rows/s\n", rows / median(bare));
  std::printf("  migrator   %8.0f rows/s\n", rows / median(ours));
  std::printf("  ratio      %8.2f (pair by pair: %.2f to %.2f)\n", median(ratios),
              *std::min_element(ratios.begin(), ratios.end()),
              *std::max_element(ratios.begin(), ratios.end()));
}

void transform_sample(benchmark::State& state) {
  const std::vector<KvRecord> records = sample();
  books::Transform transform;
  std::size_t i = 0;
  for (auto step : state) {
    (void)step;
    const KvRecord& record = records[i++ % records.size()];
    benchmark::DoNotOptimize(transform({record.key, record.value, record.expiration}));
  }
}
BENCHMARK(transform_sample);

}  // namespace
}  // namespace cutover::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  cutover::bench::compare_with_bare_loop(cutover::bench::sample());
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
