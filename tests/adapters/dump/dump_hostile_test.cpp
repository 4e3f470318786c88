// DumpReader on input made to hurt: it must end, stay small, and say what was wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/ports/random.h"
#include "tests/adapters/dump/test_files.h"

namespace cutover::dump {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::size_t mib = 1024 * 1024;

std::string good(std::string_view key) {
  return R"({"key":")" + std::string(key) + R"(","value":"v"})";
}

TEST(HostileDump, OfRandomBytesIsRefusedOrFullOfProblems) {
  RandomStream random(7, "bytes");
  for (const std::string_view start : {"", "[", "{", "[{\"", "\x1F\x8B", "\x28\xB5\x2F\xFD"}) {
    for (int round = 0; round < 40; ++round) {
      std::string bytes(start);
      const std::uint64_t size = random.below(20'000);
      for (std::uint64_t i = 0; i < size; ++i) bytes += static_cast<char>(random.below(256));
      const ReadDump read = read_dump_text(bytes);
      EXPECT_TRUE(read.records.empty());
      if (read.refusal.empty()) {
        EXPECT_EQ(read.sha256, sha256_of(bytes));
      }
    }
  }
}

TEST(HostileDump, OfRandomTokensNeverStopsTheReader) {
  const std::vector<std::string> tokens = {"{",
                                           "}",
                                           "[",
                                           "]",
                                           ",",
                                           ":",
                                           "\"",
                                           "\\",
                                           "\"key\":",
                                           "\"value\":",
                                           "\"k\"",
                                           " ",
                                           "\n",
                                           "1",
                                           "null",
                                           good("a"),
                                           good("b") + ",",
                                           std::string(1, '\0'),
                                           "\\u",
                                           "\"metadata\":"};
  RandomStream random(11, "tokens");
  for (int round = 0; round < 1000; ++round) {
    std::string text = random.chance(1, 2) ? "[" : "{";
    const std::uint64_t count = random.below(60);
    for (std::uint64_t i = 0; i < count; ++i) text += tokens[random.below(tokens.size())];
    const ReadDump read = read_dump_text(text);
    EXPECT_EQ(read.sha256, sha256_of(text));
    for (const KvRecord& record : read.records) EXPECT_NE(record.key, "");
  }
}

TEST(HostileDump, AMillionLevelsDeepIsAProblem) {
  const std::string open(1'000'000, '[');
  const std::string close(1'000'000, ']');
  const std::string deep = R"({"key":"deep","value":"v","metadata":)" + open + close + "}";
  const ReadDump lines = read_dump_text(good("a") + "\n" + deep + "\n" + good("b"));
  EXPECT_THAT(lines.keys(), ElementsAre("a", "b"));
  ASSERT_EQ(lines.problems.size(), 1U);
  EXPECT_THAT(lines.problems[0].reason, HasSubstr("nested deeper"));

  const ReadDump array = read_dump_text("[" + good("a") + "," + deep + "," + good("b") + "]");
  EXPECT_THAT(array.keys(), ElementsAre("a", "b"));
  EXPECT_THAT(array.problem_places(), ElementsAre("element 2"));

  EXPECT_EQ(read_dump_text(open).problems.size(), 1U);
  EXPECT_EQ(read_dump_text(open + close).problems.size(), 1U);
}

TEST(HostileDump, ALineOf70MiBIsSkippedToItsEnd) {
  const std::string line = R"({"key":"long","value":")" + std::string(70 * mib, 'x') + "\"}";
  const ReadDump lines = read_dump_text(good("a") + "\n" + line + "\n" + good("b") + "\n");
  EXPECT_THAT(lines.keys(), ElementsAre("a", "b"));
  ASSERT_THAT(lines.problem_places(), ElementsAre("line 2"));
  EXPECT_THAT(lines.problems[0].reason, HasSubstr("longer than 67108864 bytes"));

  const ReadDump array = read_dump_text("[" + good("a") + "," + line + "," + good("b") + "]");
  EXPECT_THAT(array.keys(), ElementsAre("a", "b"));
  ASSERT_THAT(array.problem_places(), ElementsAre("element 2"));
  EXPECT_THAT(array.problems[0].reason, HasSubstr("longer than 67108864 bytes"));
}

TEST(HostileDump, ALastLineOf70MiBWithoutEndIsOneProblem) {
  const ReadDump read = read_dump_text(good("a") + "\n{" + std::string(70 * mib, ' '));
  EXPECT_THAT(read.keys(), ElementsAre("a"));
  EXPECT_THAT(read.problem_places(), ElementsAre("line 2"));
}

TEST(HostileDump, APackedBombOfOneLineIsSkippedInBoundedMemory) {
  const std::string line = "{\"key\":\"" + std::string(200 * mib, 'x');
  for (const Packing packing : {Packing::gzip, Packing::zstd}) {
    const std::string bomb = packed(packing, line + "\"}\n" + good("a") + "\n");
    EXPECT_LT(bomb.size(), mib);
    const ReadDump read = read_dump_text(bomb);
    EXPECT_THAT(read.keys(), ElementsAre("a"));
    EXPECT_THAT(read.problem_places(), ElementsAre("line 1"));
  }
}

TEST(HostileDump, NulBytesAreProblemsWhereverTheyStand) {
  const std::string nul(1, '\0');
  for (const std::string& bad :
       {nul, "{" + nul + R"("key":"k","value":"v"})", R"({"key":"k","value":"v")" + nul + "}",
        R"({"key":"k","value":"v"})" + nul, R"({"key":"k","value":"v)" + nul + "\"}",
        R"({"key":"k","value":"v","expiration":5)" + nul + "}",
        R"({"key":"k","value":"v","x":true)" + nul + "}"}) {
    const ReadDump lines = read_dump_text(good("a") + "\n" + bad + "\n" + good("b"));
    EXPECT_THAT(lines.keys(), ElementsAre("a", "b"));
    EXPECT_THAT(lines.problem_places(), ElementsAre("line 2"));
    const ReadDump array = read_dump_text("[" + good("a") + "," + bad + "," + good("b") + "]");
    EXPECT_THAT(array.problem_places(), ::testing::Contains("element 2"));
    EXPECT_THAT(array.keys(), ::testing::IsSupersetOf({"a", "b"}));
  }
}

TEST(HostileDump, AnEscapedNulInAKeyIsDeliveredAsItIs) {
  const ReadDump read = read_dump_text(R"({"key":"a\u0000b","value":"\u0000"})");
  ASSERT_EQ(read.records.size(), 1U);
  EXPECT_EQ(read.records[0].key, std::string("a\0b", 3));
  EXPECT_EQ(read.records[0].value, std::string(1, '\0'));
}

TEST(HostileDump, APackedFileThatIsCutOffEndsWithAProblemAfterItsWholeRecords) {
  std::string text;
  RandomStream random(3, "values");
  for (int i = 0; i < 20'000; ++i) {
    text += good("k" + std::to_string(random.next())) + "\n";
  }
  for (const Packing packing : {Packing::gzip, Packing::zstd}) {
    const std::string bytes = packed(packing, text);
    for (const std::size_t size : {std::size_t{12}, bytes.size() / 2, bytes.size() - 1}) {
      const ReadDump read = read_dump_text(bytes.substr(0, size));
      ASSERT_EQ(read.problems.size(), 1U);
      EXPECT_THAT(read.problems[0].reason, HasSubstr("cut off"));
      EXPECT_EQ(read.problems[0].where, "line " + std::to_string(read.records.size() + 1));
      EXPECT_EQ(read.cut_off, read.problems[0].where + ": " + read.problems[0].reason);
      if (size == bytes.size() / 2) {
        EXPECT_GT(read.records.size(), 5000U);
      }
      EXPECT_EQ(read.sha256, sha256_of(bytes.substr(0, size)));
    }
  }
}

TEST(HostileDump, R8_13_ALastLineThatIsOnlyBegunMeansThatTheFileIsCutOff) {
  const std::string whole = good("a") + "\n" + good("b");
  for (std::size_t size = good("a").size() + 2; size < whole.size(); ++size) {
    const ReadDump read = read_dump_text(whole.substr(0, size));
    EXPECT_EQ(read.records.size(), 1U) << size;
    EXPECT_THAT(read.cut_off, HasSubstr("line 2: it has no line end")) << size;
  }
  EXPECT_EQ(read_dump_text(whole).cut_off, "") << "the last line end may be missing";
  EXPECT_EQ(read_dump_text(whole + "\n{\n").cut_off, "") << "a bad line with its end is only bad";
  EXPECT_EQ(read_dump_text("[" + good("a") + ",7]").cut_off, "");
}

TEST(HostileDump, APackedArrayThatIsCutOffSaysSoOnce) {
  const std::string bytes = packed(Packing::gzip, "[" + good("a") + "," + good("b") + "]");
  const ReadDump read = read_dump_text(bytes.substr(0, bytes.size() - 4));
  EXPECT_THAT(read.keys(), ElementsAre("a", "b"));
  ASSERT_EQ(read.problems.size(), 1U);
  EXPECT_THAT(read.problems[0].reason, HasSubstr("gzip"));
}

TEST(HostileDump, OtherBytesBehindAGzipMemberAreAProblemAndDigested) {
  const std::string bytes = packed(Packing::gzip, good("a") + "\n") + "garbage";
  const ReadDump read = read_dump_text(bytes);
  EXPECT_THAT(read.keys(), ElementsAre("a"));
  EXPECT_EQ(read.problems.size(), 1U);
  EXPECT_EQ(read.sha256, sha256_of(bytes));
}

TEST(HostileDump, NumbersBeyondADoubleAreAProblemNotACrash) {
  const ReadDump read =
      read_dump_text(good("a") + "\n" + R"({"key":"k","value":"v","x":1e999})" + "\n" +
                     R"({"key":"k","value":"v","x":)" + std::string(100'000, '9') + "}\n");
  EXPECT_THAT(read.keys(), ElementsAre("a"));
  EXPECT_EQ(read.problems.size(), 2U);
}

}  // namespace
}  // namespace cutover::dump
