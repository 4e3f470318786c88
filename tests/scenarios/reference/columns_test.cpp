// Section 3 of docs/TRANSFORM.md, column by column.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/reference/page.h"

namespace cutover::reference {
namespace {

// A field of a book that has title and authors, the column it fills, and every mark of the row.
struct ColumnCase {
  std::string field;
  Value value;
  MarkList marks;
};

void expect_column(const std::string& name, const std::vector<ColumnCase>& cases) {
  for (const ColumnCase& c : cases) {
    SCOPED_TRACE(name + " from " + c.field);
    const Result result = book_with(c.field);
    EXPECT_EQ(column(result, name), c.value);
    EXPECT_EQ(result.marks, c.marks);
  }
}

TEST(ReferenceColumns, TitleIsAStringAnIntegerOrNothing) {
  struct Title {
    std::string json;
    std::string title;
    MarkList marks;
  };
  const std::vector<Title> cases = {
      {R"(" War ")", " War ", {}},
      {R"("a\u0000b")", std::string("a\0b", 3), {}},
      {"1984", "1984", {"title_not_text"}},
      {"-7", "-7", {"title_not_text"}},
      {"18446744073709551615", "18446744073709551615", {"title_not_text"}},
      {"1984.0", "", {"title_missing", "title_not_text"}},
      {"true", "", {"title_missing", "title_not_text"}},
      {"[\"T\"]", "", {"title_missing", "title_not_text"}},
      {R"(" \t\r\n")", "", {"title_missing"}},
      {R"("")", "", {"title_missing"}},
      {"null", "", {"title_missing"}},
      {R"("\u00a0")", "\xC2\xA0", {}},  // no-break space is not blank on this page
  };
  for (const Title& c : cases) {
    SCOPED_TRACE(c.json);
    const Result result = of("{\"authors\":[\"A\"],\"title\":" + c.json + "}");
    EXPECT_EQ(column(result, "title"), c.title);
    EXPECT_EQ(result.marks, c.marks);
  }
}

TEST(ReferenceColumns, AuthorsAreAlwaysAList) {
  const std::vector<ColumnCase> cases = {
      {R"(["B","A","B"])", R"(["B","A","B"])", {}},
      {R"(["A",null," ",5,"B"])", R"(["A","B"])", {"authors_cleaned"}},
      {R"([" A "])", R"([" A "])", {}},
      {"[]", "[]", {"authors_missing"}},
      {"[1]", "[]", {"authors_cleaned", "authors_missing"}},
      {R"("A, B")", R"(["A, B"])", {"authors_not_array"}},
      {R"(" ")", "[]", {"authors_missing"}},
      {"null", "[]", {"authors_missing"}},
      {"{}", "[]", {"authors_missing", "authors_not_array"}},
      {"7", "[]", {"authors_missing", "authors_not_array"}},
      {R"(["\"\\\/\b\f\n\r\t\u0001\u001F\u007f\u00e9"])",
       "[\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7F\xC3\xA9\"]",
       {}},
  };
  for (const ColumnCase& c : cases) {
    SCOPED_TRACE(c.field);
    const Result result = of("{\"title\":\"T\",\"authors\":" + c.field + "}");
    EXPECT_EQ(column(result, "authors"), c.value);
    EXPECT_EQ(result.marks, c.marks);
  }
  EXPECT_EQ(of(R"({"title":"T"})").marks, MarkList{"authors_missing"});
}

TEST(ReferenceColumns, AuthorsDetailedIsItsJsonCompact) {
  expect_column("authors_detailed",
                {{R"("authorsDetailed":[ {"name" : "A", "id": 7} , null, true, -0.5 ])",
                  R"([{"name":"A","id":7},null,true,-0.5])",
                  {}},
                 {R"("authorsDetailed":{"z":1,"a":2,"z":3})", R"({"z":3,"a":2})", {}},
                 {R"("authorsDetailed":[])", "[]", {}},
                 {R"("authorsDetailed":{})", "{}", {}},
                 {R"("authorsDetailed":null)", std::nullopt, {}},
                 {R"("x":0)", std::nullopt, {}},
                 {R"("authorsDetailed":"A")", std::nullopt, {"authors_detailed_invalid"}},
                 {R"("authorsDetailed":" ")", std::nullopt, {"authors_detailed_invalid"}},
                 {R"("authorsDetailed":false)", std::nullopt, {"authors_detailed_invalid"}}});
}

TEST(ReferenceColumns, PublisherLanguageAndDescriptionAreTextOrNull) {
  for (const std::string name : {"publisher", "language", "description"}) {
    const std::string field = "\"" + name + "\":";
    expect_column(name, {{field + R"(" Tor ")", " Tor ", {}},
                         {field + R"("")", std::nullopt, {}},
                         {field + R"("\n")", std::nullopt, {}},
                         {field + "null", std::nullopt, {}},
                         {R"("x":0)", std::nullopt, {}},
                         {field + "1", std::nullopt, {name + "_not_text"}},
                         {field + "[\"Tor\"]", std::nullopt, {name + "_not_text"}}});
  }
}

TEST(ReferenceColumns, PageCountIsAWholeNumberFromOneToAHundredThousand) {
  expect_column(
      "page_count",
      {{R"("pageCount":1)", "1", {}},
       {R"("pageCount":100000)", "100000", {}},
       {R"("pageCount":247.0)", "247", {}},
       {R"("pageCount":2e2)", "200", {}},
       {R"("pageCount":100001)", std::nullopt, {"page_count_invalid"}},
       {R"("pageCount":-1)", std::nullopt, {"page_count_invalid"}},
       {R"("pageCount":0.5)", std::nullopt, {"page_count_invalid"}},
       {R"("pageCount":0)", std::nullopt, {"page_count_unknown"}},
       {R"("pageCount":-0.0)", std::nullopt, {"page_count_unknown"}},
       {R"("pageCount":"247")", "247", {"page_count_not_number"}},
       {R"("pageCount":"000247")", "247", {"page_count_not_number"}},
       {R"("pageCount":"000")", std::nullopt, {"page_count_not_number", "page_count_unknown"}},
       {R"("pageCount":"0000247")", std::nullopt, {"page_count_invalid"}},
       {R"("pageCount":"100001")", std::nullopt, {"page_count_invalid"}},
       {R"("pageCount":" 247")", std::nullopt, {"page_count_invalid"}},
       {R"("pageCount":"247 p.")", std::nullopt, {"page_count_invalid"}},
       {R"("pageCount":" ")", std::nullopt, {}},
       {R"("pageCount":null)", std::nullopt, {}},
       {R"("pageCount":true)", std::nullopt, {"page_count_invalid"}},
       {R"("pageCount":[247])", std::nullopt, {"page_count_invalid"}}});
}

TEST(ReferenceColumns, CategoriesAreAListOrNull) {
  expect_column("categories",
                {{R"("categories":["Fiction","Art"])", R"(["Fiction","Art"])", {}},
                 {R"("categories":["Fiction",null])", R"(["Fiction"])", {"categories_cleaned"}},
                 {R"("categories":[])", std::nullopt, {}},
                 {R"("categories":[""])", std::nullopt, {"categories_cleaned"}},
                 {R"("categories":"Fiction")", R"(["Fiction"])", {"categories_not_array"}},
                 {R"("categories":" ")", std::nullopt, {}},
                 {R"("categories":null)", std::nullopt, {}},
                 {R"("categories":{"a":"b"})", std::nullopt, {"categories_not_array"}}});
}

TEST(ReferenceColumns, TheCoverIsTheLargestImageThereIs) {
  const std::string all =
      R"("thumbnail":"t","smallThumbnail":"st","small":"s","medium":"m","large":"l")";
  expect_column("cover_url", {{R"("imageLinks":{"extraLarge":"xl",)" + all + "}", "xl", {}},
                              {R"("imageLinks":{"extraLarge":" ",)" + all + "}", "l", {}},
                              {R"("imageLinks":{"small":"s","medium":"m"})", "m", {}},
                              {R"("imageLinks":{"large":5,"small":"s","thumbnail":"t"})", "s", {}},
                              {R"("imageLinks":{"smallThumbnail":"st","thumbnail":"t"})", "t", {}},
                              {R"("imageLinks":{"smallThumbnail":"st"})", "st", {}},
                              {R"("imageLinks":{"huge":"h"})", std::nullopt, {}},
                              {R"("imageLinks":{})", std::nullopt, {}},
                              {R"("imageLinks":null)", std::nullopt, {}},
                              {R"("imageLinks":"u")", std::nullopt, {"image_links_not_object"}},
                              {R"("imageLinks":[])", std::nullopt, {"image_links_not_object"}}});
  expect_column("thumbnail_url", {{R"("imageLinks":{)" + all + "}", "t", {}},
                                  {R"("imageLinks":{"small":"s","medium":"m"})", std::nullopt, {}},
                                  {R"("imageLinks":{"smallThumbnail":"st"})", "st", {}}});
}

TEST(ReferenceColumns, GooglesImagesAreStoredWithHttps) {
  for (const std::string name : {"cover_url", "thumbnail_url"}) {
    const auto link = [](const std::string& url) {
      return "\"imageLinks\":{\"thumbnail\":\"" + url + "\"}";
    };
    expect_column(name,
                  {{link("http://books.google.com/c?id=1"), "https://books.google.com/c?id=1", {}},
                   {link("http://books.google."), "https://books.google.", {}},
                   {link("https://books.google.com/c"), "https://books.google.com/c", {}},
                   {link("http://books.google"), "http://books.google", {}},
                   {link("HTTP://books.google.com/"), "HTTP://books.google.com/", {}},
                   {link("http://images.amazon.com/"), "http://images.amazon.com/", {}}});
  }
}

TEST(ReferenceColumns, TheRowKeepsTheValueTheKeyAndTheListing) {
  const Result result = transform("search:isbn:isbn=0439708184", R"({"title":"A"})", 1700000000);
  EXPECT_EQ(result.isbn, "9780439708180");
  EXPECT_EQ(column(result, "canonical_metadata"), R"({"title":"A"})");
  EXPECT_EQ(column(result, "content_hash"),
            "3529d0a41555dcce5409451ca186444db8e972ff8d5867546e0e7928f37408f5");
  EXPECT_EQ(column(result, "source_key"), "search:isbn:isbn=0439708184");
  EXPECT_EQ(column(result, "source_rank"), "3");
  EXPECT_EQ(column(result, "source_time"), std::nullopt);
  EXPECT_EQ(column(result, "source_expires_at"), "1700000000");
  EXPECT_EQ(column(result, "quality"), R"(["authors_missing"])");
  EXPECT_EQ(column(of(R"({"title":"A"})"), "source_expires_at"), std::nullopt);
}

TEST(ReferenceColumns, HasExactlyTheColumnsOfThePagesTable) {
  std::vector<std::string> names;
  for (const auto& [name, value] : of(R"({"title":"A"})").columns) names.push_back(name);
  EXPECT_THAT(
      names, testing::ElementsAre("authors", "authors_detailed", "canonical_metadata", "categories",
                                  "content_hash", "cover_url", "description", "language",
                                  "page_count", "publication_year", "published_date", "publisher",
                                  "quality", "source_expires_at", "source_key", "source_rank",
                                  "source_time", "thumbnail_url", "title"));
}

TEST(ReferenceColumns, QualityListsEachMarkOnceInByteOrder) {
  const Result result = of(R"({"title":7,"authors":5,"pageCount":"0","publishedDate":{},
      "imageLinks":1,"title":8,"categories":[1,2,3]})");
  EXPECT_EQ(column(result, "quality"),
            R"(["authors_missing","authors_not_array","categories_cleaned","date_not_text",)"
            R"("date_unparsed","duplicate_keys","image_links_not_object","page_count_not_number",)"
            R"("page_count_unknown","title_not_text"])");
  EXPECT_EQ(column(book_with(R"("x":1)"), "quality"), std::nullopt);
}

TEST(ReferenceColumns, ARowOfMoreThan1900000BytesOfTextIsTooLarge) {
  // isbn 13, source_key 23, content_hash 64, title 1, authors ["A"] 5: 106 bytes, and the value.
  const std::string frame = R"({"title":"T","authors":["A"],"x":""})";
  const auto of_size = [&frame](std::size_t size) {
    return frame.substr(0, frame.size() - 2) + std::string(size - frame.size(), 'x') + "\"}";
  };
  EXPECT_EQ(ending(of(of_size(1899894))), "row");
  const Result result = of(of_size(1899895));
  EXPECT_EQ(ending(result), "rejected too_large");
  EXPECT_TRUE(result.columns.empty());
}

TEST(ReferenceColumns, NothingIsInvented) {
  const Result result = of(R"({"title":null})");
  EXPECT_EQ(column(result, "title"), "");
  EXPECT_EQ(column(result, "authors"), "[]");
  for (const char* name : {"authors_detailed", "publication_year", "published_date", "publisher",
                           "page_count", "language", "categories", "description", "cover_url",
                           "thumbnail_url", "source_time", "source_expires_at"}) {
    EXPECT_EQ(column(result, name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace cutover::reference
