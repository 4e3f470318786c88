#include "core/books/isbn.h"

#include <gtest/gtest.h>

#include "tests/core/books/transforming.h"

namespace cutover::books {
namespace {

// The digits, or the name of the error.
std::string read(std::string_view text) {
  const auto parsed = Isbn::parse(text);
  return parsed ? parsed->isbn.str() : std::string(name_of(parsed.error()));
}

TEST(Isbn, ReadsEveryAcceptedWayOfWritingOneBook) {
  for (const std::string_view text : {"9780439708180", "978-0-439-70818-0", "978 0439708180",
                                      "0439708184", "0-439-70818-4", "439708184", " 4-39708184-"}) {
    EXPECT_EQ(read(text), "9780439708180") << text;
  }
}

TEST(Isbn, AcceptsALowerCaseXAsCheckDigit) {
  EXPECT_EQ(read("080442957X"), "9780804429573");
  EXPECT_EQ(read("080442957x"), "9780804429573");
  EXPECT_EQ(read("80442957x"), "9780804429573");
}

TEST(Isbn, AcceptsThePrefix979ButNotMusic) {
  EXPECT_EQ(read("9791234567896"), "9791234567896");
  EXPECT_EQ(read("9790060115615"), "isbn_unknown_prefix");
  EXPECT_EQ(read("4006381333931"), "isbn_unknown_prefix");
}

TEST(Isbn, ChecksThePrefixBeforeTheCheckDigit) {
  EXPECT_EQ(read("1234567890123"), "isbn_unknown_prefix");
}

TEST(Isbn, RejectsAWrongCheckDigit) {
  for (const std::string_view text : {"9780439708181", "0439708185", "439708185", "043970818X"}) {
    EXPECT_EQ(read(text), "isbn_bad_check_digit") << text;
  }
}

TEST(Isbn, SaysWhenNothingIsLeft) {
  for (const std::string_view text : {"", "-", "  ", " - - "}) {
    EXPECT_EQ(read(text), "isbn_missing") << text;
  }
}

TEST(Isbn, RejectsEverythingElseAsMalformed) {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {"BAD_DATA"sv, "123456"sv, "12345678901"sv, "123456789012"sv, "97804397081801"sv,
        "978043970818X"sv, "04397O8184"sv, "X439708184"sv, "043970X184"sv, "0439708184\n"sv,
        "\t0439708184"sv, "0439708184:summary"sv, "0439708184\0"sv,
        "\xD9\xA0"
        "439708184"sv,
        "0439\xE2\x80\x90"
        "708184"sv}) {
    EXPECT_EQ(read(text), "isbn_malformed") << text;
  }
}

TEST(Isbn, RestoresOneToThreeLostZerosAndSaysSo) {
  EXPECT_EQ(read("195153448"), "9780195153446");
  EXPECT_EQ(read("2005018"), "9780002005012");
  EXPECT_EQ(read("0000000"), "9780000000002");
  EXPECT_TRUE(Isbn::parse("195153448")->zeros_restored);
  EXPECT_TRUE(Isbn::parse("20-05018")->zeros_restored);
  EXPECT_FALSE(Isbn::parse("0195153448")->zeros_restored);
  EXPECT_FALSE(Isbn::parse("9780195153446")->zeros_restored);
}

TEST(Isbn, IsCanonicalOnlyWhenWrittenAsThirteenDigits) {
  EXPECT_TRUE(Isbn::parse("9780439708180")->canonical);
  EXPECT_FALSE(Isbn::parse("978-0439708180")->canonical);
  EXPECT_FALSE(Isbn::parse("0439708184")->canonical);
}

TEST(Isbn, HasACheckDigitZeroForEverySumThatIsAMultipleOfTen) {
  EXPECT_EQ(read("9780000000040"), "9780000000040");  // weighs 40
}

TEST(Isbn, OrdersByDigits) {
  EXPECT_LT(Isbn::parse("9780195153446")->isbn, Isbn::parse("9780439708180")->isbn);
  EXPECT_EQ(Isbn::parse("0439708184")->isbn, Isbn::parse("9780439708180")->isbn);
}

TEST(Key, AcceptsOnlyTheTwoPrefixes) {
  constexpr std::string_view book = R"({"title":"T"})";
  EXPECT_EQ(ending_of(book, "book:isbn:0439708184"), "row");
  EXPECT_EQ(ending_of(book, "search:isbn:isbn=0439708184"), "row");
  for (const std::string_view key :
       {"", "book:isbn", "Book:isbn:0439708184", " book:isbn:0439708184", "0439708184",
        "search:isbn:0439708184", "search:title:isbn=0439708184", "migration:checkpoint"}) {
    EXPECT_EQ(ending_of(book, key), "rejected key_unknown") << key;
  }
}

TEST(Key, IsJudgedBeforeTheValue) {
  EXPECT_EQ(ending_of("", "other"), "rejected key_unknown");
  EXPECT_EQ(ending_of("null", "book:isbn:BAD_DATA"), "rejected isbn_malformed");
}

TEST(Key, GivesTheRank) {
  const auto rank = [](std::string_view key) {
    return row_of(R"({"title":"T"})", key).source_rank;
  };
  EXPECT_EQ(rank("book:isbn:9780439708180"), 0);
  EXPECT_EQ(rank("search:isbn:isbn=9780439708180"), 1);
  EXPECT_EQ(rank("book:isbn:0439708184"), 2);
  EXPECT_EQ(rank("book:isbn:978-0439708180"), 2);
  EXPECT_EQ(rank("search:isbn:isbn=0-439708184"), 3);
}

}  // namespace
}  // namespace cutover::books
