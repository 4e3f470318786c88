#include "core/books/date.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/core/books/transforming.h"

namespace cutover::books {
namespace {

// "1999" or "NULL", then the marks.
std::string in_words(const DateReading& reading) {
  std::string words = reading.year ? std::to_string(*reading.year) : "NULL";
  return words + reading.marks.to_json().value_or("");
}

// publication_year, published_date and the marks of a book with that JSON as publishedDate.
std::string date_of(const std::string& json) {
  const BookRow row = row_with(R"("publishedDate":)" + json);
  return (row.publication_year ? std::to_string(*row.publication_year) : "NULL") + " " +
         row.published_date.value_or("NULL") + " " + quality_of(row);
}

TEST(Date, BelievesTheYearOfEveryForm) {
  for (const std::string_view text : {"1999",
                                      "1999-05",
                                      "1999-12",
                                      "1999-05-01",
                                      "1999-05-31",
                                      "1999-02-31",
                                      "1999-05-01T00:00:00Z",
                                      "1999-05-01T00:00:00.000+01:00",
                                      "1999-05-01T0",
                                      "January 1999",
                                      "Jan 1999",
                                      "May 1999",
                                      "September 1999",
                                      "Sep 1999",
                                      "December 1, 1999",
                                      "Dec 31, 1999",
                                      "May 07, 1999",
                                      "05/31/1999",
                                      "31/05/1999",
                                      "12/12/1999",
                                      " 1999\t",
                                      "\n1999-05\r\n"}) {
    EXPECT_EQ(in_words(read_date(text)), "1999") << text;
  }
}

TEST(Date, GuessesNothingFromOtherTexts) {
  for (const std::string_view text :
       {"199?",          "19??",           "c1999",        "MCMXCIX",          "19",
        "199",           "19999",          "1999-",        "1999-5",           "1999-00",
        "1999-13",       "1999-05-",       "1999-05-0",    "1999-05-00",       "1999-05-32",
        "1999-05-01T",   "1999-05-01T12h", "1999-05-01 ",  "1999-05-01 00:00", "1999-05-01t00",
        "1999/05/01",    "1999-05-01TZ ",  "january 1999", "JAN 1999",         "Sept 1999",
        "Janu 1999",     "Jan  1999",      "Jan. 1999",    "Jan 99",           "Jan",
        " 1999x",        "Jan 0, 1999",    "Jan 32, 1999", "Jan 1 1999",       "Jan 1,1999",
        "Jan 001, 1999", "Jan , 1999",     "1 Jan 1999",   "13/13/1999",       "00/12/1999",
        "12/32/1999",    "1/2/1999",       "01-02-1999",   "05/31/99",         "-1999",
        "+1999",         "0x7CF",          "00",           "/////////",        "          1"}) {
    if (text == "1999-05-01 " || text == "1999-05-01TZ ") {
      EXPECT_EQ(in_words(read_date(text)), "1999") << "trimmed: " << text;
      continue;
    }
    EXPECT_EQ(in_words(read_date(text)), R"(NULL["date_unparsed"])") << text;
  }
}

TEST(Date, BelievesYearsOneTo2100InTexts) {
  EXPECT_EQ(in_words(read_date("0001")), "1");
  EXPECT_EQ(in_words(read_date("2100")), "2100");
  EXPECT_EQ(in_words(read_date("2101")), R"(NULL["date_implausible"])");
  EXPECT_EQ(in_words(read_date("9999-12-31")), R"(NULL["date_implausible"])");
}

TEST(Date, CallsYearZeroUnknown) {
  EXPECT_EQ(in_words(read_date("0")), R"(NULL["date_unknown"])");
  EXPECT_EQ(in_words(read_date("0000")), R"(NULL["date_unknown"])");
  EXPECT_EQ(in_words(read_date("0000-01-01")), R"(NULL["date_unknown"])");
  EXPECT_EQ(in_words(read_date("0000-00-00")), R"(NULL["date_unparsed"])");
  EXPECT_EQ(in_words(read_date(" 0")), R"(NULL["date_unparsed"])");
}

TEST(Date, KeepsTheSourcesTextUntrimmed) {
  EXPECT_EQ(date_of(R"(" 2004-05-01 ")"), "2004  2004-05-01  none");
  EXPECT_EQ(date_of(R"("199?")"), R"(NULL 199? ["date_unparsed"])");
  EXPECT_EQ(date_of(R"("0")"), R"(NULL 0 ["date_unknown"])");
  EXPECT_EQ(date_of(R"("3000")"), R"(NULL 3000 ["date_implausible"])");
}

TEST(Date, IsAbsentWhenNullOrBlank) {
  for (const char* json : {"null", R"("")", R"(" \t\r\n")"}) {
    EXPECT_EQ(date_of(json), "NULL NULL none") << json;
  }
  EXPECT_EQ(row_of(R"({"title":"T","authors":["A"]})").published_date, std::nullopt);
}

TEST(Date, ReadsWholeNumbersHoweverTheyAreWritten) {
  EXPECT_EQ(date_of("2008"), R"(2008 2008 ["date_not_text"])");
  EXPECT_EQ(date_of("2008.0"), R"(2008 2008 ["date_not_text"])");
  EXPECT_EQ(date_of("2e3"), R"(2000 2000 ["date_not_text"])");
  EXPECT_EQ(date_of("1"), R"(1 1 ["date_not_text"])");
  EXPECT_EQ(date_of("-720.0"), R"(-720 -720 ["date_not_text"])");
  EXPECT_EQ(date_of("-3000"), R"(-3000 -3000 ["date_not_text"])");
}

TEST(Date, DoesNotBelieveNumbersOutOfRange) {
  EXPECT_EQ(date_of("2101"), R"(NULL 2101 ["date_implausible","date_not_text"])");
  EXPECT_EQ(date_of("-3001"), R"(NULL -3001 ["date_implausible","date_not_text"])");
  EXPECT_EQ(date_of("9007199254740992"),
            R"(NULL 9007199254740992 ["date_implausible","date_not_text"])");
}

TEST(Date, CallsTheNumberZeroUnknown) {
  for (const char* json : {"0", "0.0", "-0", "-0.0", "0e5"}) {
    EXPECT_EQ(date_of(json), R"(NULL 0 ["date_not_text","date_unknown"])") << json;
  }
}

TEST(Date, ReadsTheDateInsideADollarDateObject) {
  EXPECT_EQ(date_of(R"({"$date":"2009-04-01T00:00:00.000-0700"})"),
            R"(2009 2009-04-01T00:00:00.000-0700 ["date_not_text"])");
  EXPECT_EQ(date_of(R"({"$date":"c1999"})"), R"(NULL c1999 ["date_not_text","date_unparsed"])");
  EXPECT_EQ(date_of(R"({"$date":" "})"), R"(NULL NULL ["date_not_text"])");
  EXPECT_EQ(date_of(R"({"$date":1,"x":2,"$date":"1999"})"), R"(1999 1999 ["date_not_text"])");
}

TEST(Date, GivesUpOnEverythingElse) {
  for (const char* json :
       {"2008.5", "9007199254740993", "-9007199254740993", "1e300", "18446744073709551615", "true",
        "[]", "[1999]", "{}", R"({"$date":1999})", R"({"$date":"1999","$date":null})"}) {
    EXPECT_EQ(date_of(json), R"(NULL NULL ["date_not_text","date_unparsed"])") << json;
  }
}

}  // namespace
}  // namespace cutover::books
