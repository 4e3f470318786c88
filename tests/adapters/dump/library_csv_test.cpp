// LibraryReader: columns, quoting, lines, and input made to hurt.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/ports/random.h"
#include "tests/adapters/dump/test_files.h"

namespace cutover::dump {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(LibraryCsv, NamesItsColumnsInTheHeader) {
  const ReadLibrary read = read_library_text(
      "extra,isbn,completed_at,user_id,status,rating,review,added_at,started_at\n"
      "e,978,2020-03,u1,completed,5,good,2020-01,2020-02\n");
  ASSERT_EQ(read.records.size(), 1U);
  EXPECT_EQ(read.records[0], (LibraryRecord{2, "u1", "978", "completed", "5", "good", "2020-01",
                                            "2020-02", "2020-03"}));
}

TEST(LibraryCsv, NeedsOnlyUserAndIsbn) {
  const ReadLibrary read = read_library_text("user_id,isbn\nu1,978");
  ASSERT_EQ(read.records.size(), 1U);
  EXPECT_EQ(read.records[0], (LibraryRecord{2, "u1", "978", "", "", "", "", "", ""}));
}

TEST(LibraryCsv, AMissingOrDoubleColumnIsNamed) {
  EXPECT_THAT(read_library_text("user_id,status\nu,s\n").refusal, HasSubstr("'isbn' is missing"));
  EXPECT_THAT(read_library_text("User_Id,isbn\n").refusal, HasSubstr("'user_id' is missing"));
  EXPECT_THAT(read_library_text("isbn,user_id,isbn\n").refusal, HasSubstr("'isbn' comes twice"));
  EXPECT_THAT(read_library_text("").refusal, HasSubstr("no header row"));
  EXPECT_THAT(read_library_text("\n\n").refusal, HasSubstr("no header row"));
  EXPECT_THAT(read_library("no-such-file.csv").refusal, HasSubstr("no-such-file.csv"));
}

TEST(LibraryCsv, KeepsQuotesBlanksAndLineEndsInsideFields) {
  const ReadLibrary read = read_library_text(
      "user_id,isbn,review\r\n"
      "u1, 978 ,\"a \"\"b\"\", c\r\nd\"\r\n"
      "u2,\" 1 \",say \"x\" now\r\n");
  ASSERT_EQ(read.records.size(), 2U);
  EXPECT_EQ(read.records[0].isbn, " 978 ");
  EXPECT_EQ(read.records[0].review, "a \"b\", c\r\nd");
  EXPECT_EQ(read.records[1].isbn, " 1 ");
  EXPECT_EQ(read.records[1].review, "say \"x\" now");
}

TEST(LibraryCsv, KnowsTheLineWhereARowStarts) {
  const ReadLibrary read =
      read_library_text("\xEF\xBB\xBF\nuser_id,isbn\n\n\r\nu1,\"a\n\nb\"\nu2,2\r\n\nu3\nu4,4");
  ASSERT_EQ(read.records.size(), 3U);
  EXPECT_EQ(read.records[0].line, 5U);
  EXPECT_EQ(read.records[1].line, 8U);
  EXPECT_EQ(read.records[2].line, 11U);
  ASSERT_EQ(read.problems.size(), 1U);
  EXPECT_EQ(read.problems[0].where, "line 10");
}

TEST(LibraryCsv, ABadRowCostsOnlyItself) {
  const ReadLibrary read = read_library_text(
      "user_id,isbn\nu1\nu2,2,2\nu3,\xC3?\nu4,4\nu5," + std::string((1 << 20) + 1, '5') +
      "\nu6,\"" + std::string(3 << 20, '6') + "\n\"\nu7," + std::string(1 << 20, '7') + "\n");
  ASSERT_EQ(read.records.size(), 2U);
  EXPECT_EQ(read.records[0].user_id, "u4");
  EXPECT_EQ(read.records[1].user_id, "u7");
  EXPECT_EQ(read.records[1].line, 9U);
  ASSERT_EQ(read.problems.size(), 5U);
  EXPECT_EQ(read.problems[0], (Problem{"line 2", "", "the row has 1 fields, the header has 2"}));
  EXPECT_EQ(read.problems[1].where, "line 3");
  EXPECT_THAT(read.problems[2].reason, HasSubstr("UTF-8"));
  EXPECT_THAT(read.problems[3].reason, HasSubstr("longer than 1048576 bytes"));
  EXPECT_EQ(read.problems[4].where, "line 7");
}

TEST(LibraryCsv, AnUnclosedQuoteIsOneProblemAtTheEnd) {
  const ReadLibrary read =
      read_library_text("user_id,isbn\nu1,1\nu2,\"" + std::string(5 << 20, '\n'));
  EXPECT_EQ(read.records.size(), 1U);
  ASSERT_EQ(read.problems.size(), 1U);
  EXPECT_EQ(read.problems[0].where, "line 3");
  EXPECT_THAT(read.problems[0].reason, HasSubstr("no closing quote"));
}

TEST(LibraryCsv, ARowOfManyFieldsIsNotHeld) {
  const ReadLibrary read =
      read_library_text("user_id,isbn\n" + std::string(5 << 20, ',') + "\nu1,1\n");
  EXPECT_EQ(read.records.size(), 1U);
  EXPECT_EQ(read.problems.size(), 1U);
  EXPECT_THAT(read_library_text(std::string(5000, ',') + "\n").refusal, HasSubstr("no header"));
}

TEST(LibraryCsv, OfAnyPackingIsReadAndACutOffOneReported) {
  std::string text = "user_id,isbn\n";
  RandomStream random(9, "rows");
  for (int i = 0; i < 20'000; ++i) {
    text += "u" + std::to_string(i) + "," + std::to_string(random.next()) + "\n";
  }
  for (const Packing packing : {Packing::plain, Packing::gzip, Packing::zstd}) {
    const std::string bytes = packed(packing, text);
    const ReadLibrary whole = read_library_text(bytes);
    EXPECT_EQ(whole.records.size(), 20'000U);
    EXPECT_THAT(whole.problems, IsEmpty());
    EXPECT_EQ(whole.sha256, sha256_of(bytes));
    if (packing == Packing::plain) continue;
    const ReadLibrary part = read_library_text(bytes.substr(0, bytes.size() / 2));
    EXPECT_GT(part.records.size(), 5000U);
    ASSERT_EQ(part.problems.size(), 1U);
    EXPECT_THAT(part.problems[0].reason, HasSubstr("cut off"));
  }
}

TEST(LibraryCsv, OfRandomTokensNeverStopsTheReader) {
  const std::vector<std::string> tokens = {
      "\"", "\"\"", ",", "\n", "\r", "\r\n", "a", " ", std::string(1, '\0'), "\xFF", "u,1\n"};
  RandomStream random(13, "tokens");
  for (int round = 0; round < 700; ++round) {
    std::string text = "user_id,isbn\n";
    const std::uint64_t count = random.below(80);
    for (std::uint64_t i = 0; i < count; ++i) text += tokens[random.below(tokens.size())];
    const ReadLibrary read = read_library_text(text);
    EXPECT_EQ(read.refusal, "");
    EXPECT_EQ(read.sha256, sha256_of(text));
  }
}

}  // namespace
}  // namespace cutover::dump
