#include "core/books/quality.h"

#include <gmock/gmock.h>

namespace cutover::books {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Quality, GivesTheMarksInTheirOrder) {
  EXPECT_THAT(marks_in(R"(["authors_missing","title_missing"])"),
              ElementsAre("authors_missing", "title_missing"));
}

TEST(Quality, GivesWhateverStandsInQuotesOfOtherTexts) {
  EXPECT_THAT(marks_in(""), IsEmpty());
  EXPECT_THAT(marks_in("[]"), IsEmpty());
  EXPECT_THAT(marks_in(R"(["a","b)"), ElementsAre("a"));
}

}  // namespace
}  // namespace cutover::books
