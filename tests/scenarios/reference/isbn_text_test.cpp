// Section 1 of docs/TRANSFORM.md, every line of its table; check digits worked out by hand.
#include "scenarios/reference/isbn_text.h"

#include <gtest/gtest.h>

#include "tests/scenarios/reference/page.h"

namespace cutover::reference {
namespace {

struct IsbnCase {
  const char* text;
  const char* isbn;
  const char* reason;
  bool zeros_restored;
};

TEST(ReferenceIsbn, EndsAsThePagesTableSays) {
  const IsbnCase cases[] = {
      {"", "", "isbn_missing", false},
      {" - -", "", "isbn_missing", false},
      {"9780439708180", "9780439708180", "", false},
      {"978-0-439-70818-0", "9780439708180", "", false},
      {" 978 0439708180", "9780439708180", "", false},
      {"9791090636071", "9791090636071", "", false},
      {"9780439708181", "", "isbn_bad_check_digit", false},
      {"9790260000438", "", "isbn_unknown_prefix", false},  // music
      {"1234567890123", "", "isbn_unknown_prefix", false},  // before its wrong check digit
      {"0439708184", "9780439708180", "", false},
      {"0-439-70818-4", "9780439708180", "", false},
      {"0439708185", "", "isbn_bad_check_digit", false},
      {"080442957X", "9780804429573", "", false},
      {"080442957x", "9780804429573", "", false},
      {"0804429570", "", "isbn_bad_check_digit", false},
      {"439023483", "9780439023481", "", true},  // 9 characters
      {"60973129", "9780060973124", "", true},   // 8
      {"2005018", "9780002005012", "", true},    // 7
      {"439023484", "", "isbn_bad_check_digit", false},
      {"80442957X", "9780804429573", "", true},
      {"005018", "", "isbn_malformed", false},  // 6
      {"X439708184", "", "isbn_malformed", false},
      {"04397X8184", "", "isbn_malformed", false},
      {"978043970818X", "", "isbn_malformed", false},
      {"97804397081801", "", "isbn_malformed", false},
      {"978043970818", "", "isbn_malformed", false},
      {"9780439708180\t", "", "isbn_malformed", false},
      {"9780439708180,0439708184", "", "isbn_malformed", false},
      {"\xEF\xBC\x99"
       "780439708180",
       "", "isbn_malformed", false},  // a full-width 9
  };
  for (const IsbnCase& c : cases) {
    SCOPED_TRACE(c.text);
    const IsbnReading reading = read_isbn(c.text);
    EXPECT_EQ(reading.isbn, c.isbn);
    EXPECT_EQ(reading.reason, c.reason);
    EXPECT_EQ(reading.zeros_restored, c.zeros_restored);
  }
}

TEST(ReferenceKey, RanksPlainDigitsFirstAndThePlansPrefixBeforeTheOlder) {
  EXPECT_EQ(read_key("book:isbn:9780439708180").source_rank, 0);
  EXPECT_EQ(read_key("search:isbn:isbn=9780439708180").source_rank, 1);
  EXPECT_EQ(read_key("book:isbn:0439708184").source_rank, 2);
  EXPECT_EQ(read_key("book:isbn:978-0439708180").source_rank, 2);
  EXPECT_EQ(read_key("search:isbn:isbn=0439708184").source_rank, 3);
}

TEST(ReferenceKey, RefusesEveryOtherPrefix) {
  for (const char* key : {"", "book", "book:isbn", "Book:isbn:9780439708180", "9780439708180",
                          "search:isbn:9780439708180", " book:isbn:9780439708180"}) {
    SCOPED_TRACE(key);
    EXPECT_EQ(read_key(key).isbn.reason, "key_unknown");
  }
}

TEST(ReferenceKey, IsJudgedBeforeTheValue) {
  EXPECT_EQ(ending(transform("covers:1", "", {})), "rejected key_unknown");
  EXPECT_EQ(ending(transform("book:isbn:", "null", {})), "rejected isbn_missing");
}

TEST(ReferenceKey, MarksARowWhoseKeyHadLostItsZeros) {
  const Result result =
      transform("book:isbn:439023483", R"({"title":"T","authors":["A"]})", std::nullopt);
  EXPECT_EQ(result.isbn, "9780439023481");
  EXPECT_EQ(result.marks, MarkList{"isbn_zeros_restored"});
}

}  // namespace
}  // namespace cutover::reference
