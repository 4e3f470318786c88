// The parts of the run that need no server: rates, samples, differences, shapes, spellings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "target/book_difference.h"
#include "target/rate.h"
#include "target/reading.h"
#include "target/sample.h"

namespace cutover::target {
namespace {

using reports::Verdict;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Rates, R6_5_NoneSeenHoldsALimitOnlyAmongEnough) {
  EXPECT_EQ(judge_rate(0, 298, 0.01, false), Verdict::unknown);
  EXPECT_EQ(judge_rate(0, 299, 0.01, false), Verdict::pass);
  EXPECT_EQ(judge_rate(0, 2994, 0.001, false), Verdict::unknown);
  EXPECT_EQ(judge_rate(0, 2995, 0.001, false), Verdict::pass);
  EXPECT_EQ(judge_rate(0, 10, 0.001, true), Verdict::pass) << "these are all";
  EXPECT_EQ(judge_rate(0, 0, 0.001, true), Verdict::unknown);
}

TEST(Rates, R6_5_ARateAtTheLimitFails) {
  EXPECT_EQ(judge_rate(1, 100, 0.01, true), Verdict::fail);
  EXPECT_EQ(judge_rate(1, 101, 0.01, true), Verdict::pass);
  EXPECT_EQ(judge_rate(1, 101, 0.01, false), Verdict::unknown);
  EXPECT_EQ(judge_rate(1, 10, 0.001, false), Verdict::fail);
}

TEST(Rates, SayHowManyAreNeeded) {
  EXPECT_EQ(needed_for(0, 0.01), 299U);
  EXPECT_EQ(needed_for(0, 0.001), 2995U);
  for (const std::uint64_t bad : {1U, 5U, 40U}) {
    const std::uint64_t needed = needed_for(bad, 0.01);
    EXPECT_EQ(judge_rate(bad, needed, 0.01, false), Verdict::pass) << bad;
    EXPECT_NE(judge_rate(bad, needed - 1, 0.01, false), Verdict::pass) << bad;
  }
}

TEST(Percentiles, AreThePlansByNearestRank) {
  std::vector<double> hundred;
  for (int i = 100; i >= 1; --i) hundred.push_back(i);
  EXPECT_EQ(percentile(hundred, 0.95), 95);  // latencies[94] of the sorted ones
  EXPECT_EQ(percentile(hundred, 0.5), 50);
  EXPECT_EQ(percentile({7}, 0.99), 7);
}

TEST(Spellings, OfAnIsbnAreOnesThatGiveIt) {
  EXPECT_THAT(spellings_of("9780439708180"), ElementsAre("978-0-4397-0818-0", "0439708184"));
  EXPECT_THAT(spellings_of("9780804429573"), ElementsAre(testing::_, "080442957X"));
  EXPECT_THAT(spellings_of("9791090636071"), ElementsAre("979-1-0906-3607-1"));
}

TEST(Shapes, R4_5_AreKeysAndTypesWhereNullFitsAll) {
  Shape shape;
  const auto difference = [&shape](const char* text) {
    return shape.difference(Json::parse(text));
  };
  EXPECT_EQ(difference(R"({"data":{"book":{"title":null,"pages":1}},"metadata":{}})"), "");
  EXPECT_EQ(difference(R"({"data":{"book":{"title":"A","pages":2.5}},"metadata":{}})"), "");
  EXPECT_EQ(difference(R"({"data":{"book":{"title":null,"pages":null}},"metadata":{}})"), "");
  EXPECT_THAT(difference(R"({"data":{"book":{"title":7,"pages":1}},"metadata":{}})"),
              HasSubstr("data.book.title is number, elsewhere string"));
  EXPECT_THAT(difference(R"({"data":{"book":{"pages":1}},"metadata":{}})"),
              HasSubstr("data.book has no 'title'"));
  EXPECT_THAT(difference(R"({"data":{"book":{"title":"","pages":1}},"metadata":{"x":1}})"),
              HasSubstr("metadata has a new 'x'"));
}

Json expected_of(const char* value) {
  const auto result = reference::transform("book:isbn:9780439708180", value, std::nullopt);
  return comparable_book(result.isbn, result.columns);
}

std::string difference_of(const char* held, const char* answered) {
  return sentence_of(differences(expected_of(held), comparable_book(Json::parse(answered))));
}

TEST(Differences, R6_1_AreNoneForWhatTheTransformMakesOfAnEntry) {
  EXPECT_EQ(difference_of(R"({"title":1984,"authors":"A","pageCount":"309","publishedDate":1949})",
                          R"({"isbn":"9780439708180","title":"1984","authors":["A"],
                              "pageCount":309,"publishedDate":"1949"})"),
            "");
  EXPECT_EQ(difference_of(R"({"title":"A","authorsDetailed":[{"name":"B","n":1.0}],
                              "imageLinks":{"smallThumbnail":"http://books.google.com/1"}})",
                          R"({"isbn":"9780439708180","title":"A","authors":[],"description":null,
                              "authorsDetailed":[{"n":1,"name":"B"}],"imageLinks":{
                              "large":"https://books.google.com/1","medium":"x",
                              "thumbnail":"http://books.google.com/1"}})"),
            "");
}

TEST(Differences, R6_1_NameTheFieldAndBothValues) {
  EXPECT_EQ(difference_of(R"({"title":"A","pageCount":309})",
                          R"({"isbn":"9780439708180","title":"A","pageCount":"309"})"),
            R"(pageCount: expected 309, got "309")");
  EXPECT_EQ(difference_of(R"({"title":"A"})", R"({"isbn":"0439708184","title":"A"})"),
            R"(isbn: expected "9780439708180", got "0439708184")");
  EXPECT_EQ(difference_of(R"({"title":"A","imageLinks":{"thumbnail":"http://a"}})",
                          R"({"isbn":"9780439708180","title":"A"})"),
            R"(imageLinks.cover: expected "http://a", got null; )"
            R"(imageLinks.thumbnail: expected "http://a", got null)");
}

class Samples : public testing::Test {
 protected:
  Samples()
      : path(std::filesystem::temp_directory_path() /
             ("cutover-sample-" + std::to_string(::getpid()))) {}
  ~Samples() override { std::filesystem::remove(path); }

  void put(const std::string& key, const std::string& value, const std::string& rest = "") {
    std::ofstream(path, std::ios::app)
        << R"({"key":")" << key << R"(","value":)" << Json(value).dump() << rest << "}\n";
  }
  void put_books(int count) {
    const char* isbns[] = {"9780439708180", "9780451524935", "9780061120084", "9780306406157",
                           "9780804429573"};
    for (int i = 0; i < count; ++i) put(std::string("book:isbn:") + isbns[i], R"({"title":"A"})");
  }
  Sample drawn(std::size_t books_max, std::uint64_t seed = 1) {
    auto sample = draw_sample({path.string(), books_max, seed, 1000});
    EXPECT_TRUE(sample.has_value());
    return sample ? std::move(*sample) : Sample();
  }
  std::vector<std::string> isbns(std::size_t books_max, std::uint64_t seed = 1) {
    std::vector<std::string> all;
    for (const ExpectedBook& book : drawn(books_max, seed).books) all.push_back(book.isbn);
    return all;
  }

  const std::filesystem::path path;
};

TEST_F(Samples, AreTheSameForASeedAndASmallerOneBeginsALargerOne) {
  put_books(5);
  const auto all = isbns(10);
  EXPECT_EQ(all.size(), 5U);
  EXPECT_TRUE(drawn(10).whole());
  EXPECT_FALSE(drawn(2).whole());
  EXPECT_THAT(isbns(2), ElementsAre(all[0], all[1]));
  EXPECT_EQ(isbns(2), isbns(2));
  EXPECT_NE(isbns(5, 2), isbns(5, 1));
}

TEST_F(Samples, CountWhatMakesNoBookByItsReason) {
  put_books(2);
  put("book:isbn:9780061120084", "null");
  put("book:isbn:9780306406157", "{");
  put("session:1", "x");
  const Sample sample = drawn(10);
  EXPECT_EQ(sample.records, 5U);
  EXPECT_EQ(sample.books_in_all, 2U);
  EXPECT_THAT(sample.no_books, ElementsAre(testing::Pair("empty: json_null", 1U),
                                           testing::Pair("rejected: key_unknown", 1U),
                                           testing::Pair("rejected: malformed_json", 1U)));
  EXPECT_EQ(sample.input.sha256.size(), 64U);
}

TEST_F(Samples, TakeThePreferredOfTwoKeysAndTheLastOfOne) {
  put("book:isbn:0439708184", R"({"title":"by ISBN-10"})");
  put("book:isbn:9780439708180", R"({"title":"first"})");
  put("book:isbn:9780439708180", R"({"title":"last"})");
  const Sample sample = drawn(10);
  ASSERT_EQ(sample.books.size(), 1U);
  EXPECT_EQ(sample.books[0].book["title"], "last");
}

TEST_F(Samples, ABookHasExpiredWhenAllItsEntriesHave) {
  put("book:isbn:9780439708180", R"({"title":"A"})", R"(,"expiration":999)");
  put("book:isbn:9780451524935", R"({"title":"A"})", R"(,"expiration":999)");
  put("book:isbn:0451524934", R"({"title":"A"})");
  for (const ExpectedBook& book : drawn(10).books) {
    EXPECT_EQ(book.expired, book.isbn == "9780439708180") << book.isbn;
  }
}

}  // namespace
}  // namespace cutover::target
