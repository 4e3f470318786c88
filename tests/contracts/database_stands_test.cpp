// The databases that must keep the contract: an SQLite file, the simulated service, and the adapter
// of Cloudflare's API.

#include <utility>

#include "adapters/sqlite/sqlite_database.h"
#include "tests/contracts/simulate_server.h"
#include "tests/fakes/d1/d1_world.h"

namespace cutover::contracts {
namespace {

class SqliteDatabaseStand final : public DatabaseStand {
 public:
  SqliteDatabaseStand() : database_(std::move(*sqlite::SqliteDatabase::open(":memory:"))) {}
  void run(const std::function<void(Database&)>& body) override { body(*database_); }

 private:
  std::unique_ptr<sqlite::SqliteDatabase> database_;
};

class SimulatedDatabaseStand final : public DatabaseStand {
 public:
  void run(const std::function<void(Database&)>& body) override {
    fakes::D1Client& client = world_.client();
    world_.run([&] { body(client); });
  }

 private:
  fakes::D1World world_;
};

template <class Stand>
DatabaseCase database_case(std::string name) {
  return {std::move(name), [] { return std::make_unique<Stand>(); }};
}

INSTANTIATE_TEST_SUITE_P(
    Databases, DatabaseContract,
    testing::Values(database_case<SqliteDatabaseStand>("AnSqliteFile"),
                    database_case<SimulatedDatabaseStand>("TheSimulatedService"),
                    cloudflare_database_case("CloudflaresApi", start_simulate)),
    name_of_database_case);

}  // namespace
}  // namespace cutover::contracts
