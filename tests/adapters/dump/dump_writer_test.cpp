// DumpWriter: what it writes, that it can be read back, and that no half file is ever left.
#include "adapters/dump/dump_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <filesystem>

#include "core/ports/random.h"
#include "tests/adapters/dump/test_files.h"

namespace cutover::dump {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

WrittenDump write_dump(const std::string& path, DumpForm form,
                       const std::vector<KvRecord>& records) {
  auto writer = DumpWriter::create(path, form);
  EXPECT_TRUE(writer.has_value()) << writer.error();
  for (const KvRecord& record : records) {
    const auto written = (*writer)->write(record);
    EXPECT_TRUE(written.has_value()) << written.error();
  }
  auto finished = (*writer)->finish();
  EXPECT_TRUE(finished.has_value()) << finished.error();
  return finished.value_or(WrittenDump{});
}

std::vector<KvRecord> some_records() {
  return {{"book:isbn:1", R"({"title":"A \"b\""})", std::nullopt, ""},
          {"k\xC3\xA9y\n", std::string("\x00\x1F\n\xE2\x80\xA8", 6), 1'800'000'000, R"({"a":1.0})"},
          {"bytes", "\xC3?\xFF", -1, R"("text")"},
          {"empty", "", 0, "[]"}};
}

TEST(DumpWriter, WritesWhatTheReaderReadsInEveryFormAndPacking) {
  const TestFolder folder;
  for (const std::string_view name : {"d.ndjson", "d.gz", "d.zst"}) {
    for (const DumpForm form : {DumpForm::lines, DumpForm::array}) {
      const std::string path = folder.path(name);
      const WrittenDump written = write_dump(path, form, some_records());
      const ReadDump read = read_dump(path);
      EXPECT_EQ(read.records, some_records());
      EXPECT_THAT(read.problems, IsEmpty());
      EXPECT_EQ(written.entries, 4U);
      EXPECT_EQ(written.sha256, read.sha256);
      EXPECT_EQ(written.bytes, read_file(path).size());
    }
  }
  EXPECT_THAT(folder.names(), ElementsAre("d.gz", "d.ndjson", "d.zst"));
}

TEST(DumpWriter, WritesTheFieldsThatWranglerKnows) {
  const TestFolder folder;
  const std::vector<KvRecord> records = {{"a", "1", 7, R"({"x": 2})"}, {"b", "\xFF", {}, ""}};
  write_dump(folder.path("lines"), DumpForm::lines, records);
  const std::string a = R"({"key":"a","value":"1","expiration":7,"metadata":{"x":2}})";
  const std::string b = R"({"key":"b","value":"/w==","base64":true})";
  EXPECT_EQ(read_file(folder.path("lines")), a + "\n" + b + "\n");
  write_dump(folder.path("array"), DumpForm::array, records);
  EXPECT_EQ(read_file(folder.path("array")), "[\n" + a + ",\n" + b + "\n]\n");
  write_dump(folder.path("none"), DumpForm::array, {});
  EXPECT_EQ(read_file(folder.path("none")), "[]\n");
}

TEST(DumpWriter, GivesTheSameBytesForTheSameRecords) {
  const TestFolder folder;
  EXPECT_EQ(write_dump(folder.path("one.gz"), DumpForm::lines, some_records()).sha256,
            write_dump(folder.path("two.gz"), DumpForm::lines, some_records()).sha256);
}

TEST(DumpWriter, MetadataNullIsWrittenAsNone) {
  const TestFolder folder;
  write_dump(folder.path("d"), DumpForm::lines, {{"a", "1", {}, " null "}});
  EXPECT_EQ(read_file(folder.path("d")), "{\"key\":\"a\",\"value\":\"1\"}\n");
}

TEST(DumpWriter, TheLargestValueOfControlCharactersIsReadBack) {
  const TestFolder folder;
  const KvRecord record{"k", std::string(KvLimits::value_bytes_max, '\x01'), {}, ""};
  write_dump(folder.path("d.gz"), DumpForm::lines, {record});
  const ReadDump read = read_dump(folder.path("d.gz"));
  ASSERT_EQ(read.records.size(), 1U);
  EXPECT_TRUE(read.records[0] == record);
}

TEST(DumpWriter, RefusesARecordThatCouldNotBeReadAndGoesOn) {
  const TestFolder folder;
  auto writer = DumpWriter::create(folder.path("d"), DumpForm::array);
  ASSERT_TRUE(writer.has_value());
  const std::vector<KvRecord> bad = {{"", "v", {}, ""},
                                     {"..", "v", {}, ""},
                                     {std::string(513, 'k'), "v", {}, ""},
                                     {"\xFF", "v", {}, ""},
                                     {"k", std::string(KvLimits::value_bytes_max + 1, 'v'), {}, ""},
                                     {"k", "v", {}, "{"},
                                     {"k", "v", {}, '"' + std::string(1023, 'm') + '"'}};
  for (const KvRecord& record : bad) {
    const auto written = (*writer)->write(record);
    ASSERT_FALSE(written.has_value());
    EXPECT_THAT(written.error(), HasSubstr(folder.path("d")));
  }
  ASSERT_TRUE((*writer)->write({"good", "v", {}, ""}).has_value());
  const auto finished = (*writer)->finish();
  ASSERT_TRUE(finished.has_value());
  EXPECT_EQ(finished->entries, 1U);
  EXPECT_THAT(read_dump(folder.path("d")).keys(), ElementsAre("good"));
}

TEST(DumpWriter, WithoutFinishLeavesTheOldFileAsItWas) {
  const TestFolder folder;
  folder.write("d", "old");
  {
    auto writer = DumpWriter::create(folder.path("d"), DumpForm::lines);
    ASSERT_TRUE(writer.has_value());
    ASSERT_TRUE((*writer)->write({"k", std::string(1 << 20, 'v'), {}, ""}).has_value());
    EXPECT_THAT(folder.names(), ElementsAre("d", "d.tmp"));
    EXPECT_EQ(read_file(folder.path("d")), "old");
  }
  EXPECT_THAT(folder.names(), ElementsAre("d"));
  EXPECT_EQ(read_file(folder.path("d")), "old");
}

TEST(DumpWriter, NamesAPathThatCannotBeWritten) {
  const TestFolder folder;
  const auto absent = DumpWriter::create(folder.path("no/d"), DumpForm::lines);
  ASSERT_FALSE(absent.has_value());
  EXPECT_THAT(absent.error(), AllOf(HasSubstr(folder.path("no/d")), HasSubstr("folder")));
  std::filesystem::create_directory(folder.path("sub"));
  const auto taken = DumpWriter::create(folder.path("sub"), DumpForm::lines);
  ASSERT_FALSE(taken.has_value());
  EXPECT_THAT(taken.error(), HasSubstr("sub"));
}

// A limit on the size of files stands in for a full disk.
TEST(DumpWriter, AFailedWriteIsReportedAndLeavesNothing) {
  const TestFolder folder;
  folder.write("d", "old");
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1'000'000, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  std::string error;
  {
    auto writer = DumpWriter::create(folder.path("d"), DumpForm::lines);
    ASSERT_TRUE(writer.has_value());
    for (int i = 0; i < 30 && error.empty(); ++i) {
      const auto written =
          (*writer)->write({"k" + std::to_string(i), std::string(100'000, 'v'), {}, ""});
      if (!written) error = written.error();
    }
    const auto again = (*writer)->write({"k", "v", {}, ""});
    const auto finished = (*writer)->finish();
    EXPECT_FALSE(finished.has_value());
    if (!finished) {
      EXPECT_EQ(finished.error(), error);
    }
    EXPECT_TRUE(again.has_value()) << "it is only pending";
  }
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, handler);
  EXPECT_THAT(error, HasSubstr(folder.path("d")));
  EXPECT_THAT(folder.names(), ElementsAre("d"));
  EXPECT_EQ(read_file(folder.path("d")), "old");
}

TEST(DumpWriter, ManyRecordsGoThroughWithoutBeingHeld) {
  const TestFolder folder;
  RandomStream random(5, "records");
  std::vector<KvRecord> records;
  for (int i = 0; i < 20'000; ++i) {
    records.push_back({"k" + std::to_string(i), std::to_string(random.next()),
                       random.chance(1, 2) ? std::optional<std::int64_t>(i) : std::nullopt, ""});
  }
  write_dump(folder.path("d.zst"), DumpForm::array, records);
  EXPECT_EQ(read_dump(folder.path("d.zst")).records, records);
}

}  // namespace
}  // namespace cutover::dump
