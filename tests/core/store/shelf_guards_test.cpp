// What the triggers of migrations/0011 refuse, whoever writes.
#include "tests/core/store/test_database.h"

namespace cutover::store {
namespace {

class ShelfGuards : public testing::Test {
 protected:
  ShelfGuards() {
    add_book(*database, "9780306406157");
    add_book(*database, "9780141439518");
    run("INSERT INTO UserLibrary (user_id, isbn, status, review) "
        "VALUES ('u', '9780306406157', 'reading', 'mine')");
  }

  void run(std::string_view sql, std::vector<SqlValue> params = {}) {
    const auto done = database->query({sql, std::move(params)});
    EXPECT_TRUE(done.has_value()) << sql << ": " << describe(done.error());
  }
  void expect_refused(std::string_view sql, std::string_view message,
                      std::vector<SqlValue> params = {}) {
    const auto done = database->query({sql, std::move(params)});
    ASSERT_FALSE(done.has_value()) << sql;
    EXPECT_EQ(done.error().kind, FailureKind::constraint) << sql;
    EXPECT_THAT(done.error().message, testing::HasSubstr(message)) << sql;
    EXPECT_EQ(number(*database, "SELECT count(*) FROM UserLibrary WHERE review = 'mine'"), 1);
  }

  std::unique_ptr<Database> database = migrated_database();
};

constexpr std::string_view on_a_shelf = "this book is on a shelf";
constexpr std::string_view needs = "UserLibrary needs a status and a whole rating";

TEST_F(ShelfGuards, W04_ABookOnAShelfIsNotDeleted) {
  expect_refused("DELETE FROM Books WHERE isbn = '9780306406157'", on_a_shelf);
  expect_refused("DELETE FROM Books", on_a_shelf);
  EXPECT_EQ(number(*database, "SELECT count(*) FROM Books"), 2);
  run("DELETE FROM Books WHERE isbn = '9780141439518'");
}

TEST_F(ShelfGuards, W03_W04_ReplacingABookOnAShelfIsRefused) {
  expect_refused(
      "INSERT OR REPLACE INTO Books (isbn, title, authors, canonical_metadata) "
      "VALUES ('9780306406157', 'New', '[]', '{}')",
      on_a_shelf);
  run("INSERT OR REPLACE INTO Books (isbn, title, authors, canonical_metadata) "
      "VALUES ('9780141439518', 'New', '[]', '{}')");
}

// A migration that rebuilds the table: D1 ignores PRAGMA foreign_keys, so the cascade would run.
TEST_F(ShelfGuards, W04_RebuildingTheTableOfBooksIsRefused) {
  run("CREATE TABLE NewBooks AS SELECT * FROM Books");
  run("PRAGMA foreign_keys = off");
  expect_refused("DROP TABLE Books", on_a_shelf);
}

TEST_F(ShelfGuards, W04_UsersMayStillRemoveTheirEntries) {
  run("DELETE FROM UserLibrary WHERE user_id = 'u'");
  run("DELETE FROM Books");
  EXPECT_EQ(number(*database, "SELECT count(*) FROM Books"), 0);
}

TEST_F(ShelfGuards, W08_AnEntryNeedsAStatusAndAWholeRating) {
  constexpr std::string_view insert =
      "INSERT INTO UserLibrary (user_id, isbn, status, rating) VALUES ('v', '9780141439518', ?1, "
      "?2)";
  expect_refused(insert, needs, {SqlValue(), std::int64_t{5}});
  expect_refused(insert, needs, {std::string("reading"), 4.5});
  expect_refused(insert, "CHECK", {std::string("reading"), std::int64_t{6}});
  expect_refused(insert, needs, {std::string("reading"), std::string("five")});
  expect_refused(insert, "CHECK", {std::string("done"), SqlValue()});
  run(insert, {std::string("reading"), std::string("5")});
  EXPECT_EQ(number(*database,
                   "SELECT typeof(rating) = 'integer' FROM UserLibrary "
                   "WHERE user_id = 'v'"),
            1);
  expect_refused("UPDATE UserLibrary SET status = NULL", needs);
  expect_refused("UPDATE UserLibrary SET rating = 2.5", needs);
  run("UPDATE UserLibrary SET rating = NULL");
}

TEST(ShelfGuardsMigration, W08_EntriesFromBeforeGetAStatusAndStayChangeable) {
  const auto database = empty_database();
  const auto& files = embedded_migrations();
  const auto guards = std::find_if(files.begin(), files.end(), [](const MigrationFile& file) {
    return file.name == "0011_guard_shelves.sql";
  });
  ASSERT_NE(guards, files.end());
  const std::vector<MigrationFile> before(files.begin(), guards);
  ASSERT_TRUE(apply(*database, before, false)->ok());
  add_book(*database, "9780306406157");
  ASSERT_TRUE(database
                  ->query({"INSERT INTO UserLibrary (user_id, isbn, rating) "
                           "VALUES ('u', '9780306406157', 4.5)",
                           {}})
                  .has_value());
  ASSERT_TRUE(apply(*database, files, false)->ok());
  EXPECT_EQ(as_text(rows_of(*database, "SELECT status FROM UserLibrary").at(0).at(0)),
            "want_to_read");
  EXPECT_TRUE(database->query({"UPDATE UserLibrary SET status = 'reading', rating = rating", {}})
                  .has_value());
  EXPECT_FALSE(database->query({"UPDATE UserLibrary SET rating = 3.5", {}}).has_value());
}

TEST(ShelfGuardsMigration, W09_DeletingABookLooksUpItsShelvesByIndex) {
  const auto database = migrated_database();
  const auto plan =
      rows_of(*database, "EXPLAIN QUERY PLAN SELECT 1 FROM UserLibrary WHERE isbn = 'x'");
  EXPECT_THAT(as_text(plan.at(0).at(3)), testing::HasSubstr("idx_user_library_isbn (isbn=?)"));
}

// Plan defect W07: applying the schema again failed halfway.
TEST(ShelfGuardsMigration, W07_ApplyingTheFilesAgainDoesNothing) {
  const auto database = migrated_database();
  const auto again = apply(*database, embedded_migrations(), false);
  ASSERT_TRUE(again.has_value() && again->ok());
  EXPECT_TRUE(again->applied.empty());
}

}  // namespace
}  // namespace cutover::store
