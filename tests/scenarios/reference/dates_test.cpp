// Section 4 of docs/TRANSFORM.md, every line of its table and every form.
#include <gtest/gtest.h>

#include "tests/scenarios/reference/page.h"

namespace cutover::reference {
namespace {

struct DateCase {
  std::string json;
  Value year;
  Value date;
  MarkList marks;
};

void expect_dates(const std::vector<DateCase>& cases) {
  for (const DateCase& c : cases) {
    SCOPED_TRACE(c.json);
    const Result result = book_with("\"publishedDate\":" + c.json);
    EXPECT_EQ(column(result, "publication_year"), c.year);
    EXPECT_EQ(column(result, "published_date"), c.date);
    EXPECT_EQ(result.marks, c.marks);
  }
}

TEST(ReferenceDates, EachLineOfThePagesTable) {
  const Value null;
  expect_dates({
      {"null", null, null, {}},
      {R"("")", null, null, {}},
      {R"(" \t")", null, null, {}},
      {R"("2004")", "2004", "2004", {}},
      {R"(" 2004\n")", "2004", " 2004\n", {}},
      {R"("0000")", null, "0000", {"date_unknown"}},
      {R"("0001")", "1", "0001", {}},
      {R"("2100")", "2100", "2100", {}},
      {R"("2101")", null, "2101", {"date_implausible"}},
      {R"("9999-01")", null, "9999-01", {"date_implausible"}},
      {R"("199?")", null, "199?", {"date_unparsed"}},
      {R"(" 199? ")", null, " 199? ", {"date_unparsed"}},
      {R"("0")", null, "0", {"date_unknown"}},
      {R"(" 0 ")", null, " 0 ", {"date_unparsed"}},
      {"2008", "2008", "2008", {"date_not_text"}},
      {"2008.0", "2008", "2008", {"date_not_text"}},
      {"2e3", "2000", "2000", {"date_not_text"}},
      {"-720", "-720", "-720", {"date_not_text"}},
      {"-3000", "-3000", "-3000", {"date_not_text"}},
      {"-3001", null, "-3001", {"date_implausible", "date_not_text"}},
      {"2101", null, "2101", {"date_implausible", "date_not_text"}},
      {"9007199254740992", null, "9007199254740992", {"date_implausible", "date_not_text"}},
      {"9007199254740993", null, null, {"date_not_text", "date_unparsed"}},
      {"1e300", null, null, {"date_not_text", "date_unparsed"}},
      {"0", null, "0", {"date_not_text", "date_unknown"}},
      {"-0.0", null, "0", {"date_not_text", "date_unknown"}},
      {"2008.5", null, null, {"date_not_text", "date_unparsed"}},
      {"true", null, null, {"date_not_text", "date_unparsed"}},
      {R"(["2008"])", null, null, {"date_not_text", "date_unparsed"}},
      {"{}", null, null, {"date_not_text", "date_unparsed"}},
      {R"({"$date":2008})", null, null, {"date_not_text", "date_unparsed"}},
      {R"({"$date":{"$date":"2008"}})", null, null, {"date_not_text", "date_unparsed"}},
      {R"({"$date":"2009-04-01T00:00:00.000-0700"})",
       "2009",
       "2009-04-01T00:00:00.000-0700",
       {"date_not_text"}},
      {R"({"$date":"soon"})", null, "soon", {"date_not_text", "date_unparsed"}},
      {R"({"$date":"0"})", null, "0", {"date_not_text", "date_unknown"}},
      {R"({"$date":"2101"})", null, "2101", {"date_implausible", "date_not_text"}},
      {R"({"$date":" "})", null, null, {"date_not_text"}},
  });
  EXPECT_EQ(column(book_with(R"("x":1)"), "published_date"), null);
}

void expect_form(const std::string& text, const Value& year) {
  expect_dates({{"\"" + text + "\"", year, text, year ? MarkList{} : MarkList{"date_unparsed"}}});
}

TEST(ReferenceDates, NumericForms) {
  for (const char* text : {"1999", "1999-01", "1999-12", "1999-01-01", "1999-02-31", "1999-12-31",
                           "1999-01-01T0", "1999-01-01T00:00:00Z", "1999-01-01T+-Z.:9"}) {
    expect_form(text, "1999");
  }
  for (const char* text :
       {"199",           "19999",         "-1999",      "1999-00",     "1999-13",
        "1999-1",        "1999-",         "1999-00-01", "1999-01-00",  "1999-01-32",
        "1999-13-01",    "1999-1-1",      "1999/01/01", "1999-01-01T", "1999-01-01 00:00",
        "1999-01-01t00", "1999-13-01T00", "0000-00-00", "19",          "c1999",
        "1999?",         "MCMXCIX",       "1999 BC",    "1999-01T00"}) {
    expect_form(text, std::nullopt);
  }
  expect_form("1999-01-01T00:00 ", "1999");
}

TEST(ReferenceDates, MonthNameForms) {
  for (const char* name :
       {"January",   "February", "March",    "April",    "May", "June", "July", "August",
        "September", "October",  "November", "December", "Jan", "Feb",  "Mar",  "Apr",
        "Jun",       "Jul",      "Aug",      "Sep",      "Oct", "Nov",  "Dec"}) {
    expect_form(std::string(name) + " 1999", "1999");
    expect_form(std::string(name) + " 1, 1999", "1999");
    expect_form(std::string(name) + " 31, 1999", "1999");
  }
  for (const char* text :
       {"may 1999", "MAY 1999", "Sept 1999", "Jan. 1999", "May  1999", "May 0, 1999",
        "May 32, 1999", "May 00, 1999", "May 1 1999", "May 1,1999", "May 1,  1999", "May 001, 1999",
        "1 May 1999", "May", "May 99", "May1999", "May 1st, 1999", "Mai 1999", "Januar 1999"}) {
    expect_form(text, std::nullopt);
  }
}

TEST(ReferenceDates, SlashForms) {
  for (const char* text : {"01/31/1999", "31/01/1999", "12/12/1999", "01/01/1999", "13/12/1999"}) {
    expect_form(text, "1999");
  }
  for (const char* text : {"13/13/1999", "00/01/1999", "01/00/1999", "32/01/1999", "01/32/1999",
                           "1/1/1999", "01/01/99", "01-01-1999"}) {
    expect_form(text, std::nullopt);
  }
}

TEST(ReferenceDates, ALongTextIsOnlyUnparsed) {
  const std::string text = "1999-01-01T" + std::string(500000, '+');
  EXPECT_EQ(column(book_with("\"publishedDate\":\"" + text + "\""), "publication_year"), "1999");
  EXPECT_EQ(book_with("\"publishedDate\":\"" + text + "x\"").marks, MarkList{"date_unparsed"});
}

}  // namespace
}  // namespace cutover::reference
