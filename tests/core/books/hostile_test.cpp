// R2.3: the transform is total and pure. Whatever comes, it ends, in one of the three ways.
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/core/books/transforming.h"

namespace cutover::books {
namespace {

// A small generator (SplitMix64), so that a failure is the same one everywhere.
class Stream {
 public:
  explicit Stream(std::uint64_t seed) : state_(seed) {}

  std::size_t below(std::size_t limit) {
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return static_cast<std::size_t>((mixed ^ (mixed >> 31)) % limit);
  }

 private:
  std::uint64_t state_;
};

const std::vector<std::string> seeds = {
    R"({"title":"T\u00e9\ud83d\ude00","authors":["A",null],"publishedDate":"2004-05-01"})",
    R"({"data":{"items":[{"volumeInfo":{"title":"T","industryIdentifiers":)"
    R"([{"type":"ISBN_13","identifier":"9780439708180"}]}}]},"cachedAt":1700000000000})",
    R"({"error":{"code":429},"totalItems":0,"pageCount":"192","categories":[["x"]]})",
    R"({"volumeInfo":{"isbn":"0439708184","imageLinks":{"thumbnail":"http://books.google.com"}}})",
    R"({"authorsDetailed":{"a":1,"a":[12345678901234567890123,-1.5e300,{}]},"title":1984})"};

std::string mutated(Stream& stream) {
  static const std::vector<std::string> pieces = {"\"",
                                                  "\\",
                                                  "{",
                                                  "}",
                                                  "[",
                                                  "]",
                                                  ",",
                                                  ":",
                                                  "null",
                                                  "1e999",
                                                  "\\ud800",
                                                  "\xFF",
                                                  "99999999999999",
                                                  "99999",
                                                  " ",
                                                  "\"title\":",
                                                  "\"data\":",
                                                  "\"cachedAt\":1,",
                                                  "-",
                                                  "e",
                                                  ".",
                                                  "\xC3\xA9"};
  std::string value = seeds[stream.below(seeds.size())];
  for (std::size_t left = 1 + stream.below(3); left > 0; --left) {
    const std::size_t place = stream.below(value.size() + 1);
    switch (stream.below(4)) {
      case 0: value.insert(place, pieces[stream.below(pieces.size())]); break;
      case 1: value.erase(place, 1 + stream.below(8)); break;
      case 2: value.insert(place, 1, static_cast<char>(stream.below(256))); break;
      default: value.insert(place, value.substr(stream.below(value.size() + 1), 12)); break;
    }
  }
  return value;
}

std::string random_bytes(Stream& stream) {
  std::string bytes(stream.below(80), '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(stream.below(256));
  }
  return bytes;
}

// What holds for every ending, whatever the input.
void expect_sound(const Transformed& result, const std::string& value) {
  if (const auto* row = std::get_if<BookRow>(&result)) {
    ASSERT_EQ(row->isbn.size(), 13U);
    ASSERT_EQ(row->canonical_metadata, value);
    ASSERT_EQ(row->content_hash.size(), 64U);
    ASSERT_EQ(row->authors.front(), '[');
    ASSERT_TRUE(!row->page_count || (*row->page_count >= 1 && *row->page_count <= 100'000));
    ASSERT_TRUE(!row->publication_year ||
                (*row->publication_year >= -3000 && *row->publication_year <= 2100));
  } else if (const auto* rejected = std::get_if<Rejected>(&result)) {
    ASSERT_FALSE(rejected->reason.empty());
    ASSERT_FALSE(rejected->detail.empty());
  } else {
    ASSERT_FALSE(std::get<Empty>(result).reason.empty());
  }
}

TEST(Hostile, R2_3_MutatedAndRandomValuesAlwaysEndTheSameWay) {
  Stream stream(1);
  Transform used;  // has seen all values before
  std::size_t rows = 0;
  for (int round = 0; round < 100'000; ++round) {
    const std::string value = round % 4 == 0 ? random_bytes(stream) : mutated(stream);
    const Source source{.key = potter_key, .value = value, .expires_at = {}};
    const Transformed result = used(source);
    ASSERT_NO_FATAL_FAILURE(expect_sound(result, value)) << value;
    rows += std::holds_alternative<BookRow>(result) ? 1U : 0U;
    if (round % 16 == 0) {
      Transform fresh;
      ASSERT_EQ(result, fresh(source)) << value;
    }
  }
  EXPECT_GT(rows, 5'000U) << "the mutations are too harsh to reach the columns";
}

TEST(Hostile, RandomKeysAlwaysEnd) {
  Stream stream(2);
  Transform transform;
  const std::string book = R"({"title":"T"})";
  const std::string_view characters = "0123456789Xx- 978";
  std::size_t rows = 0;
  for (int round = 0; round < 100'000; ++round) {
    std::string key(round % 2 == 0 ? plan_prefix : legacy_prefix);
    for (std::size_t left = stream.below(15); left > 0; --left) {
      key += round % 8 == 0 ? static_cast<char>(stream.below(256))
                            : characters[stream.below(characters.size())];
    }
    const Transformed result = transform({.key = key, .value = book, .expires_at = {}});
    ASSERT_NO_FATAL_FAILURE(expect_sound(result, book)) << key;
    rows += std::holds_alternative<BookRow>(result) ? 1U : 0U;
  }
  EXPECT_GT(rows, 100U);
}

TEST(Hostile, EveryPrefixOfABookEnds) {
  for (const std::string& seed : seeds) {
    for (std::size_t length = 1; length < seed.size(); ++length) {
      const std::string ending = ending_of(seed.substr(0, length));
      EXPECT_TRUE(ending == "rejected malformed_json" || ending == "rejected not_utf8") << ending;
    }
  }
}

TEST(Hostile, TenThousandLevelsAreTooDeep) {
  EXPECT_EQ(ending_of(nested(10'000)), "rejected too_deep");
  std::string value = "1";
  for (int depth = 0; depth < 10'000; ++depth) {
    value.insert(0, "{\"a\":");
  }
  value.append(10'000, '}');
  EXPECT_EQ(ending_of(value), "rejected too_deep");
  EXPECT_EQ(ending_of(R"({"title":"T","authorsDetailed":)" + value + "}"), "rejected too_deep");
}

TEST(Hostile, The25MebibytesThatKvAllowsEndInEveryShape) {
  constexpr std::size_t bytes = std::size_t{25} << 20;
  EXPECT_EQ(ending_of(nested(bytes / 2)), "rejected too_deep");
  EXPECT_EQ(ending_of(std::string(bytes, '[')), "rejected malformed_json");
  EXPECT_EQ(ending_of(std::string(bytes - 1, '[') + "]"), "rejected malformed_json");
  EXPECT_EQ(ending_of(std::string(bytes, '\0')), "rejected malformed_json");
  EXPECT_EQ(ending_of(std::string(bytes, '9')), "rejected malformed_json");
  EXPECT_EQ(ending_of(R"({"title":")" + std::string(bytes - 12, 'x') + R"("})"),
            "rejected too_large");
}

TEST(Hostile, AMillionKeysOrItemsEndInTime) {
  std::string keys = R"({"title":"T")";
  std::string items = R"({"items":[{"volumeInfo":{}})";
  for (int count = 0; count < 500'000; ++count) {
    keys += ",\"" + std::to_string(count) + "\":0";
    items += R"(,{"volumeInfo":{"isbn":"x"}})";
  }
  EXPECT_EQ(ending_of(keys + "}"), "rejected too_large");
  EXPECT_EQ(ending_of(R"({"authorsDetailed":)" + keys + R"(,"title":"U"},"isbn":0})"),
            "rejected too_large");
  EXPECT_EQ(ending_of(items + "]}"), "rejected not_a_book");
}

TEST(Hostile, DetailsNeverRepeatTheValue) {
  for (const char* value :
       {R"({"secret":"hunter2"})", R"("hunter2")", R"({"error":"hunter2"})",
        R"({"title":"hunter2","isbn":"9780195153446"})", "hunter2", R"({"title":"hunter2)"}) {
    const Transformed result = transformed(value);
    ASSERT_TRUE(std::holds_alternative<Rejected>(result)) << value;
    EXPECT_EQ(std::get<Rejected>(result).detail.find("hunter2"), std::string::npos);
  }
}

}  // namespace
}  // namespace cutover::books
