#include "core/store/user_library.h"

#include "tests/core/store/test_database.h"

namespace cutover::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::NiceMock;
using testing::SizeIs;

constexpr std::string_view first_isbn = "9780306406157";
constexpr std::string_view second_isbn = "9780141439518";

LibraryEntry entry(std::string_view user, std::string_view isbn, std::int64_t line = 1) {
  LibraryEntry made;
  made.user_id = user;
  made.isbn = isbn;
  made.line = line;
  return made;
}

std::string reason(const LibraryEntry& candidate) {
  const auto row = parse_library_entry(candidate);
  return row ? "accepted" : std::string(row.error());
}

// The reason against an entry of which one field has this text.
std::string reason_with(std::string LibraryEntry::*field, std::string_view text) {
  LibraryEntry candidate = entry("u", first_isbn);
  candidate.*field = text;
  return reason(candidate);
}

TEST(LibraryEntry, R1_2_BecomesARowWithACanonicalIsbn) {
  LibraryEntry full = entry("u1", "0-306-40615-2", 7);
  full.status = "completed";
  full.rating = "5";
  full.review = "Good; \xC3\xA9\xE2\x82\xAC\xF0\x9F\x93\x9A";
  full.added_at = "1704067200";
  full.started_at = "0";
  full.completed_at = "4102444800";
  const auto row = parse_library_entry(full);
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(*row, (LibraryRow{"u1", std::string(first_isbn), "completed", 5, full.review,
                              1704067200, 0, 4102444800, 7}));
}

TEST(LibraryEntry, TakesEmptyTextsAsAbsent) {
  const auto row = parse_library_entry(entry("u", first_isbn));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(*row, (LibraryRow{"u", std::string(first_isbn), {}, {}, {}, {}, {}, {}, 1}));
}

TEST(LibraryEntry, U04_W08_RefusesWhatTheTableWouldRefuseOrShould) {
  EXPECT_EQ(reason_with(&LibraryEntry::status, "done"), "status_unknown");
  EXPECT_EQ(reason_with(&LibraryEntry::status, "Completed"), "status_unknown");
  EXPECT_EQ(reason_with(&LibraryEntry::status, "want_to_read"), "accepted");
  EXPECT_EQ(reason_with(&LibraryEntry::status, "reading"), "accepted");
  EXPECT_EQ(reason_with(&LibraryEntry::rating, "4.5"), "rating_malformed");
  EXPECT_EQ(reason_with(&LibraryEntry::rating, "five"), "rating_malformed");
  EXPECT_EQ(reason_with(&LibraryEntry::rating, "+5"), "rating_malformed");
  EXPECT_EQ(reason_with(&LibraryEntry::rating, "0"), "rating_out_of_range");
  EXPECT_EQ(reason_with(&LibraryEntry::rating, "6"), "rating_out_of_range");
  EXPECT_EQ(reason_with(&LibraryEntry::rating, "99999999999999999999"), "rating_out_of_range");
}

TEST(LibraryEntry, U10_RefusesTimesInMilliseconds) {
  EXPECT_EQ(reason_with(&LibraryEntry::added_at, "1704067200000"), "added_at_out_of_range");
  EXPECT_EQ(reason_with(&LibraryEntry::added_at, "2024-01-01"), "added_at_malformed");
  EXPECT_EQ(reason_with(&LibraryEntry::started_at, "-1"), "started_at_out_of_range");
  EXPECT_EQ(reason_with(&LibraryEntry::started_at, " 1"), "started_at_malformed");
  EXPECT_EQ(reason_with(&LibraryEntry::completed_at, "4102444801"), "completed_at_out_of_range");
  EXPECT_EQ(reason_with(&LibraryEntry::completed_at, "soon"), "completed_at_malformed");
}

TEST(LibraryEntry, NamesWhatIsWrongWithTheIsbn) {
  EXPECT_EQ(reason(entry("u", "")), "isbn_missing");
  EXPECT_EQ(reason(entry("u", "9780306406158")), "isbn_bad_check_digit");
}

TEST(LibraryEntry, BoundsItsTexts) {
  EXPECT_EQ(reason(entry("", first_isbn)), "user_id_missing");
  EXPECT_EQ(reason(entry(std::string(200, 'u'), first_isbn)), "accepted");
  EXPECT_EQ(reason(entry(std::string(201, 'u'), first_isbn)), "user_id_too_long");
  EXPECT_EQ(reason_with(&LibraryEntry::review, std::string(100'000, 'r')), "accepted");
  EXPECT_EQ(reason_with(&LibraryEntry::review, std::string(100'001, 'r')), "review_too_long");
}

TEST(LibraryEntry, RefusesBytesThatAreNoText) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view bytes : {"\xFF"sv, "a\0b"sv, "\xC3"sv, "\xC0\x80"sv, "\xE0\x80\x80"sv,
                                       "\xED\xA0\x80"sv, "\xF0\x80\x80\x80"sv, "\xF4\x90\x80\x80"sv,
                                       "\xF5\x80\x80\x80"sv, "\xE2\x82\x28"sv, "\xE2\x82"sv}) {
    EXPECT_EQ(reason(entry(bytes, first_isbn)), "user_id_not_text");
    EXPECT_EQ(reason_with(&LibraryEntry::review, bytes), "review_not_text");
  }
  for (const std::string_view text : {"\xC2\x80"sv, "\xE0\xA0\x80"sv, "\xED\x9F\xBF"sv,
                                      "\xF0\x90\x80\x80"sv, "\xF4\x8F\xBF\xBF"sv}) {
    EXPECT_EQ(reason_with(&LibraryEntry::review, text), "accepted");
  }
}

class LibraryImportTest : public testing::Test {
 protected:
  LibraryImportTest() {
    add_book(*database_, first_isbn);
    add_book(*database_, second_isbn);
  }
  std::unique_ptr<Database> database_ = migrated_database();
};

TEST_F(LibraryImportTest, R1_2_CountsWhatWasAddedUpdatedOrphanedAndRejected) {
  LibraryImport import(*database_);
  ASSERT_TRUE(import.add(entry("u1", first_isbn, 2)).has_value());
  ASSERT_TRUE(import.add(entry("u1", second_isbn, 3)).has_value());
  ASSERT_TRUE(import.add(entry("u1", "0306406152", 4)).has_value());  // line 2 again, as ISBN-10
  ASSERT_TRUE(import.add(entry("u1", "9780140328721", 5)).has_value());
  ASSERT_TRUE(import.add(entry("u1", "rubbish", 6)).has_value());
  ASSERT_TRUE(import.add(entry("", first_isbn, 7)).has_value());
  EXPECT_EQ(number(*database_, "SELECT COUNT(*) FROM UserLibrary"), 0);
  ASSERT_TRUE(import.flush().has_value());

  const LibraryCounts& counts = import.counts();
  EXPECT_THAT(counts.added.lines, ElementsAre(2, 3));
  EXPECT_THAT(counts.updated.lines, ElementsAre(4));
  EXPECT_THAT(counts.orphan.lines, ElementsAre(5));
  EXPECT_THAT(counts.rejected.at("isbn_malformed").lines, ElementsAre(6));
  EXPECT_THAT(counts.rejected.at("user_id_missing").lines, ElementsAre(7));
  EXPECT_EQ(counts.rejected_total(), 2);
  EXPECT_EQ(number(*database_, "SELECT COUNT(*) FROM UserLibrary"), 2);
  ASSERT_TRUE(import.flush().has_value());  // nothing waits
  EXPECT_EQ(counts.added.count, 2);
}

TEST_F(LibraryImportTest, R1_2_WritesEveryColumnAndUpdatesEveryColumn) {
  LibraryEntry first = entry("u1", first_isbn);
  first.status = "reading";
  first.rating = "4";
  first.review = "so far so good";
  first.added_at = "1700000000";
  first.started_at = "1700000001";
  first.completed_at = "1700000002";
  LibraryImport import(*database_);
  ASSERT_TRUE(import.add(first).has_value());
  ASSERT_TRUE(import.flush().has_value());
  const std::string_view all =
      "SELECT user_id, isbn, status, rating, review, added_at, started_at, completed_at, "
      "typeof(rating), typeof(added_at), typeof(started_at) FROM UserLibrary";
  EXPECT_THAT(rows_of(*database_, all).at(0),
              ElementsAre(SqlValue("u1"), SqlValue(std::string(first_isbn)), SqlValue("reading"),
                          SqlValue(std::int64_t{4}), SqlValue("so far so good"),
                          SqlValue(std::int64_t{1700000000}), SqlValue(std::int64_t{1700000001}),
                          SqlValue(std::int64_t{1700000002}), SqlValue("integer"),
                          SqlValue("integer"), SqlValue("integer")));

  ASSERT_TRUE(import.add(entry("u1", first_isbn, 9)).has_value());
  ASSERT_TRUE(import.flush().has_value());
  const SqlRow row = rows_of(*database_, all).at(0);
  EXPECT_EQ(as_text(row.at(2)), "reading") << "an absent status keeps the first one";
  EXPECT_TRUE(is_null(row.at(3)) && is_null(row.at(4)));
  EXPECT_EQ(as_int(row.at(5)), 1700000000) << "an absent added_at keeps the first one";
  EXPECT_TRUE(is_null(row.at(6)) && is_null(row.at(7)));
  EXPECT_THAT(import.counts().updated.lines, ElementsAre(9));
}

TEST_F(LibraryImportTest, W08_AnEntryWithoutAStatusIsWantToRead) {
  LibraryImport import(*database_);
  ASSERT_TRUE(import.add(entry("u1", first_isbn)).has_value());
  ASSERT_TRUE(import.flush().has_value());
  EXPECT_EQ(as_text(rows_of(*database_, "SELECT status FROM UserLibrary").at(0).at(0)),
            "want_to_read");
}

TEST_F(LibraryImportTest, GivesTheDatabasesTimeWhenNoneIsGiven) {
  LibraryImport import(*database_);
  ASSERT_TRUE(import.add(entry("u1", first_isbn)).has_value());
  ASSERT_TRUE(import.flush().has_value());
  EXPECT_EQ(number(*database_, "SELECT abs(added_at - unixepoch()) < 60 FROM UserLibrary"), 1);
}

TEST_F(LibraryImportTest, R2_4_LeavesBooksAndOtherUsersAlone) {
  LibraryImport import(*database_);
  ASSERT_TRUE(import.add(entry("u1", first_isbn)).has_value());
  ASSERT_TRUE(import.add(entry("u2", first_isbn)).has_value());
  ASSERT_TRUE(import.flush().has_value());
  EXPECT_EQ(import.counts().added.count, 2);
  EXPECT_EQ(number(*database_, "SELECT SUM(version) FROM Books"), 2);
}

TEST_F(LibraryImportTest, WritesAtMostAHundredRowsInABatch) {
  NiceMock<MockDatabase> watched(*database_);
  EXPECT_CALL(watched, batch(SizeIs(101))).Times(2);
  EXPECT_CALL(watched, batch(SizeIs(51)));
  LibraryImport import(watched);
  for (int i = 0; i < 250; ++i) {
    ASSERT_TRUE(import.add(entry("u" + std::to_string(i), first_isbn, i)).has_value());
  }
  ASSERT_TRUE(import.flush().has_value());
  EXPECT_EQ(import.counts().added.count, 250);
  EXPECT_THAT(import.counts().added.lines, SizeIs(20));
}

TEST_F(LibraryImportTest, WritesEarlierWhenTheReviewsAreLong) {
  NiceMock<MockDatabase> watched(*database_);
  EXPECT_CALL(watched, batch(SizeIs(11)));
  LibraryImport import(watched);
  LibraryEntry wordy = entry("", first_isbn);
  wordy.review = std::string(100'000, 'r');
  for (int i = 0; i < 10; ++i) {
    wordy.user_id = "u" + std::to_string(i);
    ASSERT_TRUE(import.add(wordy).has_value());
  }
  EXPECT_EQ(import.counts().added.count, 10);
}

TEST_F(LibraryImportTest, KeepsTheRowsOfABatchThatFailed) {
  NiceMock<MockDatabase> flaky(*database_);
  EXPECT_CALL(flaky, batch).WillOnce(fails_with(overloaded())).WillOnce([&](auto statements) {
    return database_->batch(statements);
  });
  LibraryImport import(flaky);
  ASSERT_TRUE(import.add(entry("u1", first_isbn)).has_value());
  EXPECT_EQ(import.flush().error().kind, FailureKind::overloaded);
  EXPECT_EQ(import.counts().added.count, 0);
  ASSERT_TRUE(import.flush().has_value());
  EXPECT_EQ(import.counts().added.count, 1);
  EXPECT_EQ(import.counts().repeated_batches, 0);
}

TEST_F(LibraryImportTest, SaysWhenABatchWasRepeatedAfterALostReply) {
  NiceMock<MockDatabase> flaky(*database_);
  EXPECT_CALL(flaky, batch).WillOnce(flaky.applied_but_lost()).WillOnce([&](auto statements) {
    return database_->batch(statements);
  });
  LibraryImport import(flaky);
  ASSERT_TRUE(import.add(entry("u1", first_isbn)).has_value());
  EXPECT_EQ(import.flush().error().effect, Effect::unknown);
  ASSERT_TRUE(import.flush().has_value());
  EXPECT_EQ(import.counts().updated.count, 1);
  EXPECT_EQ(import.counts().repeated_batches, 1);
  EXPECT_EQ(number(*database_, "SELECT COUNT(*) FROM UserLibrary"), 1);
}

}  // namespace
}  // namespace cutover::store
