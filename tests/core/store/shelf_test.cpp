#include "core/store/shelf.h"

#include <functional>
#include <set>

#include "tests/core/store/test_database.h"

namespace cutover::store {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::NiceMock;
using testing::Not;
using testing::SizeIs;

constexpr std::string_view isbn_one = "9780306406157";
constexpr std::string_view isbn_two = "9780141439518";
constexpr std::string_view isbn_three = "9780140328721";

ShelfChange status_only(std::string_view status) {
  ShelfChange change;
  change.status = status;
  return change;
}

ShelfChange rating_only(std::optional<std::int64_t> rating) {
  ShelfChange change;
  change.rating.emplace(rating);
  return change;
}

class ShelfTest : public testing::Test {
 protected:
  ShelfTest() {
    add_book(*database, isbn_one, "B", R"(["Ann"])", 2001);
    add_book(*database, isbn_two, "A", R"(["Bob"])", 2001);
    add_book(*database, isbn_three, "C", "[]", 1999);
  }

  void execute(std::string_view sql) {
    const auto done = database->query({sql, {}});
    ASSERT_TRUE(done.has_value()) << describe(done.error());
  }
  ShelfPage page(const ShelfFilter& filter = {}, std::int64_t limit = 100,
                 const std::optional<ShelfPlace>& after = std::nullopt) {
    auto read = shelf.read("u", filter, limit, after);
    EXPECT_TRUE(read.has_value()) << describe(read.error());
    return read.value_or(ShelfPage());
  }
  std::vector<std::string> isbns(const ShelfFilter& filter = {}) {
    std::vector<std::string> found;
    const ShelfPage read = page(filter);
    for (const ShelfBook& entry : read.books) found.push_back(entry.book.isbn);
    return found;
  }
  ShelfBook entry() {
    const ShelfPage all = page();
    EXPECT_THAT(all.books, SizeIs(1));
    return all.books.empty() ? ShelfBook() : all.books[0];
  }
  ShelfEnd put(std::string_view isbn, const ShelfChange& change = {}) {
    return shelf.put("u", isbn, change).value();
  }
  ShelfEnd patch(std::string_view isbn, const ShelfChange& change) {
    return shelf.patch("u", isbn, change).value();
  }

  std::unique_ptr<Database> database = migrated_database();
  Shelf shelf{*database};
};

TEST_F(ShelfTest, R3_4_ANewEntryWithoutAStatusIsWantToRead) {
  EXPECT_EQ(put(isbn_one), ShelfEnd::added);
  const ShelfBook added = entry();
  EXPECT_EQ(added.status, "want_to_read");
  EXPECT_EQ(added.rating, std::nullopt);
  EXPECT_EQ(added.review, std::nullopt);
  EXPECT_EQ(added.book.title, "B");
  EXPECT_EQ(added.book.authors, R"(["Ann"])");
  EXPECT_EQ(added.book.publication_year, 2001);
  EXPECT_EQ(added.started_at, std::nullopt);
  EXPECT_EQ(added.completed_at, std::nullopt);
  EXPECT_EQ(number(*database, "SELECT abs(added_at - unixepoch()) < 60 FROM UserLibrary"), 1);
}

// Plan defect U02: a body with only a status erased rating and review.
TEST_F(ShelfTest, U02_AChangeOfOneFieldLeavesTheOthers) {
  ShelfChange full = status_only("reading");
  full.rating.emplace(4);
  full.review.emplace("good");
  EXPECT_EQ(put(isbn_one, full), ShelfEnd::added);
  EXPECT_EQ(patch(isbn_one, status_only("completed")), ShelfEnd::changed);
  EXPECT_EQ(entry().rating, 4);
  EXPECT_EQ(entry().review, "good");
  EXPECT_EQ(put(isbn_one, rating_only(5)), ShelfEnd::changed);
  EXPECT_EQ(entry().status, "completed");
  EXPECT_EQ(entry().rating, 5);
  EXPECT_EQ(entry().review, "good");
}

TEST_F(ShelfTest, U02_ClearsOnlyWhatIsToldToBeCleared) {
  ShelfChange full = rating_only(4);
  full.review.emplace("good");
  put(isbn_one, full);
  EXPECT_EQ(patch(isbn_one, rating_only(std::nullopt)), ShelfEnd::changed);
  EXPECT_EQ(entry().rating, std::nullopt);
  EXPECT_EQ(entry().review, "good");
  ShelfChange no_review;
  no_review.review.emplace(std::nullopt);
  EXPECT_EQ(put(isbn_one, no_review), ShelfEnd::changed);
  EXPECT_EQ(entry().review, std::nullopt);
}

TEST_F(ShelfTest, SaysUnchangedWhenNothingChanges) {
  ShelfChange full = status_only("reading");
  full.rating.emplace(4);
  full.review.emplace("");
  put(isbn_one, full);
  EXPECT_EQ(put(isbn_one, full), ShelfEnd::unchanged);
  EXPECT_EQ(patch(isbn_one, full), ShelfEnd::unchanged);
  EXPECT_EQ(patch(isbn_one, {}), ShelfEnd::unchanged);
  EXPECT_EQ(entry().review, "") << "an empty review is one";
}

// Plan defect U03: the foreign key answered for the program, as a 500.
TEST_F(ShelfTest, U03_ABookThatIsNotThereIsAnAnswerAndNoFailure) {
  EXPECT_EQ(put("9780261103573", status_only("reading")), ShelfEnd::no_such_book);
  EXPECT_EQ(patch("9780261103573", status_only("reading")), ShelfEnd::no_such_entry);
  EXPECT_EQ(patch(isbn_one, status_only("reading")), ShelfEnd::no_such_entry);
  EXPECT_EQ(shelf.remove("u", isbn_one).value(), ShelfEnd::no_such_entry);
  EXPECT_EQ(number(*database, "SELECT count(*) FROM UserLibrary"), 0);
}

TEST_F(ShelfTest, W08_WhatTheCallerShouldHaveRefusedTheDatabaseRefuses) {
  for (const ShelfChange& wrong : {status_only("done"), rating_only(6), rating_only(0)}) {
    const auto done = shelf.put("u", isbn_one, wrong);
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().kind, FailureKind::constraint);
  }
  EXPECT_EQ(number(*database, "SELECT count(*) FROM UserLibrary"), 0);
}

// Plan defect U05: the plan never set these dates.
TEST_F(ShelfTest, U05_DatesFollowTheStatusAndAreSetOnce) {
  put(isbn_one);
  patch(isbn_one, status_only("reading"));
  EXPECT_EQ(number(*database, "SELECT abs(started_at - unixepoch()) < 60 FROM UserLibrary"), 1);
  EXPECT_EQ(entry().completed_at, std::nullopt);
  execute("UPDATE UserLibrary SET started_at = 1000");
  patch(isbn_one, status_only("completed"));
  EXPECT_EQ(number(*database, "SELECT abs(completed_at - unixepoch()) < 60 FROM UserLibrary"), 1);
  execute("UPDATE UserLibrary SET completed_at = 2000");
  for (const std::string_view status : {"reading", "want_to_read", "reading", "completed"}) {
    EXPECT_EQ(put(isbn_one, status_only(status)), ShelfEnd::changed);
    EXPECT_EQ(entry().started_at, 1000);
    EXPECT_EQ(entry().completed_at, 2000);
  }
}

TEST_F(ShelfTest, U05_ANewEntryStartsOrCompletesAtOnce) {
  put(isbn_one, status_only("reading"));
  EXPECT_NE(entry().started_at, std::nullopt);
  EXPECT_EQ(entry().completed_at, std::nullopt);
  shelf.remove("u", isbn_one).value();
  put(isbn_one, status_only("completed"));
  EXPECT_EQ(entry().started_at, std::nullopt) << "nobody said when it was begun";
  EXPECT_NE(entry().completed_at, std::nullopt);
}

TEST_F(ShelfTest, U05_ReadingAgainIsNotTheStart) {
  put(isbn_one, status_only("completed"));
  patch(isbn_one, status_only("reading"));
  EXPECT_EQ(entry().started_at, std::nullopt) << "a start after the completion would be wrong";
}

TEST_F(ShelfTest, U05_ARatingChangesNoDates) {
  put(isbn_one, status_only("reading"));
  execute("UPDATE UserLibrary SET started_at = NULL, added_at = 7");
  ShelfChange same = status_only("reading");
  same.rating.emplace(3);
  EXPECT_EQ(put(isbn_one, same), ShelfEnd::changed);
  EXPECT_EQ(entry().started_at, std::nullopt) << "the status did not change";
  EXPECT_EQ(entry().added_at, 7);
}

// Plan defect W10: the plan's upsert took an id each time.
TEST_F(ShelfTest, W10_OnlyNewEntriesTakeIds) {
  put(isbn_one);
  const std::int64_t first = entry().id;
  for (std::int64_t rating = 1; rating <= 5; ++rating) put(isbn_one, rating_only(rating));
  put("9780261103573");
  put(isbn_two);
  EXPECT_EQ(number(*database, "SELECT max(id) FROM UserLibrary"), first + 1);
}

TEST_F(ShelfTest, U07_AbsenceMeansNoFilterAndNothingElseDoes) {
  put(isbn_one, rating_only(3));
  put(isbn_two, rating_only(5));
  put(isbn_three);
  EXPECT_THAT(isbns(), SizeIs(3));
  EXPECT_THAT(isbns(ShelfFilter{{}, 0, {}, {}}), SizeIs(2)) << "0 is a filter: rated at all";
  EXPECT_THAT(isbns(ShelfFilter{{}, 4, {}, {}}), ElementsAre(isbn_two));
  EXPECT_THAT(isbns(ShelfFilter{{}, {}, 0, {}}), SizeIs(0)) << "year 0 is a filter";
  EXPECT_THAT(isbns(ShelfFilter{{}, {}, {}, 0}), SizeIs(0));
  EXPECT_THAT(isbns(ShelfFilter{{}, {}, {}, 1'000'000'000'000}), SizeIs(0));
  EXPECT_THAT(isbns(ShelfFilter{"reading", {}, {}, {}}), SizeIs(0));
}

TEST_F(ShelfTest, FiltersAreCombined) {
  ShelfChange change = rating_only(5);
  change.status = "completed";
  put(isbn_one, change);
  put(isbn_two, rating_only(5));
  put(isbn_three, change);
  EXPECT_THAT(isbns(ShelfFilter{"completed", 5, 2001, {}}), ElementsAre(isbn_one));
}

// Plan defect U08: no limit, and ties in no order.
TEST_F(ShelfTest, U08_PagesGoThroughEqualTimesWithoutGapsOrRepeats) {
  for (int i = 0; i < 250; ++i) {
    const std::string isbn = std::to_string(9'780'000'000'000 + i);
    add_book(*database, isbn);
    put(isbn);
  }
  execute("UPDATE UserLibrary SET added_at = 1000 + id / 100");
  std::set<std::int64_t> ids;
  std::optional<ShelfPlace> after;
  std::optional<ShelfPlace> last;
  int pages = 0;
  do {
    const ShelfPage read = page({}, 30, after);
    for (const ShelfBook& entry : read.books) {
      EXPECT_TRUE(ids.insert(entry.id).second);
      if (last) {
        EXPECT_LT(std::pair(entry.added_at, entry.id), std::pair(last->added_at, last->id));
      }
      last = ShelfPlace{entry.added_at, entry.id};
    }
    after = read.next;
    ++pages;
  } while (after && pages < 20);
  EXPECT_EQ(pages, 9);
  EXPECT_THAT(ids, SizeIs(250));
}

TEST_F(ShelfTest, U08_AFullLastPageHasNoNext) {
  put(isbn_one);
  put(isbn_two);
  EXPECT_TRUE(page({}, 1).next.has_value());
  EXPECT_FALSE(page({}, 2).next.has_value());
}

TEST_F(ShelfTest, U08_TheSourcesBytesStayInTheDatabase) {
  execute("UPDATE Books SET canonical_metadata = '{\"raw\":1}'");
  put(isbn_one);
  EXPECT_EQ(entry().book.canonical_metadata, "");
}

// Plan defect U09: the year of adding and the year of publication are two filters.
TEST_F(ShelfTest, U09_TheYearOfAddingIsNotTheYearOfPublication) {
  for (const std::string_view isbn : {isbn_one, isbn_two, isbn_three}) put(isbn, rating_only(5));
  execute("UPDATE UserLibrary SET added_at = 1704067200 WHERE isbn = '9780306406157'");
  execute("UPDATE UserLibrary SET added_at = 1735689599 WHERE isbn = '9780140328721'");
  execute("UPDATE UserLibrary SET added_at = 1735689600 WHERE isbn = '9780141439518'");
  EXPECT_THAT(isbns(ShelfFilter{{}, 5, {}, 2024}), ElementsAre(isbn_three, isbn_one));
  EXPECT_THAT(isbns(ShelfFilter{{}, 5, 2001, {}}), ElementsAre(isbn_two, isbn_one));
  std::vector<std::string> top;
  const auto rated = shelf.top_rated("u", 2001);
  ASSERT_TRUE(rated.has_value());
  for (const ShelfBook& entry : *rated) top.push_back(entry.book.title);
  EXPECT_THAT(top, ElementsAre("A", "B")) << "by title";
}

TEST_F(ShelfTest, U09_TopRatedMeansFive) {
  put(isbn_one, rating_only(4));
  put(isbn_two, rating_only(5));
  shelf.put("v", isbn_one, rating_only(5)).value();
  const auto top = shelf.top_rated("u", 2001);
  ASSERT_TRUE(top.has_value());
  ASSERT_THAT(*top, SizeIs(1));
  EXPECT_EQ(top->front().book.isbn, isbn_two);
  EXPECT_EQ(top->front().rating, 5);
}

class ShelfPlans : public ShelfTest {
 protected:
  // The plan of the one statement that `work` sends.
  std::string plan_of(const std::function<void(Shelf&)>& work) {
    NiceMock<MockDatabase> watched(*database);
    std::string plan;
    ON_CALL(watched, query).WillByDefault([&](const Statement& statement) {
      const std::string sql = "EXPLAIN QUERY PLAN " + std::string(statement.sql);
      const auto steps = database->query({sql, statement.params});
      for (const SqlRow& row : steps->rows) plan += std::string(as_text(row.at(3))) + "\n";
      return database->query(statement);
    });
    Shelf shelf_of_watched(watched);
    work(shelf_of_watched);
    return plan;
  }
};

TEST_F(ShelfPlans, W09_U08_APageIsReadInOrderFromItsIndex) {
  const std::string expected =
      "SEARCH ul USING INDEX idx_user_library_added (user_id=? AND added_at>? AND added_at<?)\n"
      "SEARCH b USING INDEX sqlite_autoindex_Books_1 (isbn=?)\n";
  const ShelfFilter all_filters{"reading", 4, 2001, 2024};
  for (const ShelfFilter& filter : {ShelfFilter(), all_filters}) {
    EXPECT_EQ(plan_of([&](Shelf& watched) {
                ASSERT_TRUE(watched.read("u", filter, 50, ShelfPlace{1000, 7}).has_value());
              }),
              expected);
  }
}

TEST_F(ShelfPlans, U10_TheYearOfAddingIsARangeOfTheIndex) {
  const std::string plan = plan_of([](Shelf& watched) {
    ASSERT_TRUE(watched.read("u", ShelfFilter{{}, {}, {}, 2024}, 50, std::nullopt).has_value());
  });
  EXPECT_THAT(plan, HasSubstr("added_at>? AND added_at<?"));
  EXPECT_THAT(plan, Not(HasSubstr("TEMP B-TREE")));
}

TEST_F(ShelfPlans, W09_TheBestBooksAreFoundByRating) {
  const std::string plan =
      plan_of([](Shelf& watched) { ASSERT_TRUE(watched.top_rated("u", 2001).has_value()); });
  EXPECT_THAT(plan, HasSubstr("USING INDEX idx_user_library_rating (user_id=? AND rating=?)"));
}

TEST_F(ShelfTest, OneUserNeverSeesOrChangesTheShelfOfAnother) {
  put(isbn_one, rating_only(5));
  EXPECT_EQ(shelf.patch("U", isbn_one, rating_only(1)).value(), ShelfEnd::no_such_entry);
  EXPECT_EQ(shelf.remove("u ", isbn_one).value(), ShelfEnd::no_such_entry);
  EXPECT_THAT(shelf.read("' OR 1=1 --", {}, 10, std::nullopt)->books, SizeIs(0));
  EXPECT_EQ(entry().rating, 5);
}

TEST_F(ShelfTest, RemovesAnEntryOnce) {
  put(isbn_one);
  EXPECT_EQ(shelf.remove("u", isbn_one).value(), ShelfEnd::changed);
  EXPECT_EQ(shelf.remove("u", isbn_one).value(), ShelfEnd::no_such_entry);
  EXPECT_EQ(number(*database, "SELECT count(*) FROM Books"), 3);
}

TEST_F(ShelfTest, FailsAsTheDatabaseDoes) {
  NiceMock<MockDatabase> broken(*database);
  Shelf failing(broken);
  ON_CALL(broken, query).WillByDefault(query_fails_with(overloaded()));
  ON_CALL(broken, batch).WillByDefault(fails_with(lost_reply()));
  EXPECT_EQ(failing.read("u", {}, 1, std::nullopt).error(), overloaded());
  EXPECT_EQ(failing.top_rated("u", 2001).error(), overloaded());
  EXPECT_EQ(failing.remove("u", isbn_one).error(), overloaded());
  EXPECT_EQ(failing.put("u", isbn_one, {}).error(), lost_reply());
  EXPECT_EQ(failing.patch("u", isbn_one, {}).error(), lost_reply());
}

TEST_F(ShelfTest, APutThatIsRepeatedAfterALostReplyIsDoneOnce) {
  NiceMock<MockDatabase> flaky(*database);
  EXPECT_CALL(flaky, batch).WillOnce(flaky.applied_but_lost()).WillOnce([&](auto statements) {
    return database->batch(statements);
  });
  Shelf failing(flaky);
  EXPECT_EQ(failing.put("u", isbn_one, rating_only(5)).error(), lost_reply());
  EXPECT_EQ(failing.put("u", isbn_one, rating_only(5)).value(), ShelfEnd::unchanged);
  EXPECT_EQ(number(*database, "SELECT count(*) FROM UserLibrary"), 1);
}

TEST_F(ShelfTest, EachChangeIsOneRoundTrip) {
  NiceMock<MockDatabase> watched(*database);
  EXPECT_CALL(watched, batch).Times(2);
  EXPECT_CALL(watched, query).Times(1);
  Shelf counted(watched);
  counted.put("u", isbn_one, {}).value();
  counted.patch("u", isbn_one, rating_only(1)).value();
  counted.remove("u", isbn_one).value();
}

using ShelfDeath = ShelfTest;

TEST_F(ShelfDeath, RefusesPagesOfNoSize) {
  EXPECT_DEATH((void)shelf.read("u", {}, 0, std::nullopt), "size of a page");
  EXPECT_DEATH((void)shelf.read("u", {}, 101, std::nullopt), "size of a page");
}

}  // namespace
}  // namespace cutover::store
