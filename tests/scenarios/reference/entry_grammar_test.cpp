// A grammar that never drew a mark would make every property about it hollow.
#include "scenarios/reference/entry_grammar.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "tests/scenarios/reference/page.h"

namespace cutover::reference {
namespace {

// The engine's numbers are fixed by the language; its distributions are not, so none is used.
Numbers some_numbers(std::mt19937& engine) {
  Numbers numbers(engine() % 250);
  for (auto& number : numbers) number = static_cast<std::uint16_t>(engine());
  return numbers;
}

std::set<std::string> reached_by(int draws, bool changed) {
  std::mt19937 engine(2024);
  std::set<std::string> reached;
  for (int i = 0; i < draws; ++i) {
    Entry entry = draw_entry(some_numbers(engine));
    if (changed) entry.value = change_bytes(entry.value, some_numbers(engine));
    const Result result = transform(entry.key, entry.value, std::nullopt);
    reached.insert(ending(result));
    reached.insert(result.marks.begin(), result.marks.end());
  }
  return reached;
}

TEST(ReferenceGrammar, DrawsEveryEndingAndEveryMarkOfThePage) {
  // All but too_large, which only sheer size reaches.
  const std::set<std::string> page = {"row",
                                      "empty zero_bytes",
                                      "empty json_null",
                                      "empty no_match",
                                      "rejected key_unknown",
                                      "rejected isbn_missing",
                                      "rejected isbn_malformed",
                                      "rejected isbn_unknown_prefix",
                                      "rejected isbn_bad_check_digit",
                                      "rejected not_utf8",
                                      "rejected malformed_json",
                                      "rejected too_deep",
                                      "rejected not_an_object",
                                      "rejected provider_error",
                                      "rejected not_a_book",
                                      "rejected isbn_mismatch",
                                      "isbn_zeros_restored",
                                      "cached_at_invalid",
                                      "isbn_unconfirmed",
                                      "duplicate_keys",
                                      "title_not_text",
                                      "title_missing",
                                      "authors_cleaned",
                                      "authors_not_array",
                                      "authors_missing",
                                      "authors_detailed_invalid",
                                      "publisher_not_text",
                                      "page_count_not_number",
                                      "page_count_unknown",
                                      "page_count_invalid",
                                      "language_not_text",
                                      "categories_cleaned",
                                      "categories_not_array",
                                      "description_not_text",
                                      "image_links_not_object",
                                      "date_unknown",
                                      "date_implausible",
                                      "date_unparsed",
                                      "date_not_text"};
  EXPECT_EQ(reached_by(20000, false), page);
}

TEST(ReferenceGrammar, ChangedBytesAreOftenStillJson) {
  const std::set<std::string> reached = reached_by(2000, true);
  for (const char* ending : {"row", "rejected not_utf8", "rejected malformed_json"}) {
    EXPECT_EQ(reached.count(ending), 1U) << ending;
  }
}

TEST(ReferenceGrammar, DrawsThePlainestEntryFromNoNumbers) {
  const Entry entry = draw_entry({});
  EXPECT_EQ(entry.key, "book:isbn:9780439708180");
  EXPECT_EQ(entry.value, R"({"title":"A"})");
  EXPECT_EQ(change_bytes("", {}).size(), 1U);
}

}  // namespace
}  // namespace cutover::reference
