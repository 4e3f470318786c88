// A migration whose stores are both reached over HTTP ends as any other, also when answers are
// lost.

#include <atomic>
#include <chrono>

#include "adapters/cloudflare/cloudflare_database.h"
#include "adapters/cloudflare/cloudflare_kv.h"
#include "adapters/threads/thread_runtime.h"
#include "core/migrate/comparison.h"
#include "core/migrate/migrator.h"
#include "core/store/schema_migrations.h"
#include "scenarios/backup_file.h"
#include "scenarios/migration.h"
#include "scenarios/reference_judge.h"
#include "tests/contracts/simulate_server.h"

namespace cutover::contracts {
namespace {

constexpr std::int64_t books = 1'000;

// Counts what was repeated; from any thread.
class CountedRetries final : public Telemetry {
 public:
  using Telemetry::emit;
  void emit(std::string_view name, std::span<const Field>) override {
    if (name == "retry") ++count;
  }
  std::atomic<int> count = 0;
};

class MigrationOverHttp : public testing::Test {
 protected:
  void SetUp() override {
    server_ = start_simulate();
    cloudflare::ApiOptions options;
    options.base_url = server_->base_url();
    options.account = server_->account();
    options.token = server_->token();
    options.requests_max = 0;
    api_ = std::move(*cloudflare::ApiClient::create(options, runtime_));
    kv_ = std::move(*cloudflare::CloudflareKv::create(*api_, runtime_, server_->namespace_id()));
    d1_ = std::move(*cloudflare::CloudflareDatabase::create(*api_, server_->database_id()));
  }

  // Trouble passes, and nobody waits long for it here.
  static RetryPolicy soon() {
    RetryPolicy policy;
    policy.attempts_max = 10;
    policy.wait_first = std::chrono::milliseconds(1);
    policy.wait_max = std::chrono::milliseconds(2);
    return policy;
  }

  // The sample's first records; what has expired by the world's time is left out.
  std::vector<KvRecord> records() {
    auto reader =
        dump::DumpReader::open(std::string(CUTOVER_SOURCE_DIR) + "/samples/google-7k.ndjson.gz", 0);
    EXPECT_TRUE(reader) << reader.error();
    scenarios::DumpRecords all(std::move(*reader));
    std::vector<KvRecord> taken;
    while (taken.size() < static_cast<std::size_t>(books)) {
      auto record = all.next();
      if (!record) break;
      record->expiration.reset();
      taken.push_back(std::move(*record));
    }
    return taken;
  }

  void fill() {
    for (const KvRecord& record : records()) {
      const auto put =
          kv_->put(record.key, record.value, {std::nullopt, std::nullopt, record.metadata});
      ASSERT_TRUE(put) << describe(put.error());
    }
    server_->settle();
  }

  void make_schema() {
    const auto applied = store::apply(*d1_, store::embedded_migrations(), false);
    ASSERT_TRUE(applied) << describe(applied.error());
    ASSERT_TRUE(applied->ok());
  }

  migrate::Totals migrate_all() {
    migrate::MigratorOptions options;
    options.retry = soon();
    options.read.retry = soon();
    auto begin = migrate::Begin::fresh;
    for (int steps = 0; steps < 100; ++steps) {
      migrate::Migrator migrator(*kv_, *d1_, runtime_, events_, options);
      const auto step = migrator.step(begin);
      if (!step) continue;  // what was committed is kept
      begin = migrate::Begin::resume;
      if (step->end == migrate::StepEnd::complete) return step->run->totals;
      EXPECT_EQ(step->end, migrate::StepEnd::more);
    }
    ADD_FAILURE() << "the migration has no end";
    return {};
  }

  void expect_equal_stores() {
    scenarios::ReferenceJudge judge;
    migrate::ReadOptions read;
    read.retry = soon();
    const auto comparison = migrate::compare(*kv_, *d1_, runtime_, events_, read, judge, {});
    ASSERT_TRUE(comparison) << describe(comparison.error());
    EXPECT_TRUE(comparison->equal());
    EXPECT_EQ(comparison->books, books);
    EXPECT_EQ(comparison->rows, books);
  }

  threads::ThreadRuntime runtime_;
  CountedRetries events_;
  std::unique_ptr<SimulateServer> server_;
  std::unique_ptr<cloudflare::ApiClient> api_;
  std::unique_ptr<cloudflare::CloudflareKv> kv_;
  std::unique_ptr<cloudflare::CloudflareDatabase> d1_;
};

TEST_F(MigrationOverHttp, R2_1_EveryBookArrivesAndASecondRunChangesNothing) {
  fill();
  make_schema();
  const migrate::Totals first = migrate_all();
  EXPECT_EQ(first.listed, books);
  EXPECT_EQ(first[migrate::Fate::inserted], books);
  expect_equal_stores();
  const migrate::Totals second = migrate_all();
  EXPECT_EQ(second[migrate::Fate::unchanged], books);
}

// The same records, in one process and without a fault.
scenarios::FinalState in_process(const std::vector<KvRecord>& records) {
  sim::FaultPlan no_faults;
  scenarios::World world({}, no_faults);
  for (const KvRecord& record : records) world.kv().load(record);
  scenarios::apply_schema(world);
  const auto result = scenarios::migrate_all(world, {}, migrate::Begin::fresh);
  EXPECT_TRUE(result.complete());
  return scenarios::final_state(world.d1());
}

TEST_F(MigrationOverHttp, R8_12_WithFiveInAHundredCallsFailingItEndsAsInOneProcessWithoutFaults) {
  fill();
  make_schema();
  server_->set_faults(50);
  const migrate::Totals totals = migrate_all();
  server_->set_faults(0);
  EXPECT_EQ(totals.listed, books);
  EXPECT_EQ(totals[migrate::Fate::inserted], books);
  EXPECT_GT(server_->faults_seen(), 0U);
  expect_equal_stores();
  const scenarios::FinalState here = server_->final_state();
  const scenarios::FinalState there = in_process(records());
  EXPECT_EQ(here.books, there.books);
  EXPECT_EQ(here.outcomes, there.outcomes);
  EXPECT_EQ(here.totals, there.totals);
}

}  // namespace
}  // namespace cutover::contracts
