#include "fakes/sim/virtual_vfs.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <string>

namespace cutover::sim {
namespace {

// A connection to a database in memory, through the given VFS.
class Connection {
 public:
  explicit Connection(const VirtualTimeVfs& vfs, const char* path = ":memory:") {
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    EXPECT_EQ(sqlite3_open_v2(path, &database_, flags, vfs.name().c_str()), SQLITE_OK);
  }
  ~Connection() { sqlite3_close(database_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // The first column of the first row; empty when there is none.
  std::string ask(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database_);
    std::string answer;
    if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0) != nullptr) {
      answer = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    return answer;
  }

  sqlite3* database_ = nullptr;
};

TEST(VirtualTimeVfs, ColumnDefaultsFollowVirtualTime) {
  Scheduler world(Scheduler::Options{});
  const VirtualTimeVfs vfs(world);
  Connection connection(vfs);
  world.spawn(world.start_process("worker"), "test", [&] {
    connection.ask("CREATE TABLE t (n INTEGER, at INTEGER DEFAULT (unixepoch()))");
    connection.ask("INSERT INTO t (n) VALUES (1)");
    world.sleep(std::chrono::hours(48));
    connection.ask("INSERT INTO t (n) VALUES (2)");
    EXPECT_EQ(connection.ask("SELECT at FROM t WHERE n = 1"), "1764000000");
    EXPECT_EQ(connection.ask("SELECT at FROM t WHERE n = 2"), "1764172800");
    EXPECT_EQ(connection.ask("SELECT strftime('%Y-%m-%d %H:%M:%S', 'now')"), "2025-11-26 16:00:00");
    EXPECT_EQ(connection.ask("SELECT CURRENT_TIMESTAMP"), "2025-11-26 16:00:00");
  });
  world.run();
}

TEST(VirtualTimeVfs, TwoWorldsHaveTwoClocks) {
  const VirtualTimeVfs early([] { return UnixTime{1'000'000}; }, RandomStream(1, "sqlite"));
  const VirtualTimeVfs later([] { return UnixTime{2'000'000'000'000'000}; },
                             RandomStream(2, "sqlite"));
  EXPECT_NE(early.name(), later.name());
  Connection left(early);
  Connection right(later);
  EXPECT_EQ(left.ask("SELECT unixepoch()"), "1");
  EXPECT_EQ(right.ask("SELECT unixepoch()"), "2000000000");
}

TEST(VirtualTimeVfs, FilesWorkAsUsual) {
  Scheduler world(Scheduler::Options{});
  const VirtualTimeVfs vfs(world);
  const std::string path = ::testing::TempDir() + "virtual_vfs_test.sqlite";
  std::remove(path.c_str());
  {
    Connection writer(vfs, path.c_str());
    writer.ask("PRAGMA journal_mode = WAL");
    writer.ask("CREATE TABLE t (n INTEGER)");
    writer.ask("INSERT INTO t VALUES (7)");
  }
  {
    Connection reader(vfs, path.c_str());
    EXPECT_EQ(reader.ask("SELECT n FROM t"), "7");
  }
  std::remove(path.c_str());
}

TEST(VirtualTimeVfs, IsSeededAndNeverSleeps) {
  Scheduler world(Scheduler::Options{});
  const VirtualTimeVfs vfs(world);
  sqlite3_vfs* found = sqlite3_vfs_find(vfs.name().c_str());
  ASSERT_NE(found, nullptr);
  RandomStream expected = world.random("sqlite");
  char bytes[4] = {};
  ASSERT_EQ(found->xRandomness(found, sizeof bytes, bytes), 4);
  for (const char byte : bytes) EXPECT_EQ(byte, static_cast<char>(expected.below(256)));
  EXPECT_EQ(found->xSleep(found, 1'000'000), 1'000'000);
  double days = 0;
  ASSERT_EQ(found->xCurrentTime(found, &days), SQLITE_OK);
  EXPECT_NEAR(days, 2'461'004.1666667, 0.00001);
}

TEST(VirtualTimeVfs, IsGoneWhenItIsDestroyed) {
  std::string name;
  {
    const VirtualTimeVfs vfs([] { return UnixTime{}; }, RandomStream(1, "sqlite"));
    name = vfs.name();
    EXPECT_NE(sqlite3_vfs_find(name.c_str()), nullptr);
  }
  EXPECT_EQ(sqlite3_vfs_find(name.c_str()), nullptr);
}

}  // namespace
}  // namespace cutover::sim
