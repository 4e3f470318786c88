#include "fakes/cloudflare/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "tests/fakes/cloudflare/served.h"

namespace cutover::simulate {
namespace {

using testing::HasSubstr;

class SnapshotFile : public testing::Test {
 protected:
  SnapshotFile() : folder_(testing::TempDir() + "snapshotXXXXXX") {
    EXPECT_NE(::mkdtemp(folder_.data()), nullptr);
    path_ = folder_ + "/simulate.sqlite";
  }
  ~SnapshotFile() override { std::filesystem::remove_all(folder_); }

  static Snapshot snapshot_of(Served& served) {
    return served.simulator().entrance().enter(take_snapshot);
  }

  static void fill(Served& served) {
    const std::string place = served.new_namespace();
    served.ask("PUT", place + "/values/a%2Fb?expiration_ttl=600",
               form(std::string("\x00\xff", 2), R"({"m":1})"), form_type);
    const std::string database = served.new_database();
    served.new_database("an empty one");
    served.query(database, {{"sql", "CREATE TABLE t (a); INSERT INTO t VALUES (7)"}});
    served.post("/_cutover/books",
                Json::array({{{"isbn", "9780439785969"}, {"book", {{"title", "A"}}}}}));
  }

  std::string folder_;
  std::string path_;
};

TEST_F(SnapshotFile, ARestartedWorldGoesOnWhereItWas) {
  Served before;
  fill(before);
  ASSERT_TRUE(write_snapshot(path_, snapshot_of(before)));
  auto read = read_snapshot(path_);
  ASSERT_TRUE(read) << read.error();
  Served after(cloud_of(std::move(*read), UnixTime{0}));
  const Json then = before.state();
  const Json now = after.state();
  for (const char* part : {"seed", "digest", "namespaces", "databases", "books"}) {
    EXPECT_EQ(now[part], then[part]) << part;
  }
  EXPECT_EQ(now["time"]["unix_micros"], then["time"]["unix_micros"]);
  const std::string place =
      "/storage/kv/namespaces/" + now["namespaces"][0]["id"].get<std::string>();
  EXPECT_EQ(after.get(place + "/keys").body, before.get(place + "/keys").body);
  EXPECT_NE(after.new_namespace("another"), place) << "no id is given twice";
  EXPECT_THAT(after.get("/books/v1/volumes?q=isbn:9780439785969").body, HasSubstr("\"A\""));
}

TEST_F(SnapshotFile, TimeNeverGoesBack) {
  Snapshot snapshot;
  snapshot.wall = UnixTime{2'000'000};
  EXPECT_EQ(cloud_of(snapshot, UnixTime{1'000'000})->wall().micros, 2'000'000);
  EXPECT_EQ(cloud_of(snapshot, UnixTime{3'000'000})->wall().micros, 3'000'000);
}

TEST_F(SnapshotFile, ASecondOneTakesThePlaceOfTheFirstWhole) {
  Served served;
  ASSERT_TRUE(write_snapshot(path_, snapshot_of(served)));
  fill(served);
  std::ofstream(path_ + ".new") << "left behind by a crash";
  ASSERT_TRUE(write_snapshot(path_, snapshot_of(served)));
  EXPECT_EQ(read_snapshot(path_)->databases.size(), 2U);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".new"));
}

TEST_F(SnapshotFile, OneThatCannotBeWrittenLeavesTheOldOne) {
  Served served;
  fill(served);
  ASSERT_TRUE(write_snapshot(path_, snapshot_of(served)));
  std::filesystem::create_directory(path_ + ".new");
  std::ofstream(path_ + ".new/in_the_way") << "x";
  const auto written = write_snapshot(path_, Snapshot{});
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error(), HasSubstr(path_ + ": the state cannot be saved"));
  EXPECT_EQ(read_snapshot(path_)->databases.size(), 2U);
}

TEST_F(SnapshotFile, DamageIsFoundAndNamed) {
  Served served;
  fill(served);
  ASSERT_TRUE(write_snapshot(path_, snapshot_of(served)));
  const auto refused = [&] {
    const auto read = read_snapshot(path_);
    return read ? std::string("taken") : read.error();
  };
  {
    sqlite::Connection::Options options;
    options.path = path_;
    auto connection = sqlite::Connection::open(options);
    ASSERT_TRUE(connection);
    ASSERT_TRUE(
        (*connection)
            ->run({"UPDATE databases SET image = x'00' || substr(image, 2) WHERE length(image) > 0",
                   {}}));
  }
  EXPECT_THAT(refused(), HasSubstr("damaged"));
  std::ofstream(path_) << "something else altogether, and long enough to have a header";
  EXPECT_THAT(refused(), HasSubstr(path_ + ": this is no state of cutover simulate"));
  std::filesystem::remove(path_);
  EXPECT_THAT(refused(), HasSubstr("this is no state"));
}

}  // namespace
}  // namespace cutover::simulate
