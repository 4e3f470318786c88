// Section 3 of docs/TRANSFORM.md: each column from its field, one test per rule.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/books/quality.h"
#include "tests/core/books/transforming.h"

namespace cutover::books {
namespace {

using namespace std::string_literals;
using OptionalText = std::optional<std::string>;

struct Case {
  std::string json;  // the field's value; empty: no such field
  OptionalText column;
  std::string marks;  // as they stand in quality, or "none"
};

// Checks one column of a book that has a title and an author, unless those are tested.
void expect_column(const std::string& field, OptionalText BookRow::*column,
                   const std::vector<Case>& cases) {
  for (const Case& expected : cases) {
    const std::string given =
        expected.json.empty() ? "" : "\"" + field + "\":" + expected.json + ",";
    const BookRow row = row_of("{" + given + R"("title":"T","authors":["A"]})");
    EXPECT_EQ(row.*column, expected.column) << field << " from " << expected.json;
    EXPECT_EQ(quality_of(row), expected.marks) << field << " from " << expected.json;
  }
}

void expect_text_column(const std::string& field, OptionalText BookRow::*column) {
  const std::string mark = "[\"" + field + "_not_text\"]";
  expect_column(field, column,
                {{"", std::nullopt, "none"},
                 {"null", std::nullopt, "none"},
                 {R"("")", std::nullopt, "none"},
                 {R"(" \t\r\n")", std::nullopt, "none"},
                 {R"("x")", "x", "none"},
                 {R"(" x ")", " x ", "none"},
                 {R"("\u00a0")", "\u00a0", "none"},
                 {R"("\u0000")", "\0"s, "none"},
                 {"1", std::nullopt, mark},
                 {"1.5", std::nullopt, mark},
                 {"false", std::nullopt, mark},
                 {R"(["x"])", std::nullopt, mark},
                 {R"({"x":1})", std::nullopt, mark}});
}

TEST(Column, PublisherIsTextOrNothing) {
  expect_text_column("publisher", &BookRow::publisher);
}
TEST(Column, LanguageIsTextOrNothing) {
  expect_text_column("language", &BookRow::language);
}
TEST(Column, DescriptionIsTextOrNothing) {
  expect_text_column("description", &BookRow::description);
}

TEST(Column, TitleIsTextOrAnIntegersDigits) {
  const std::vector<Case> cases = {
      {R"("T")", "T", "none"},
      {R"(" T ")", " T ", "none"},
      {"1984", "1984", R"(["title_not_text"])"},
      {"-7", "-7", R"(["title_not_text"])"},
      {"18446744073709551615", "18446744073709551615", R"(["title_not_text"])"},
      {"18446744073709551616", "", R"(["title_missing","title_not_text"])"},
      {"1984.0", "", R"(["title_missing","title_not_text"])"},
      {"true", "", R"(["title_missing","title_not_text"])"},
      {R"(["T"])", "", R"(["title_missing","title_not_text"])"},
      {"{}", "", R"(["title_missing","title_not_text"])"},
      {R"("")", "", R"(["title_missing"])"},
      {R"(" ")", "", R"(["title_missing"])"},
      {"null", "", R"(["title_missing"])"}};
  for (const Case& expected : cases) {
    const BookRow row = row_of(R"({"authors":["A"],"title":)" + expected.json + "}");
    EXPECT_EQ(row.title, expected.column) << expected.json;
    EXPECT_EQ(quality_of(row), expected.marks) << expected.json;
  }
  EXPECT_EQ(quality_of(row_of(R"({"authors":["A"]})")), R"(["title_missing"])");
}

TEST(Column, AuthorsAreAJsonArrayOfTexts) {
  const std::vector<Case> cases = {
      {R"(["A","B"])", R"(["A","B"])", "none"},
      {R"([ "A" , " B " ])", R"(["A"," B "])", "none"},
      {R"(["A","A"])", R"(["A","A"])", "none"},
      {R"(["A",null,1,"","B",["C"],{"name":"D"}])", R"(["A","B"])", R"(["authors_cleaned"])"},
      {R"([""," "])", "[]", R"(["authors_cleaned","authors_missing"])"},
      {"[]", "[]", R"(["authors_missing"])"},
      {R"("A, B")", R"(["A, B"])", R"(["authors_not_array"])"},
      {R"(" ")", "[]", R"(["authors_missing"])"},
      {"null", "[]", R"(["authors_missing"])"},
      {"7", "[]", R"(["authors_missing","authors_not_array"])"},
      {R"({"name":"A"})", "[]", R"(["authors_missing","authors_not_array"])"}};
  for (const Case& expected : cases) {
    const BookRow row = row_of(R"({"title":"T","authors":)" + expected.json + "}");
    EXPECT_EQ(row.authors, expected.column) << expected.json;
    EXPECT_EQ(quality_of(row), expected.marks) << expected.json;
  }
  EXPECT_EQ(row_of(R"({"title":"T"})").authors, "[]");
}

TEST(Column, CategoriesAreAJsonArrayOfTextsOrNothing) {
  expect_column("categories", &BookRow::categories,
                {{"", std::nullopt, "none"},
                 {"null", std::nullopt, "none"},
                 {R"(["x","y"])", R"(["x","y"])", "none"},
                 {R"(["x",["y"],null])", R"(["x"])", R"(["categories_cleaned"])"},
                 {R"([["x"]])", std::nullopt, R"(["categories_cleaned"])"},
                 {R"([" "])", std::nullopt, R"(["categories_cleaned"])"},
                 {"[]", std::nullopt, "none"},
                 {R"("x / y")", R"(["x / y"])", R"(["categories_not_array"])"},
                 {R"("")", std::nullopt, "none"},
                 {"1", std::nullopt, R"(["categories_not_array"])"},
                 {"{}", std::nullopt, R"(["categories_not_array"])"}});
}

TEST(Column, AuthorsDetailedIsItsOwnJsonCompact) {
  const std::string mark = R"(["authors_detailed_invalid"])";
  expect_column("authorsDetailed", &BookRow::authors_detailed,
                {{"", std::nullopt, "none"},
                 {"null", std::nullopt, "none"},
                 {"[ ]", "[]", "none"},
                 {"{ }", "{}", "none"},
                 {R"([ {"name" : "A\/B", "born": 1932 } , null ])",
                  R"([{"name":"A/B","born":1932},null])", "none"},
                 {R"({"z":1,"a":[true,false,1.5,-2,18446744073709551615,1e2]})",
                  R"({"z":1,"a":[true,false,1.5,-2,18446744073709551615,100.0]})", "none"},
                 {R"({"a":1,"b":2,"a":[3]})", R"({"a":[3],"b":2})", "none"},
                 {R"("x")", std::nullopt, mark},
                 {"1", std::nullopt, mark},
                 {"true", std::nullopt, mark}});
}

TEST(Json, IsWrittenWithOneWayOfEscaping) {
  const BookRow row =
      row_of(R"({"title":"T","authors":["\"\\\/\b\f\n\r\t\u0000\u001F\u007f\u00e9\ud83d\ude00"]})");
  EXPECT_EQ(row.authors,
            R"(["\"\\/\b\f\n\r\t\u0000\u001f)"s + "\x7F" + "\u00e9\U0001F600" + R"("])");
}

TEST(Column, PageCountIsAWholeNumberUpTo100000) {
  struct Pages {
    std::string json;
    std::optional<std::int64_t> column;
    std::string marks;
  };
  const std::string invalid = R"(["page_count_invalid"])";
  const std::string unknown = R"(["page_count_unknown"])";
  const std::string not_number = R"(["page_count_not_number"])";
  const std::string both = R"(["page_count_not_number","page_count_unknown"])";
  const std::vector<Pages> cases = {{"192", 192, "none"},
                                    {"192.0", 192, "none"},
                                    {"1e2", 100, "none"},
                                    {"1", 1, "none"},
                                    {"100000", 100'000, "none"},
                                    {"100001", std::nullopt, invalid},
                                    {"-1", std::nullopt, invalid},
                                    {"192.5", std::nullopt, invalid},
                                    {"1e300", std::nullopt, invalid},
                                    {"18446744073709551615", std::nullopt, invalid},
                                    {"0", std::nullopt, unknown},
                                    {"-0.0", std::nullopt, unknown},
                                    {R"("192")", 192, not_number},
                                    {R"("000192")", 192, not_number},
                                    {R"("100000")", 100'000, not_number},
                                    {R"("0")", std::nullopt, both},
                                    {R"("000000")", std::nullopt, both},
                                    {R"("100001")", std::nullopt, invalid},
                                    {R"("0000192")", std::nullopt, invalid},
                                    {R"("192 p.")", std::nullopt, invalid},
                                    {R"(" 192")", std::nullopt, invalid},
                                    {R"("-1")", std::nullopt, invalid},
                                    {R"("1.0")", std::nullopt, invalid},
                                    {R"("")", std::nullopt, "none"},
                                    {R"(" \t")", std::nullopt, "none"},
                                    {"null", std::nullopt, "none"},
                                    {"true", std::nullopt, invalid},
                                    {"[192]", std::nullopt, invalid},
                                    {"{}", std::nullopt, invalid}};
  for (const Pages& expected : cases) {
    const BookRow row = row_with(R"("pageCount":)" + expected.json);
    EXPECT_EQ(row.page_count, expected.column) << expected.json;
    EXPECT_EQ(quality_of(row), expected.marks) << expected.json;
  }
}

TEST(Column, CoverUrlIsTheLargestImage) {
  const std::vector<std::string> sizes = {"extraLarge", "large",     "medium",
                                          "small",      "thumbnail", "smallThumbnail"};
  for (std::size_t best = 0; best < sizes.size(); ++best) {
    std::string links;
    for (std::size_t place = sizes.size(); place-- > 0;) {  // the smallest first
      const std::string url = place < best ? R"(" ")" : "\"https://x/" + sizes[place] + "\"";
      links += (links.empty() ? "\"" : ",\"") + sizes[place] + "\":" + url;
    }
    const BookRow row = row_with(R"("imageLinks":{)" + links + "}");
    EXPECT_EQ(row.cover_url, "https://x/" + sizes[best]);
    EXPECT_EQ(row.thumbnail_url, best < 5 ? "https://x/thumbnail" : "https://x/smallThumbnail");
  }
}

TEST(Column, ImagesMayBeMissingOrNoTexts) {
  const std::string mark = R"(["image_links_not_object"])";
  for (OptionalText BookRow::*column : {&BookRow::cover_url, &BookRow::thumbnail_url}) {
    expect_column(
        "imageLinks", column,
        {{"", std::nullopt, "none"},
         {"null", std::nullopt, "none"},
         {"{}", std::nullopt, "none"},
         {R"({"thumbnail":1,"smallThumbnail":null,"large":" ","huge":"x"})", std::nullopt, "none"},
         {R"({"thumbnail":"x","thumbnail":7})", std::nullopt, "none"},
         {R"({"smallThumbnail":"x","thumbnail":7})", "x", "none"},
         {R"("https://x")", std::nullopt, mark},
         {"[]", std::nullopt, mark}});
  }
  EXPECT_EQ(row_with(R"("imageLinks":{"large":"x"})").thumbnail_url, std::nullopt);
}

TEST(Column, GoogleImagesAreStoredWithHttps) {
  const auto stored = [](const std::string& url) {
    const BookRow row = row_with(R"("imageLinks":{"thumbnail":")" + url + R"("})");
    EXPECT_EQ(row.cover_url, row.thumbnail_url);
    EXPECT_EQ(row.quality, std::nullopt);
    return row.cover_url.value_or("NULL");
  };
  EXPECT_EQ(stored("http://books.google.com/books?id=1"), "https://books.google.com/books?id=1");
  EXPECT_EQ(stored("http://books.google.co.uk/x"), "https://books.google.co.uk/x");
  EXPECT_EQ(stored("https://books.google.com/x"), "https://books.google.com/x");
  EXPECT_EQ(stored("http://books.googleusercontent.com/x"), "http://books.googleusercontent.com/x");
  EXPECT_EQ(stored("http://covers.example/x"), "http://covers.example/x");
  EXPECT_EQ(stored(" http://books.google.com/x"), " http://books.google.com/x");
}

TEST(Column, CanonicalMetadataAndItsHashAreTheSourcesBytes) {
  const std::string value = " { \"title\" : \"caf\\u00e9\" , \"x\":1.50 }\n";
  const BookRow row = row_of(value);
  EXPECT_EQ(row.canonical_metadata, value);
  EXPECT_EQ(row.content_hash, "283b4e2cada4dd99314a2e4bf993dc020f5daa9026026339c4f4c95cb020989c");
}

TEST(Column, SourceKeyAndExpiryAreTakenAsTheyAre) {
  Transform transform;
  const Transformed result = transform({.key = "search:isbn:isbn=0-439 70818-4",
                                        .value = R"({"title":"T"})",
                                        .expires_at = 1'700'000'090});
  const BookRow& row = std::get<BookRow>(result);
  EXPECT_EQ(row.source_key, "search:isbn:isbn=0-439 70818-4");
  EXPECT_EQ(row.source_expires_at, 1'700'000'090);
  EXPECT_EQ(row.source_time, std::nullopt);
  EXPECT_EQ(row.isbn, "9780439708180");
}

TEST(Column, QualityListsEachMarkOnceInByteOrder) {
  const std::string everything =
      R"({"cachedAt":0,"data":{"items":[{"volumeInfo":{"title":[],"authors":[1],)"
      R"("authorsDetailed":1,"publishedDate":3000,"publisher":1,"pageCount":"0","language":1,)"
      R"("categories":[1],"description":1,"imageLinks":1,"x":1,"x":1}}]}})";
  const BookRow row = row_of(everything, "book:isbn:439708184");
  const std::vector<std::string> marks = marks_in(*row.quality);
  EXPECT_EQ(marks, (std::vector<std::string>{
                       "authors_cleaned", "authors_detailed_invalid", "authors_missing",
                       "cached_at_invalid", "categories_cleaned", "date_implausible",
                       "date_not_text", "description_not_text", "duplicate_keys",
                       "image_links_not_object", "isbn_unconfirmed", "isbn_zeros_restored",
                       "language_not_text", "page_count_not_number", "page_count_unknown",
                       "publisher_not_text", "title_missing", "title_not_text"}));
}

TEST(Column, QualityIsNothingWithoutMarks) {
  EXPECT_EQ(row_of(R"({"title":"T","authors":["A"]})").quality, std::nullopt);
}

TEST(Row, IsRejectedWhenItsTextsExceed1900000Bytes) {
  // A text in `x` counts once (canonical_metadata); the row's other texts are its fixed part.
  const auto book = [](std::size_t bytes) {
    return R"({"title":"T","authors":["A"],"x":")" + std::string(bytes, 'x') + R"("})";
  };
  const BookRow small = row_of(book(0));
  const std::size_t fixed = small.isbn.size() + small.title.size() + small.authors.size() +
                            small.canonical_metadata.size() + small.content_hash.size() +
                            small.source_key.size();
  EXPECT_EQ(ending_of(book(1'900'000 - fixed)), "row");
  EXPECT_EQ(ending_of(book(1'900'000 - fixed + 1)), "rejected too_large");
}

TEST(Row, CountsATextTwiceThatStandsInTwoColumns) {
  const auto book = [](std::size_t bytes) {
    return R"({"title":"T","description":")" + std::string(bytes, 'x') + R"("})";
  };
  EXPECT_EQ(ending_of(book(949'000)), "row");
  EXPECT_EQ(ending_of(book(951'000)), "rejected too_large");
}

}  // namespace
}  // namespace cutover::books
