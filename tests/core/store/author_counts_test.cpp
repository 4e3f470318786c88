#include "core/store/author_counts.h"

#include "core/store/plan_queries.h"
#include "tests/core/store/test_database.h"

namespace cutover::store {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::NiceMock;
using testing::Not;

class AuthorCountsTest : public testing::Test {
 protected:
  AuthorCountsTest() {
    add_book(*database_, "9780306406157", "A", R"(["Ann","Bob"])");
    add_book(*database_, "9780141439518", "B", R"(["Bob","Bob"])");
    add_book(*database_, "9780140328721", "C", R"(["Cid"])");
  }

  std::string counts() {
    return std::string(as_text(
        rows_of(*database_,
                "SELECT group_concat(author || books, ' ') FROM (SELECT * FROM AuthorCounts "
                "WHERE books > 0 ORDER BY books DESC, author)")[0][0]));
  }

  void run(std::string_view sql) { rows_of(*database_, sql); }

  std::unique_ptr<Database> database_ = migrated_database();
};

TEST_F(AuthorCountsTest, InsertingABookCountsNothing) {
  EXPECT_EQ(counts(), "");
}

TEST_F(AuthorCountsTest, CountsInPiecesAndSaysWhetherBooksAreLeft) {
  EXPECT_TRUE(count_authors(*database_, 2).value());
  EXPECT_EQ(counts(), "Bob2 Ann1") << "a name that stands twice in one book counts once";
  EXPECT_FALSE(count_authors(*database_, 2).value());
  EXPECT_EQ(counts(), "Bob2 Ann1 Cid1");
  EXPECT_FALSE(count_authors(*database_, 2).value());
  EXPECT_EQ(counts(), "Bob2 Ann1 Cid1") << "no book counts twice";
}

TEST_F(AuthorCountsTest, AnEmptyDatabaseHasNothingToCount) {
  run("DELETE FROM Books");
  EXPECT_FALSE(count_authors(*database_).value());
}

TEST_F(AuthorCountsTest, ACountedBookThatChangesMovesItsCounts) {
  ASSERT_TRUE(count_authors(*database_));
  run(R"(UPDATE Books SET authors = '["Ann","Eve"]' WHERE isbn = '9780141439518')");
  EXPECT_EQ(counts(), "Ann2 Bob1 Cid1 Eve1");
  run("UPDATE Books SET authors = 'no json' WHERE isbn = '9780141439518'");
  EXPECT_EQ(counts(), "Ann1 Bob1 Cid1");
}

TEST_F(AuthorCountsTest, ABookThatTookTheRowidOfTheLastOneIsStillToCount) {
  ASSERT_TRUE(count_authors(*database_));
  run("DELETE FROM Books WHERE isbn = '9780140328721'");
  add_book(*database_, "9780261103573", "D", R"(["Dan"])");
  EXPECT_EQ(counts(), "Bob2 Ann1");
  ASSERT_TRUE(count_authors(*database_));
  EXPECT_EQ(counts(), "Bob2 Ann1 Dan1");
}

TEST_F(AuthorCountsTest, ADeletionThatAShelfRefusesChangesNoCount) {
  ASSERT_TRUE(count_authors(*database_));
  run("INSERT INTO UserLibrary (user_id, isbn, status, added_at) "
      "VALUES ('ann', '9780306406157', 'reading', 1)");
  EXPECT_FALSE(database_->query({"DELETE FROM Books WHERE isbn = '9780306406157'", {}}));
  EXPECT_EQ(counts(), "Bob2 Ann1 Cid1");
}

TEST_F(AuthorCountsTest, W03_TheUpsertOfBooksKeepsTheCounts) {
  ASSERT_TRUE(count_authors(*database_));
  run(R"(INSERT INTO Books (isbn, title, authors, canonical_metadata)
         VALUES ('9780140328721', 'C', '["Bob"]', '{}')
         ON CONFLICT(isbn) DO UPDATE SET authors = excluded.authors)");
  EXPECT_EQ(counts(), "Bob3 Ann1");
}

TEST_F(AuthorCountsTest, R6_2_TheTopAuthorsAreReadFromAnIndexAndNoTableIsWalked) {
  const auto lines = explain(*database_, plan_queries(QueryForm::corrected, {"ann"}).at(2));
  ASSERT_TRUE(lines.has_value());
  EXPECT_THAT(
      *lines,
      Contains(HasSubstr("SEARCH AuthorCounts USING COVERING INDEX idx_author_counts_books")));
  EXPECT_THAT(*lines, Contains(HasSubstr("SEARCH Books USING INTEGER PRIMARY KEY (rowid>?)")));
  EXPECT_THAT(*lines, Not(Contains(HasSubstr("SCAN Books"))));
}

TEST_F(AuthorCountsTest, ALostReplyLosesNoBookAndCountsNoneTwice) {
  NiceMock<MockDatabase> broken(*database_);
  EXPECT_CALL(broken, batch)
      .WillOnce(broken.applied_but_lost())
      .WillRepeatedly([&](std::span<const Statement> s) { return database_->batch(s); });
  EXPECT_EQ(count_authors(broken, 2).error().kind, FailureKind::connection_lost);
  EXPECT_FALSE(count_authors(broken, 2).value());
  EXPECT_EQ(counts(), "Bob2 Ann1 Cid1");
}

}  // namespace
}  // namespace cutover::store
