// Section 5 of docs/TRANSFORM.md, and the fates of a whole source.
#include "scenarios/reference/reference_catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/scenarios/reference/page.h"

namespace cutover::reference {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr const char* kIsbn = "9780439708180";

std::string enveloped(const std::string& title, long long cached_at) {
  return R"({"cachedAt":)" + std::to_string(cached_at) + R"(,"data":{"title":")" + title + "\"}}";
}

Result entry(const std::string& key, const std::string& value) {
  return transform(key, value, std::nullopt);
}

// The page names one winner, so of two entries exactly one is preferred.
void expect_preferred(const Result& winner, const Result& loser) {
  EXPECT_TRUE(preferred(winner, loser));
  EXPECT_FALSE(preferred(loser, winner));
}

TEST(ReferencePreferred, TheGreaterSourceTimeComesFirst) {
  expect_preferred(entry("search:isbn:isbn=0439708184", enveloped("new", 1000)),
                   entry("book:isbn:9780439708180", enveloped("old", 999)));
  expect_preferred(entry("search:isbn:isbn=0439708184", enveloped("new", 1)),
                   entry("book:isbn:9780439708180", R"({"title":"without time"})"));
  // As numbers: 1000 is more than 999, though not in byte order.
  expect_preferred(entry("book:isbn:0439708184", enveloped("a", 1000)),
                   entry("book:isbn:9780439708180", enveloped("b", 999)));
}

TEST(ReferencePreferred, ThenTheSmallerRank) {
  const std::string value = R"({"title":"T"})";
  const Result ranks[] = {
      entry("book:isbn:9780439708180", value), entry("search:isbn:isbn=9780439708180", value),
      entry("book:isbn:0439708184", value), entry("search:isbn:isbn=0439708184", value)};
  for (std::size_t i = 0; i + 1 < std::size(ranks); ++i) expect_preferred(ranks[i], ranks[i + 1]);
}

TEST(ReferencePreferred, ThenTheSmallerKeyInByteOrder) {
  const std::string value = R"({"title":"T"})";
  expect_preferred(entry("book:isbn:0-439708184", value), entry("book:isbn:0439708184", value));
  expect_preferred(entry("book:isbn:0439708184", value), entry("book:isbn:439708184", value));
}

TEST(ReferenceCatalogue, GivesEveryKeyOneFateAndEveryIsbnOneRow) {
  ReferenceCatalogue catalogue;
  EXPECT_TRUE(catalogue.add("book:isbn:0439708184", R"({"title":"alias"})", {}));
  EXPECT_TRUE(catalogue.add("book:isbn:9780439708180", R"({"title":"plain"})", 1700000000));
  EXPECT_TRUE(catalogue.add("search:isbn:isbn=9780439708180", R"({"title":"older"})", {}));
  EXPECT_TRUE(catalogue.add("book:isbn:9780002005012", "null", {}));
  EXPECT_TRUE(catalogue.add("search:isbn:isbn=9780002005012", R"({"totalItems":0})", {}));
  EXPECT_TRUE(catalogue.add("book:isbn:9780060973124", "{", {}));
  EXPECT_TRUE(catalogue.add("book:isbn:9780804429573", "[", {}));
  EXPECT_TRUE(catalogue.add("covers:1", "", {}));

  ASSERT_EQ(catalogue.rows().size(), 1U);
  const Columns& row = catalogue.rows().at(kIsbn);
  EXPECT_EQ(row.at("title"), "plain");
  EXPECT_EQ(row.at("source_key"), "book:isbn:9780439708180");
  EXPECT_EQ(row.at("source_expires_at"), "1700000000");

  EXPECT_THAT(catalogue.reasons(), ElementsAre(Pair("json_null", 1), Pair("key_unknown", 1),
                                               Pair("malformed_json", 2), Pair("no_match", 1)));
  EXPECT_THAT(catalogue.keys(Fate::row), ElementsAre("book:isbn:9780439708180"));
  EXPECT_THAT(catalogue.keys(Fate::superseded),
              ElementsAre("book:isbn:0439708184", "search:isbn:isbn=9780439708180"));
  EXPECT_THAT(catalogue.keys(Fate::empty),
              ElementsAre("book:isbn:9780002005012", "search:isbn:isbn=9780002005012"));
  EXPECT_THAT(catalogue.keys(Fate::rejected),
              ElementsAre("book:isbn:9780060973124", "book:isbn:9780804429573", "covers:1"));
  EXPECT_EQ(catalogue.size(), 8U);
  EXPECT_EQ(catalogue.fate_of("covers:1"), Fate::rejected);
  EXPECT_EQ(catalogue.fate_of("covers:2"), std::nullopt);
}

TEST(ReferenceCatalogue, IsTheSameInEveryOrderOfAdding) {
  std::vector<std::pair<std::string, std::string>> entries = {
      {"book:isbn:0439708184", R"({"title":"a"})"},
      {"book:isbn:9780439708180", R"({"title":"b"})"},
      {"search:isbn:isbn=0439708184", enveloped("c", 5)},
      {"search:isbn:isbn=9780439708180", enveloped("d", 4)},
      {"book:isbn:439708184", R"({"totalItems":0})"}};
  std::sort(entries.begin(), entries.end());
  int orders = 0;
  do {
    ReferenceCatalogue catalogue;
    for (const auto& [key, value] : entries) catalogue.add(key, value, {});
    EXPECT_EQ(catalogue.rows().at(kIsbn).at("title"), "c");
    EXPECT_THAT(catalogue.keys(Fate::row), ElementsAre("search:isbn:isbn=0439708184"));
    EXPECT_EQ(catalogue.keys(Fate::superseded).size(), 3U);
    EXPECT_THAT(catalogue.keys(Fate::empty), ElementsAre("book:isbn:439708184"));
    ++orders;
  } while (std::next_permutation(entries.begin(), entries.end()));
  EXPECT_EQ(orders, 120);
}

TEST(ReferenceCatalogue, IgnoresARepeatedKeyAndSaysSo) {
  ReferenceCatalogue catalogue;
  EXPECT_TRUE(catalogue.add("book:isbn:9780439708180", R"({"title":"first"})", {}));
  EXPECT_FALSE(catalogue.add("book:isbn:9780439708180", R"({"title":"again"})", {}));
  EXPECT_EQ(catalogue.rows().at(kIsbn).at("title"), "first");
  EXPECT_EQ(catalogue.size(), 1U);
}

TEST(ReferenceCatalogue, StartsWithNothing) {
  const ReferenceCatalogue catalogue;
  EXPECT_THAT(catalogue.rows(), IsEmpty());
  EXPECT_THAT(catalogue.reasons(), IsEmpty());
  EXPECT_THAT(catalogue.keys(Fate::superseded), IsEmpty());
  EXPECT_EQ(catalogue.size(), 0U);
}

}  // namespace
}  // namespace cutover::reference
