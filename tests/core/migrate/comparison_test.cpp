#include "core/migrate/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/migrate/tolerances.h"
#include "core/store/book_statements.h"
#include "scenarios/reference_judge.h"
#include "tests/core/migrate/platform.h"

namespace cutover::migrate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ComparisonTest : public Platform {
 protected:
  Outcome<Comparison> try_compare(const ComparisonOptions& comparison_options = {}) {
    Outcome<Comparison> comparison = Comparison{};
    invoke(
        [&](Services& services) {
          comparison = compare(services.kv, services.d1, services.isolate.runtime,
                               services.isolate.telemetry, options.read, judge, comparison_options);
        },
        "comparer", location);
    return comparison;
  }

  Comparison compared(const ComparisonOptions& comparison_options = {}) {
    auto comparison = try_compare(comparison_options);
    if (!comparison) {
      ADD_FAILURE() << describe(comparison.error());
      return {};
    }
    return std::move(*comparison);
  }

  // "missing 9780...: title,authors", of all differences.
  static std::vector<std::string> lines_of(const Comparison& comparison) {
    std::vector<std::string> lines;
    for (const Difference& difference : comparison.differences) {
      std::string line(name_of(difference.kind));
      line += " " + difference.isbn;
      for (const std::string& column : difference.columns) line += " " + column;
      lines.push_back(line);
    }
    return lines;
  }

  static std::string where(std::uint64_t book) {
    return " WHERE isbn = '" + scenarios::isbn13_of(book) + "'";
  }

  scenarios::ReferenceJudge judge;
  std::size_t location = 5;  // one that remembers nothing of the migration
};

TEST_F(ComparisonTest, R2_10_FindsNothingAfterAMigration) {
  scenarios::GeneratorOptions odd;
  odd.odd_per_thousand = 300;
  for (const KvRecord& record : scenarios::DumpGenerator(odd).records(300)) {
    put(record.key, record.value, record.expiration);
  }
  ASSERT_EQ(migrate().end, StepEnd::complete);
  const Comparison comparison = compared();
  EXPECT_TRUE(comparison.equal());
  EXPECT_THAT(lines_of(comparison), IsEmpty());
  EXPECT_EQ(comparison.keys, 300);
  EXPECT_EQ(comparison.rows, comparison.books);
  EXPECT_GT(comparison.books, 200);
}

TEST_F(ComparisonTest, NamesAMissingRow) {
  put_books(3);
  migrate();
  rows("DELETE FROM Books" + where(1));
  const Comparison comparison = compared();
  EXPECT_THAT(lines_of(comparison), ElementsAre("missing " + scenarios::isbn13_of(1)));
  EXPECT_EQ(comparison.differences[0].key, key_of(1));
  EXPECT_EQ(comparison.missing, 1);
  EXPECT_EQ(comparison.missing_books, 1);
  EXPECT_FALSE(comparison.equal());
}

TEST_F(ComparisonTest, V05_NamesEachColumnThatDiffers) {
  put_books(3);
  migrate();
  rows("UPDATE Books SET title = 'other', canonical_metadata = '{}'" + where(2));
  const Comparison comparison = compared();
  EXPECT_THAT(lines_of(comparison),
              ElementsAre("differs " + scenarios::isbn13_of(2) + " title canonical_metadata"));
  EXPECT_EQ(comparison.differing, 1);
}

TEST_F(ComparisonTest, V10_NamesARowThatHasNoSource) {
  put_books(2);
  migrate();
  rows("UPDATE Books SET isbn = 'TEST123'" + where(0));
  rows(
      "INSERT INTO Books (isbn, title, authors, canonical_metadata) "
      "VALUES ('9789999999991', 'x', '[]', '{}')");
  EXPECT_THAT(lines_of(compared()), ElementsAre("missing " + scenarios::isbn13_of(0),
                                                "extra 9789999999991", "extra TEST123"));
  EXPECT_EQ(compared().extra, 2);
  EXPECT_EQ(compared().live_rows, 1);
}

TEST_F(ComparisonTest, T11_AliasesOfOneBookAreFineWhenThePreferredKeyMadeTheRow) {
  put("book:isbn:0439708184", book_value("Short"));
  put("book:isbn:9780439708180", book_value("Plain"));
  put("search:isbn:isbn=9780439708180", book_value("Search"));
  migrate();
  const Comparison comparison = compared();
  EXPECT_TRUE(comparison.equal());
  EXPECT_EQ(comparison.entries_with_row, 3);
  EXPECT_EQ(comparison.books, 1);
}

TEST_F(ComparisonTest, ARowOfTheLessPreferredKeyIsWrong) {
  put("book:isbn:0439708184", book_value("Short"));
  migrate();
  put("book:isbn:9780439708180", book_value("Plain"));
  EXPECT_THAT(lines_of(compared()), ElementsAre("wrong key 9780439708180 source_key"));
}

TEST_F(ComparisonTest, V04_ARowOfAKeyThatHasRunOutIsNotWrongBesideItsCopy) {
  put("search:isbn:isbn=9780439708180", book_value("Search"), 1'764'000'300);
  migrate();
  put("book:isbn:9780439708180", book_value("Search"));
  EXPECT_THAT(lines_of(compared()), ElementsAre("wrong key 9780439708180 source_key"));
  world.wait(std::chrono::seconds(301));
  const Comparison comparison = compared();
  EXPECT_THAT(lines_of(comparison), IsEmpty());
  EXPECT_EQ(comparison.expired_rows, 1);
}

TEST_F(ComparisonTest, ARowOfAKeyThatIsNoSourceOfThisBookIsWrong) {
  put_books(2);
  migrate();
  rows("UPDATE Books SET source_key = 'book:isbn:gone'" + where(0));
  rows("UPDATE Books SET source_key = '" + key_of(0) + "'" + where(1));
  EXPECT_EQ(compared().differing, 2);
}

TEST_F(ComparisonTest, LiveTrafficsRowsAreOnlyExcusedWhenThereIsLiveTraffic) {
  put_books(2);
  migrate();
  rows("UPDATE Books SET title = 'Live', origin = 'live'" + where(0));
  rows(
      "INSERT INTO Books (isbn, title, authors, canonical_metadata) "
      "VALUES ('9789999999991', 'Live', '[]', '{}')");
  EXPECT_EQ(lines_of(compared()).size(), 2U);
  const Comparison comparison = compared({.live_traffic = true});
  EXPECT_TRUE(comparison.equal());
  EXPECT_EQ(comparison.live_rows, 2);
}

TEST_F(ComparisonTest, ABookThatAReaderShelvedIsLiveTraffics) {
  put_books(1);
  migrate();
  rows("UPDATE Books SET isbn = '9789999999991', written_by = 'library'" + where(0));
  EXPECT_EQ(compared().extra, 1);
  ComparisonOptions live;
  live.live_traffic = true;
  EXPECT_EQ(compared(live).extra, 0);
}

TEST_F(ComparisonTest, V09_ASampleIsTheSameEachTimeAndClaimsNoExtraRows) {
  put_books(400);
  migrate();
  rows("DELETE FROM Books");
  rows(
      "INSERT INTO Books (isbn, title, authors, canonical_metadata) "
      "VALUES ('9789999999991', 'x', '[]', '{}')");
  const Comparison once = compared({.one_in = 8});
  EXPECT_GT(once.keys, 20);
  EXPECT_LT(once.keys, 100);
  EXPECT_EQ(once.missing, once.keys);
  EXPECT_EQ(once.extra, 0);
  EXPECT_EQ(lines_of(once), lines_of(compared({.one_in = 8})));
}

TEST_F(ComparisonTest, KeepsSoManyDifferencesAndCountsThemAll) {
  put_books(30);
  migrate();
  rows("DELETE FROM Books");
  const Comparison comparison = compared({.differences_max = 10});
  EXPECT_EQ(comparison.missing, 30);
  EXPECT_EQ(comparison.differences.size(), 10U);
}

TEST_F(ComparisonTest, WalksMoreThanOnePageOfRows) {
  put_books(1100);
  migrate();
  const Comparison comparison = compared();
  EXPECT_TRUE(comparison.equal());
  EXPECT_EQ(comparison.rows, 1100);
}

// M14: an absent answer may be a location's memory, so nothing follows from it.
TEST_F(ComparisonTest, M14_AKeyThatIsListedButAbsentHereIsUnreadableNotEqual) {
  EXPECT_FALSE(world.kv().get(location, key_of(0)).value().has_value());
  put_books(2);
  const Comparison comparison = compared();
  EXPECT_EQ(comparison.unreadable, 1);
  EXPECT_EQ(comparison.missing, 1);
  EXPECT_FALSE(comparison.equal());
}

// V04: entries run out while they are compared; that is no difference.
TEST_F(ComparisonTest, V04_ARowWhoseSourceHasRunOutSinceIsNotExtra) {
  put_books(1);
  put(key_of(1), book_value("Short-lived"), 1'764'000'120);
  put(key_of(2), book_value("Longer"), 1'764'090'000);
  migrate();
  world.wait(std::chrono::seconds(200));
  const Comparison comparison = compared();
  EXPECT_TRUE(comparison.equal());
  EXPECT_EQ(comparison.expired_rows, 1);
  EXPECT_EQ(comparison.rows, 3);
  EXPECT_TRUE(world.kv().remove(1, key_of(2)).has_value());
  EXPECT_EQ(compared().extra, 1) << "a removed source is not an expired one";
}

TEST_F(ComparisonTest, V01_AMissingBookCountsOnceHoweverManyKeysItHas) {
  put("book:isbn:0439708184", book_value("Short"));
  put("book:isbn:9780439708180", book_value("Plain"));
  const StepReport report = migrate();
  rows("DELETE FROM Books");
  const Comparison comparison = compared();
  EXPECT_EQ(comparison.missing, 2);
  EXPECT_EQ(comparison.missing_books, 1);
  const auto checks = check_tolerances(report.run->totals, comparison);
  EXPECT_EQ(checks[0].measured, 1);
  EXPECT_EQ(checks[1].measured, 100);
  EXPECT_EQ(checks[2].measured, 0);
}

TEST_F(ComparisonTest, ReadsValuesThatAreTooBigTogetherOneByOne) {
  put_books(3);
  migrate();
  kv_hooks.get_many = [](auto) { return kv_failure(FailureKind::limit_exceeded, false); };
  const Comparison comparison = compared();
  EXPECT_TRUE(comparison.equal());
  EXPECT_EQ(comparison.books, 3);
}

TEST_F(ComparisonTest, ComparesTheBytesAndNotTheTextOfABulkRead) {
  put(key_of(0), "{\"title\":\"\xEF\xBF\xBD\"}");
  put(key_of(1), "{\"title\":\"\xFF\"}");  // not UTF-8: no row
  migrate();
  const Comparison comparison = compared();
  EXPECT_TRUE(comparison.equal());
  EXPECT_EQ(comparison.books, 1);
}

TEST_F(ComparisonTest, ACallThatKeepsFailingIsAFailureAndNotEquality) {
  put(key_of(0), "{\"title\":\"\xEF\xBF\xBD\"}");
  migrate();
  kv_hooks.get = [](auto) { return kv_failure(FailureKind::unauthorized, false); };
  EXPECT_FALSE(try_compare().has_value());
  kv_hooks.get = nullptr;
  kv_hooks.get_many = [](auto) { return kv_failure(FailureKind::unauthorized, false); };
  EXPECT_FALSE(try_compare().has_value());
  kv_hooks.get_many = nullptr;
  int calls = 0;
  int fail_at = 1;
  d1_hooks.before = [&](auto) -> std::optional<Failure> {
    if (++calls != fail_at) return std::nullopt;
    return refused_data();
  };
  EXPECT_FALSE(try_compare().has_value()) << "reading the books";
  calls = 0;
  fail_at = 2;
  EXPECT_FALSE(try_compare().has_value()) << "reading all rows";
  kv_hooks.list = [](const auto&) { return kv_failure(FailureKind::unauthorized, false); };
  EXPECT_FALSE(try_compare().has_value());
}

}  // namespace
}  // namespace cutover::migrate
