#include "core/store/live_books.h"

#include "core/books/transform.h"
#include "core/store/book_statements.h"
#include "tests/core/store/test_database.h"

namespace cutover::store {
namespace {

using books::BookRow;
using testing::NiceMock;
using testing::SizeIs;

constexpr std::string_view live_isbn = "9780439708180";
constexpr std::string_view other_isbn = "9780306406157";

BookRow row_of(std::int64_t fetched_at, std::string_view title = "Title") {
  BookRow row;
  row.isbn = live_isbn;
  row.title = title;
  row.authors = R"(["Ada"])";
  row.authors_detailed = R"([{"name":"Ada"}])";
  row.publication_year = 1999;
  row.published_date = "1999-05-01";
  row.publisher = "Press";
  row.page_count = 320;
  row.language = "en";
  row.categories = R"(["Fiction"])";
  row.description = "A book.";
  row.cover_url = "https://example.org/c";
  row.thumbnail_url = "https://example.org/t";
  row.canonical_metadata = R"({"title":"Title"})";
  row.content_hash = "hash-1";
  row.source_key = "book:isbn:9780439708180";
  row.source_time = fetched_at;
  row.source_expires_at = 1'770'000'000;
  row.quality = R"(["a_mark"])";
  return row;
}

class LiveBooks : public testing::Test {
 protected:
  SavedBook save(const BookRow& row) {
    const auto saved = save_live_book(*database, row);
    EXPECT_TRUE(saved.has_value()) << describe(saved.error());
    return saved.value_or(SavedBook());
  }
  void execute(std::string_view sql) {
    const auto done = database->query({sql, {}});
    ASSERT_TRUE(done.has_value()) << describe(done.error());
  }
  void backfill(const BookRow& row) {
    ASSERT_TRUE(database->query(backfill_upsert(row, "run-1:1")).has_value());
  }
  StoredBook stored() {
    const auto books = read_books(*database, {std::string(live_isbn)});
    if (!books || !books->contains(std::string(live_isbn))) {
      ADD_FAILURE() << "the row is not there";
      return {};
    }
    return books->at(std::string(live_isbn));
  }

  std::unique_ptr<Database> database = migrated_database();
};

TEST_F(LiveBooks, ANewBookIsWrittenWithEveryColumn) {
  EXPECT_EQ(save(row_of(1000)), (SavedBook{true, 1}));
  const StoredBook book = stored();
  EXPECT_EQ(book.row, row_of(1000));
  EXPECT_TRUE(book.live);
  EXPECT_EQ(book.created_at, book.updated_at);
  EXPECT_EQ(number(*database, "SELECT abs(created_at - unixepoch()) < 60 FROM Books"), 1);
  EXPECT_EQ(number(*database, "SELECT written_by IS NULL FROM Books"), 1);
}

// The plan's two statements refreshed two and three columns of thirteen.
TEST_F(LiveBooks, W02_EveryDamagedColumnIsRepairedByTheNextSave) {
  for (const std::string_view column : book_columns()) {
    if (column == "isbn") continue;
    execute("DELETE FROM Books");
    save(row_of(1000));
    const bool text_needed = column == "title" || column == "authors" ||
                             column == "canonical_metadata" || column == "content_hash";
    execute("UPDATE Books SET " + std::string(column) + " = " +
            (text_needed               ? "'damaged'"
             : column == "source_rank" ? "3"
                                       : "NULL"));
    ASSERT_NE(stored().row, row_of(1000)) << column;
    EXPECT_EQ(save(row_of(1000)), (SavedBook{true, 2})) << column;
    EXPECT_EQ(stored().row, row_of(1000)) << column;
  }
}

TEST_F(LiveBooks, W01_W02_BothWritersNameTheSameColumns) {
  NiceMock<MockDatabase> watched(*database);
  std::string live;
  ON_CALL(watched, batch).WillByDefault([&](std::span<const Statement> statements) {
    live = statements[0].sql;
    return database->batch(statements);
  });
  ASSERT_TRUE(save_live_book(watched, row_of(1)).has_value());
  const std::string backfilled(backfill_upsert(row_of(1), "run-1:1").sql);
  const auto columns = [](const std::string& sql) { return sql.substr(0, sql.find("VALUES")); };
  const auto assignments = [](const std::string& sql) {
    const std::size_t from = sql.find("DO UPDATE SET");
    return sql.substr(from, sql.find("WHERE", from) - from);
  };
  EXPECT_THAT(columns(live), testing::HasSubstr("thumbnail_url"));
  EXPECT_EQ(columns(live), columns(backfilled));
  EXPECT_THAT(assignments(live), testing::HasSubstr("description = excluded.description"));
  EXPECT_EQ(assignments(live), assignments(backfilled));
}

TEST_F(LiveBooks, TheSameAgainChangesNothing) {
  save(row_of(1000));
  execute("UPDATE Books SET updated_at = 5");
  EXPECT_EQ(save(row_of(1000)), (SavedBook{false, 1}));
  EXPECT_EQ(stored().updated_at, 5);
}

TEST_F(LiveBooks, R10_ALaterAnswerReplacesAnEarlierOne) {
  save(row_of(1000));
  execute("UPDATE Books SET created_at = 5, updated_at = 5");
  EXPECT_EQ(save(row_of(2000, "Corrected")), (SavedBook{true, 2}));
  const StoredBook book = stored();
  EXPECT_EQ(book.row, row_of(2000, "Corrected"));
  EXPECT_EQ(book.created_at, 5) << "a book is created once";
  EXPECT_GT(book.updated_at, 5);
}

TEST_F(LiveBooks, R10_AFreshlyFetchedEqualAnswerRenewsTheSourceTime) {
  save(row_of(1000));
  EXPECT_TRUE(save(row_of(2000)).written);
  EXPECT_EQ(stored().row.source_time, 2000);
}

TEST_F(LiveBooks, R10_NothingGoodIsReplacedByEmpty) {
  save(row_of(1000));
  BookRow untitled = row_of(2000, "");
  EXPECT_EQ(save(untitled), (SavedBook{false, 1}));
  for (const std::string_view nobody : {"[]", ""}) {
    BookRow anonymous = row_of(2000);
    anonymous.authors = nobody;
    EXPECT_EQ(save(anonymous), (SavedBook{false, 1}));
  }
  EXPECT_EQ(stored().row, row_of(1000));
}

TEST_F(LiveBooks, R10_EmptyMayReplaceEmptyAndGoodReplacesEmpty) {
  BookRow poor = row_of(1000, "");
  poor.authors = "[]";
  save(poor);
  poor.source_time = 2000;
  poor.publisher = "Another";
  EXPECT_TRUE(save(poor).written);
  EXPECT_TRUE(save(row_of(3000)).written);
  EXPECT_EQ(stored().row, row_of(3000));
}

// Plan defect W16: two answers for one ISBN, of which the earlier one arrives last.
TEST_F(LiveBooks, W16_AnEarlierAnswerThatArrivesLateIsDropped) {
  save(row_of(2000, "New"));
  EXPECT_EQ(save(row_of(1000, "Old")), (SavedBook{false, 1}));
  BookRow timeless = row_of(0, "Timeless");
  timeless.source_time = std::nullopt;
  EXPECT_EQ(save(timeless), (SavedBook{false, 1}));
  EXPECT_EQ(stored().row.title, "New");
}

TEST_F(LiveBooks, W16_EveryOrderOfThreeAnswersEndsWithTheLatestOne) {
  std::vector<std::int64_t> times = {1000, 2000, 3000};
  int orders = 0;
  do {
    execute("DELETE FROM Books");
    for (const std::int64_t time : times) save(row_of(time, "T" + std::to_string(time)));
    EXPECT_EQ(stored().row.title, "T3000");
    ++orders;
  } while (std::next_permutation(times.begin(), times.end()));
  EXPECT_EQ(orders, 6);
}

// Plan defect W11: a clock of one second cannot order these.
TEST_F(LiveBooks, W11_TwoWritesInOneSecondHaveTwoVersions) {
  EXPECT_EQ(save(row_of(1000, "One")).version, 1);
  EXPECT_EQ(save(row_of(1001, "Two")).version, 2);
  EXPECT_EQ(book_version(*database, live_isbn).value(), 2);
  EXPECT_EQ(book_version(*database, other_isbn).value(), std::nullopt);
}

TEST_F(LiveBooks, ReplacesWhatTheBackfillWroteUnlessThatIsNewer) {
  backfill(row_of(1000, "Backfilled"));
  EXPECT_FALSE(stored().live);
  EXPECT_FALSE(save(row_of(999, "Live")).written);
  EXPECT_FALSE(stored().live);
  EXPECT_EQ(save(row_of(1000, "Live")), (SavedBook{true, 2}));
  EXPECT_TRUE(stored().live);
  EXPECT_EQ(number(*database, "SELECT written_by IS NULL FROM Books"), 1);
  backfill(row_of(5000, "Backfilled again"));
  EXPECT_EQ(stored().row.title, "Live") << "R2.15";
}

TEST_F(LiveBooks, ABackfilledRowOfTheSameContentBecomesLive) {
  backfill(row_of(1000));
  EXPECT_TRUE(save(row_of(1000)).written);
  EXPECT_TRUE(stored().live);
}

// Plan defect W03: INSERT OR REPLACE emptied the shelves and reset created_at.
TEST_F(LiveBooks, W03_ShelvesSurviveWhenTheirBookIsSavedAgainInABatch) {
  save(row_of(1000));
  execute("UPDATE Books SET created_at = 5");
  execute(
      "INSERT INTO UserLibrary (user_id, isbn, status, review) "
      "VALUES ('u', '9780439708180', 'reading', 'mine')");
  const std::vector<BookRow> rows = {row_of(2000, "Again")};
  ASSERT_TRUE(save_live_books(*database, rows).has_value());
  EXPECT_EQ(stored().row.title, "Again");
  EXPECT_EQ(stored().created_at, 5);
  EXPECT_EQ(number(*database, "SELECT count(*) FROM UserLibrary WHERE review = 'mine'"), 1);
}

// Plan defect W05: what most records lack made the plan's statement throw.
TEST_F(LiveBooks, W05_AbsentFieldsAreStoredAsNull) {
  BookRow bare;
  bare.isbn = live_isbn;
  bare.title = "T";
  bare.authors = "[]";
  bare.canonical_metadata = "{}";
  bare.content_hash = "h";
  bare.source_key = "book:isbn:9780439708180";
  EXPECT_TRUE(save(bare).written);
  EXPECT_EQ(stored().row, bare);
  EXPECT_EQ(number(*database, "SELECT publisher IS NULL AND language IS NULL FROM Books"), 1);
}

// Plan defect W06: a NULL title failed for ever; here a book without one has an empty title.
TEST_F(LiveBooks, W06_ABookWithoutATitleIsStoredAndLeavesAnExistingTitleAlone) {
  EXPECT_TRUE(save(row_of(1000, "")).written);
  EXPECT_EQ(stored().row.title, "");
  EXPECT_TRUE(save(row_of(1000, "Found")).written);
  EXPECT_FALSE(save(row_of(3000, "")).written);
  EXPECT_EQ(stored().row.title, "Found");
}

TEST_F(LiveBooks, W13_ARowBeyondTheLimitIsRefusedAndNothingIsWritten) {
  std::vector<BookRow> rows = {row_of(1000), row_of(1000)};
  rows[1].isbn = other_isbn;
  rows[1].description = std::string(1'200'000, 'd');
  rows[1].canonical_metadata = std::string(1'200'000, 'm');
  const auto saved = save_live_books(*database, rows);
  ASSERT_FALSE(saved.has_value());
  EXPECT_EQ(saved.error().kind, FailureKind::limit_exceeded);
  EXPECT_EQ(saved.error().effect, Effect::not_applied);
  EXPECT_EQ(number(*database, "SELECT count(*) FROM Books"), 0);
}

// Plan defect W14: no constraint ties columns to their meaning (a trigger that did cost 17 %), so
// whatever the writers' one source of rows gives must satisfy what a constraint would ask.
TEST_F(LiveBooks, W14_WhatTheTransformGivesMeansWhatItsColumnsSay) {
  books::Transform transform;
  std::size_t rows = 0;
  for (const std::string_view value :
       {R"({"title":"A","authors":"not json"})", R"({"title":"A","authors":[1,null," B "]})",
        R"({"title":"A","authors":["A"],"publishedDate":"8858"})",
        R"({"title":"A","authors":["A"],"publishedDate":"199?"})",
        R"({"title":"A","authors":["A"],"categories":"x","pageCount":-5})",
        R"({"title":["A"],"authors":{},"categories":[[]],"publishedDate":20240})"}) {
    const auto made = transform({"book:isbn:9780439708180", value, std::nullopt});
    const auto* row = std::get_if<BookRow>(&made);
    if (row == nullptr) continue;
    ++rows;
    execute("DELETE FROM Books");
    EXPECT_TRUE(save(*row).written);
    EXPECT_EQ(number(*database,
                     "SELECT count(*) FROM Books WHERE json_valid(authors) "
                     "AND json_type(authors) = 'array' AND isbn GLOB '978[0-9]*' "
                     "AND length(isbn) = 13 AND (categories IS NULL OR json_valid(categories)) "
                     "AND (publication_year IS NULL OR publication_year BETWEEN -3000 AND 2100) "
                     "AND (page_count IS NULL OR page_count BETWEEN 1 AND 100000)"),
              1)
        << value;
  }
  EXPECT_GE(rows, 5U);
  const auto refused = transform({"book:isbn:x", R"({"title":"A"})", std::nullopt});
  EXPECT_FALSE(std::holds_alternative<BookRow>(refused)) << "an ISBN that is none is no row";
}

TEST_F(LiveBooks, AFullBatchAnswersForEachRowInOrder) {
  std::vector<BookRow> rows(live_books_max, row_of(1000));
  for (std::size_t i = 0; i < rows.size(); ++i)
    rows[i].isbn = std::to_string(9'780'000'000'000 + i);
  rows.back() = rows.front();
  rows.back().source_time = 2000;
  NiceMock<MockDatabase> watched(*database);
  EXPECT_CALL(watched, batch(SizeIs(live_books_max + 1)));
  const auto saved = save_live_books(watched, rows);
  ASSERT_TRUE(saved.has_value());
  ASSERT_THAT(*saved, SizeIs(live_books_max));
  EXPECT_EQ(saved->front(), (SavedBook{true, 2})) << "the last row wrote the same book again";
  EXPECT_EQ((*saved)[1], (SavedBook{true, 1}));
  EXPECT_EQ(saved->back(), (SavedBook{true, 2}));
  EXPECT_TRUE(save_live_books(*database, {})->empty());
}

TEST_F(LiveBooks, FailsAsTheDatabaseDoesAndMayBeRepeated) {
  NiceMock<MockDatabase> flaky(*database);
  EXPECT_CALL(flaky, batch)
      .WillOnce(fails_with(overloaded()))
      .WillOnce(flaky.applied_but_lost())
      .WillOnce([&](auto statements) { return database->batch(statements); });
  EXPECT_EQ(save_live_book(flaky, row_of(1)).error(), overloaded());
  EXPECT_EQ(save_live_book(flaky, row_of(1)).error(), lost_reply());
  EXPECT_EQ(save_live_book(flaky, row_of(1)).value(), (SavedBook{false, 1}));
  EXPECT_CALL(flaky, query).WillOnce(query_fails_with(overloaded()));
  EXPECT_EQ(book_version(flaky, live_isbn).error(), overloaded());
}

TEST(LiveBooksDeath, RefusesMoreThanABatch) {
  const auto database = migrated_database();
  const std::vector<BookRow> rows(live_books_max + 1, row_of(1));
  EXPECT_DEATH((void)save_live_books(*database, rows), "at most 100 live books");
}

}  // namespace
}  // namespace cutover::store
