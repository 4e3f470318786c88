#include "adapters/sqlite/kv_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>

#include "adapters/sqlite/sqlite_kv.h"
#include "tests/adapters/sqlite/temporary_directory.h"
#include "tests/adapters/sqlite/wall_clock_runtime.h"

namespace cutover::sqlite {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(KvFile, OnlyANamespaceFileIsOpened) {
  const TemporaryDirectory directory;
  WallClockRuntime runtime;
  const auto make = [&](const std::string& name, const char* sql) {
    const std::string file = directory.file(name);
    sqlite3* other = nullptr;
    EXPECT_EQ(sqlite3_open(file.c_str(), &other), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(other, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(other);
    return file;
  };
  const auto error_of = [&](const std::string& file, bool read_only) {
    FileOptions options;
    options.read_only = read_only;
    const auto opened = SqliteKv::open(file, runtime, options);
    EXPECT_FALSE(opened.has_value()) << file;
    return opened ? std::string() : opened.error();
  };
  const std::string books = make("books.sqlite", "CREATE TABLE Books (isbn)");
  EXPECT_THAT(error_of(books, false), AllOf(HasSubstr(books), HasSubstr("another kind")));
  EXPECT_THAT(error_of(make("later.sqlite", "PRAGMA user_version=9"), false),
              HasSubstr("version 9 is unknown"));
  EXPECT_THAT(error_of(make("bare.sqlite", "PRAGMA user_version=1"), false),
              HasSubstr("no table Entries"));
  EXPECT_THAT(error_of(make("empty.sqlite", "PRAGMA user_version=0; VACUUM"), true),
              HasSubstr("Import a dump"));
  EXPECT_THAT(error_of(directory.file("missing.sqlite"), true), HasSubstr("must exist"));
  const std::string text = directory.file("text");
  std::ofstream(text) << std::string(5000, 'x');
  EXPECT_THAT(error_of(text, false), HasSubstr("file is not a database"));
}

}  // namespace
}  // namespace cutover::sqlite
