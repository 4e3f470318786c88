// The stores that must keep the contract: an SQLite file, the simulated service, and the adapter of
// Cloudflare's API.

#include <chrono>
#include <utility>

#include "adapters/sqlite/sqlite_kv.h"
#include "adapters/threads/thread_runtime.h"
#include "tests/adapters/sqlite/temporary_directory.h"
#include "tests/contracts/simulate_server.h"
#include "tests/fakes/kv/kv_world.h"

namespace cutover::contracts {
namespace {

class SqliteKvStand final : public KvStand {
 public:
  SqliteKvStand()
      : kv_(std::move(*sqlite::SqliteKv::open(directory_.file("kv.sqlite"), runtime_))) {}
  void run(const std::function<void(KvStore&)>& body) override { body(*kv_); }
  void settle() override {}
  std::int64_t now() override { return runtime_.wall().seconds(); }

 private:
  TemporaryDirectory directory_;
  threads::ThreadRuntime runtime_;
  std::unique_ptr<sqlite::SqliteKv> kv_;
};

class SimulatedKvStand final : public KvStand {
 public:
  void run(const std::function<void(KvStore&)>& body) override {
    fakes::KvClient& client = world_.at(0);
    world_.run([&] { body(client); });
  }
  void settle() override { world_.wait(std::chrono::seconds(61)); }
  std::int64_t now() override { return world_.scheduler.wall().seconds(); }

 private:
  fakes::KvWorld world_;
};

template <class Stand>
KvCase kv_case(std::string name) {
  return {std::move(name), [] { return std::make_unique<Stand>(); }};
}

INSTANTIATE_TEST_SUITE_P(Stores, KvContract,
                         testing::Values(kv_case<SqliteKvStand>("AnSqliteFile"),
                                         kv_case<SimulatedKvStand>("TheSimulatedService"),
                                         cloudflare_kv_case("CloudflaresApi", start_simulate)),
                         name_of_case);

}  // namespace
}  // namespace cutover::contracts
