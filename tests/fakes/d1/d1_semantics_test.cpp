// How D1 behaves: transactions, values, foreign keys, counts (miniflare-observed section 4,
// cloudflare-facts B4) and the SQL facts behind plan defects W01 to W11.
#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "tests/fakes/d1/d1_world.h"

namespace cutover::fakes {
namespace {

using testing::ElementsAre;

class D1Library : public testing::Test {
 protected:
  void SetUp() override { apply_plan_schema(world); }

  void add_book(std::string_view isbn, std::string_view title) {
    ASSERT_TRUE(world.query(insert_book, {text(isbn), text(title)}));
  }
  void add_shelf(std::string_view user, std::string_view isbn) {
    ASSERT_TRUE(world.query(insert_shelf, {text(user), text(isbn), text("reading"), 5.0}));
  }
  std::int64_t count(std::string_view table) {
    return as_int(value_of(world.query("SELECT count(*) FROM " + std::string(table))));
  }

  D1World world;
};

TEST_F(D1Library, ABatchIsAppliedWholeOrNotAtAll) {
  const std::vector<Statement> good = {{insert_book, {text("1"), text("One")}},
                                       {insert_book, {text("2"), text("Two")}},
                                       {"SELECT count(*) FROM Books", {}}};
  const auto results = world.service.batch(good);
  ASSERT_TRUE(results);
  ASSERT_EQ(results->size(), 3U);
  EXPECT_EQ((*results)[0].meta.changes, 1);
  EXPECT_EQ((*results)[2].rows[0][0], SqlValue(2)) << "a later read sees earlier writes";

  const std::vector<Statement> poisoned = {{insert_book, {text("3"), text("Three")}},
                                           {insert_book, {text("4"), std::monostate{}}},
                                           {insert_book, {text("5"), text("Five")}}};
  EXPECT_TRUE(refused(world.service.batch(poisoned), FailureKind::constraint,
                      "D1_ERROR: NOT NULL constraint failed: Books.title: SQLITE_CONSTRAINT "
                      "(extended: SQLITE_CONSTRAINT_NOTNULL)"));
  const std::vector<Statement> misspelt = {{insert_book, {text("3"), text("Three")}},
                                           {"SELEC", {}}};
  EXPECT_FALSE(world.service.batch(misspelt));
  EXPECT_EQ(count("Books"), 2);
}

TEST_F(D1Library, AnEmptyBatchIsRefused) {
  EXPECT_TRUE(refused(world.service.batch({}), FailureKind::malformed,
                      "D1_ERROR: No SQL statements detected."));
}

TEST_F(D1Library, OrRollbackEndsTheWholeBatch) {
  add_book("1", "One");
  const std::vector<Statement> batch = {
      {insert_book, {text("2"), text("Two")}},
      {"INSERT OR ROLLBACK INTO Books (isbn, title, authors, canonical_metadata) "
       "VALUES ('1', 't', '[]', '{}')",
       {}}};
  EXPECT_FALSE(world.service.batch(batch));
  EXPECT_EQ(count("Books"), 1);
  EXPECT_TRUE(world.query("SELECT 1")) << "the next call starts afresh";
}

TEST(D1Query, OfSeveralStatementsRunsAllAndAnswersTheLast) {
  D1World world;
  const auto result = world.query(
      "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2); INSERT INTO t VALUES (3);"
      "SELECT a FROM t WHERE a > ?1; -- the end",
      {1.0});
  ASSERT_TRUE(result);
  EXPECT_THAT(result->columns, ElementsAre("a"));
  EXPECT_THAT(result->rows, ElementsAre(SqlRow{2}, SqlRow{3}));
  EXPECT_EQ(result->meta.changes, 3) << "of all of them";

  EXPECT_FALSE(world.query("INSERT INTO t VALUES (4); SELEC"));
  EXPECT_EQ(value_of(world.query("SELECT count(*) FROM t")), SqlValue(3)) << "undone together";
}

TEST(D1Query, NamesTheColumnsAlsoWithoutRows) {
  D1World world;
  const auto result = world.query("SELECT 1 AS a, 2 AS a WHERE 0");
  EXPECT_THAT(result->columns, ElementsAre("a", "a"));
  EXPECT_TRUE(result->rows.empty());
}

struct BoundCase {
  std::string name;
  SqlValue bound;
  std::string type;     // typeof(?1)
  std::string in_text;  // what a TEXT column makes of it, quoted
};

class BoundValue : public testing::TestWithParam<BoundCase> {};

TEST_P(BoundValue, ArrivesAsD1BindsIt) {
  D1World world;
  ASSERT_TRUE(world.query("CREATE TABLE t (a TEXT)"));
  EXPECT_EQ(value_of(world.query("SELECT typeof(?1)", {GetParam().bound})), text(GetParam().type));
  ASSERT_TRUE(world.query("INSERT INTO t VALUES (?1)", {GetParam().bound}));
  EXPECT_EQ(value_of(world.query("SELECT quote(a) FROM t")), text(GetParam().in_text));
}

INSTANTIATE_TEST_SUITE_P(
    Reference, BoundValue,
    testing::Values(BoundCase{"Null", std::monostate{}, "null", "NULL"},
                    BoundCase{"Five", std::int64_t{5}, "real", "'5.0'"},
                    BoundCase{"True", std::int64_t{1}, "real", "'1.0'"},
                    BoundCase{"Half", 0.5, "real", "'0.5'"},
                    BoundCase{"Text", std::string("a"), "text", "'a'"},
                    BoundCase{"Bytes", Blob{"\x01\xFF"}, "blob", "X'01FF'"},
                    BoundCase{"NotANumber", std::nan(""), "null", "NULL"},
                    BoundCase{"Infinity", std::numeric_limits<double>::infinity(), "null", "NULL"}),
    [](const auto& row) { return row.param.name; });

TEST(D1Values, AnIntegerColumnTurnsFivePointZeroBackIntoFive) {
  D1World world;
  ASSERT_TRUE(world.query("CREATE TABLE t (whole INTEGER, none)"));
  ASSERT_TRUE(world.query("INSERT INTO t VALUES (?1, ?1)", {5}));
  const auto row = world.query("SELECT whole, none FROM t");
  EXPECT_EQ(row->rows[0], (SqlRow{std::int64_t{5}, 5.0}));
}

TEST(D1Values, IntegersBeyond2To53LosePrecisionBothWays) {
  D1World world;
  ASSERT_TRUE(world.query("CREATE TABLE t (a INTEGER)"));
  ASSERT_TRUE(world.query("INSERT INTO t VALUES (?1)", {std::int64_t{9007199254740993}}));
  EXPECT_EQ(value_of(world.query("SELECT CAST(a AS TEXT) FROM t")), text("9007199254740992"));
  EXPECT_EQ(value_of(world.query("SELECT 9007199254740993")), SqlValue(9007199254740992));
  EXPECT_EQ(value_of(world.query("SELECT 9007199254740992")), SqlValue(9007199254740992));
  EXPECT_EQ(value_of(world.query("SELECT 9223372036854775807")), SqlValue(9223372036854775808.0));
  EXPECT_EQ(value_of(world.query("SELECT -9223372036854775808")),
            SqlValue(std::numeric_limits<std::int64_t>::min()));
  EXPECT_TRUE(is_null(value_of(world.query("SELECT 1e400"))));
}

TEST(D1Values, TextKeepsNulAndShowsWhatIsNotUtf8AsReplacement) {
  D1World world;
  const std::string nul("a\0b", 3);
  EXPECT_EQ(value_of(world.query("SELECT ?1", {nul})), SqlValue(nul));
  EXPECT_EQ(value_of(world.query("SELECT hex(?1)", {nul})), text("610062"));
  EXPECT_EQ(value_of(world.query("SELECT length(?1)", {nul})), SqlValue(1));
  EXPECT_EQ(value_of(world.query("SELECT ?1", {text("\xED\xA0\x80")})), text("\uFFFD\uFFFD\uFFFD"));
  EXPECT_EQ(value_of(world.query("SELECT hex(?1)", {text("\xED\xA0\x80")})), text("EDA080"));
}

TEST_F(D1Library, ForeignKeysCannotBeSwitchedOff) {
  EXPECT_TRUE(world.query("PRAGMA foreign_keys=OFF")) << "accepted, and without effect";
  EXPECT_EQ(value_of(world.query("PRAGMA foreign_keys")), SqlValue(1));
  const std::vector<Statement> batch = {
      {"PRAGMA foreign_keys=OFF", {}},
      {insert_shelf, {text("u"), text("orphan"), text("reading"), 5.0}}};
  EXPECT_TRUE(refused(world.service.batch(batch), FailureKind::constraint,
                      "D1_ERROR: FOREIGN KEY constraint failed: SQLITE_CONSTRAINT (extended: "
                      "SQLITE_CONSTRAINT_FOREIGNKEY)"));
}

TEST_F(D1Library, DeferredForeignKeysAreCheckedAtTheEndOfTheBatch) {
  const Statement defer{"PRAGMA defer_foreign_keys=ON", {}};
  const Statement child{insert_shelf, {text("u"), text("1"), text("reading"), 5.0}};
  const Statement parent{insert_book, {text("1"), text("One")}};
  EXPECT_TRUE(refused(
      world.service.batch(std::vector{defer, child}), FailureKind::constraint,
      "D1_ERROR: Durable Object was reset and rolled back to its last known good state because "
      "the application left the database in a state where constraints were violated: FOREIGN KEY "
      "constraint failed: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_FOREIGNKEY)"));
  EXPECT_EQ(count("UserLibrary"), 0);
  EXPECT_TRUE(world.service.batch(std::vector{defer, child, parent}));
  EXPECT_EQ(count("UserLibrary"), 1);
  EXPECT_FALSE(world.query(insert_shelf, {text("v"), text("2"), text("reading"), 5.0}))
      << "it does not outlast its batch";
}

TEST_F(D1Library, SettingsOfTheOneConnectionStickForEveryone) {
  add_book("1", "One");
  ASSERT_TRUE(world.query("PRAGMA ignore_check_constraints=ON"));
  EXPECT_TRUE(world.query(insert_shelf, {text("u"), text("1"), text("done"), 9.0}));
}

// The service's own failures end its connection: the next call finds another one.
TEST_F(D1Library, AFailedCommitAndOrRollbackForgetWhatTheConnectionRemembered) {
  add_book("1", "One");
  const std::vector<std::vector<Statement>> ends = {
      {{"PRAGMA defer_foreign_keys=ON", {}}, {insert_shelf, {text("u"), text("9"), {}, {}}}},
      {{"INSERT OR ROLLBACK INTO Books (isbn, title, authors, canonical_metadata) "
        "VALUES ('1', 't', '[]', '{}')",
        {}}}};
  for (const std::vector<Statement>& batch : ends) {
    const auto added = world.query(insert_shelf, {text(batch[0].sql), text("1"), {}, {}});
    ASSERT_TRUE(added);
    EXPECT_GT(added->meta.last_row_id, 0);
    ASSERT_TRUE(world.query("PRAGMA ignore_check_constraints=ON"));
    EXPECT_FALSE(world.service.batch(batch));
    EXPECT_EQ(world.query("SELECT 1")->meta.last_row_id, 0);
    EXPECT_EQ(value_of(world.query("PRAGMA ignore_check_constraints")), SqlValue(0));
  }
}

constexpr std::string_view replace_book =
    "INSERT OR REPLACE INTO Books (isbn, title, authors, canonical_metadata) "
    "VALUES (?1, ?2, '[]', '{}')";
constexpr std::string_view upsert_title =
    "INSERT INTO Books (isbn, title, authors, canonical_metadata) VALUES (?1, ?2, '[]', '{}') "
    "ON CONFLICT(isbn) DO UPDATE SET title = excluded.title";

TEST_F(D1Library, W03_ReplacingABookDeletesItsLibraryRows) {
  add_book("1", "One");
  add_book("2", "Two");
  for (const char* user : {"u", "u3", "u5"}) add_shelf(user, "1");
  add_shelf("d", "2");
  const auto replaced = world.query(replace_book, {text("1"), text("New")});
  EXPECT_EQ(replaced->meta.changes, 4) << "three cascaded deletes count";
  const auto left = world.query("SELECT user_id, isbn FROM UserLibrary");
  EXPECT_THAT(left->rows, ElementsAre(SqlRow{text("d"), text("2")}));
}

TEST_F(D1Library, W03_SoItDoesInABatchAndWithDeferredKeys) {
  add_book("1", "One");
  add_shelf("u", "1");
  const std::vector<Statement> batch = {{"PRAGMA defer_foreign_keys=ON", {}},
                                        {replace_book, {text("1"), text("New")}}};
  ASSERT_TRUE(world.service.batch(batch));
  EXPECT_EQ(count("UserLibrary"), 0);
}

TEST_F(D1Library, W03_AnUpsertKeepsThem) {
  add_book("1", "One");
  add_shelf("u", "1");
  EXPECT_EQ(world.query(upsert_title, {text("1"), text("New")})->meta.changes, 1);
  EXPECT_EQ(count("UserLibrary"), 1);
  EXPECT_EQ(value_of(world.query("SELECT title FROM Books")), text("New"));
}

TEST_F(D1Library, W04_DroppingTheTableCascadesToo) {
  add_book("1", "One");
  add_shelf("u", "1");
  ASSERT_TRUE(world.query("PRAGMA defer_foreign_keys=ON; DROP TABLE Books"));
  EXPECT_EQ(count("UserLibrary"), 0);
}

TEST_F(D1Library, W06_TheConflictClauseDoesNotCoverANullTitle) {
  add_book("1", "One");
  const auto failed = world.query(upsert_title, {text("1"), std::monostate{}});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, FailureKind::constraint);
  EXPECT_FALSE(failed.error().retryable);
}

TEST_F(D1Library, W08_TheChecksLetNullAndFourAndAHalfPass) {
  add_book("1", "One");
  EXPECT_TRUE(world.query(insert_shelf, {text("a"), text("1"), std::monostate{}, 4.5}));
  EXPECT_TRUE(world.query(insert_shelf, {text("b"), text("1"), text("reading"), text("5")}));
  const auto ratings =
      world.query("SELECT rating, typeof(rating) FROM UserLibrary ORDER BY user_id");
  EXPECT_THAT(ratings->rows,
              ElementsAre(SqlRow{4.5, text("real")}, SqlRow{std::int64_t{5}, text("integer")}));
}

TEST_F(D1Library, W10_UpsertsBurnAutoincrementIds) {
  constexpr std::string_view upsert =
      "INSERT INTO UserLibrary (user_id, isbn, status) VALUES ('u', ?1, 'reading') "
      "ON CONFLICT(user_id, isbn) DO UPDATE SET status = excluded.status";
  add_book("1", "One");
  add_book("2", "Two");
  const std::int64_t first = world.query(upsert, {text("1")})->meta.last_row_id;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(world.query(upsert, {text("1")})->meta.last_row_id, first) << "left as it was";
  }
  EXPECT_GT(world.query(upsert, {text("2")})->meta.last_row_id, first + 1);
}

TEST_F(D1Library, W11_DefaultTimesFollowTheVirtualClockInWholeSeconds) {
  D1Client& d1 = world.client();
  const auto created = [&] {
    return as_int(value_of(d1.query({"SELECT max(created_at) FROM Books", {}})));
  };
  world.run([&] {
    EXPECT_EQ(value_of(d1.query({"SELECT unixepoch()", {}})), SqlValue(1'764'000'000));
    ASSERT_TRUE(d1.query({insert_book, {text("1"), text("One")}}));
    EXPECT_EQ(created(), 1'764'000'000);
    world.scheduler.sleep(std::chrono::hours(24));
    ASSERT_TRUE(d1.query({insert_book, {text("2"), text("Two")}}));
    EXPECT_EQ(created(), 1'764'000'000 + 86'400);
  });
}

TEST_F(D1Library, CountsChangesAsTheConnectionDoes) {
  add_book("1", "One");
  EXPECT_EQ(world.query(insert_book, {text("2"), text("Two")})->meta.changes, 1);
  EXPECT_EQ(world
                .query("INSERT OR IGNORE INTO Books (isbn, title, authors, canonical_metadata) "
                       "VALUES ('2', 't', '[]', '{}')")
                ->meta.changes,
            0);
  EXPECT_EQ(world.query("UPDATE Books SET title = 'x'")->meta.changes, 2);
  add_shelf("u", "1");
  EXPECT_EQ(world.query("DELETE FROM Books WHERE isbn = '1'")->meta.changes, 2) << "a cascade";
  EXPECT_EQ(world.query("SELECT * FROM Books")->meta.changes, 0);
}

TEST_F(D1Library, BillsWrittenRowsAsObserved) {
  const auto written = [&](std::string_view sql, std::vector<SqlValue> params = {}) {
    const auto result = world.query(sql, std::move(params));
    return result ? result->meta.rows_written : -1;
  };
  EXPECT_EQ(written(upsert_title, {text("1"), text("One")}), 5) << "a new book";
  EXPECT_EQ(written(upsert_title, {text("1"), text("New")}), 1) << "an existing one";
  EXPECT_EQ(written(replace_book, {text("1"), text("One")}), 5);
  constexpr std::string_view shelve =
      "INSERT INTO UserLibrary (user_id, isbn, status, rating) VALUES (?1, '1', 'reading', 4) "
      "ON CONFLICT(user_id, isbn) DO UPDATE SET status = excluded.status, rating = excluded.rating";
  EXPECT_EQ(written(shelve, {text("u")}), 6) << "with the sequence's row";
  EXPECT_EQ(written(shelve, {text("v")}), 6);
  EXPECT_EQ(written(replace_book, {text("1"), text("One")}), 7) << "two cascaded deletes";
  EXPECT_EQ(written("UPDATE Books SET title = 'x'"), 1);
  EXPECT_EQ(written("UPDATE Books SET language = 'fr'"), 2) << "an index as well";
  EXPECT_EQ(written("SELECT * FROM Books"), 0);
  EXPECT_EQ(written("DELETE FROM Books"), 1);
  ASSERT_TRUE(world.query("DROP INDEX idx_books_year"));
  EXPECT_EQ(written(insert_book, {text("2"), text("Two")}), 4) << "the schema is looked at anew";
}

// As workerd counted them.
TEST(D1Costs, OfSequencesRowIdsAndTablesWithoutRowIds) {
  D1World world;
  const auto written = [&](std::string_view sql) {
    const auto result = world.query(sql);
    return result ? result->meta.rows_written : -1;
  };
  ASSERT_TRUE(world.query(
      "CREATE TABLE s (id INTEGER PRIMARY KEY AUTOINCREMENT, x UNIQUE);"
      "CREATE TABLE a (id INTEGER PRIMARY KEY, x, y); CREATE INDEX ax ON a(x);"
      "CREATE TABLE w (id TEXT PRIMARY KEY, x) WITHOUT ROWID; CREATE INDEX wx ON w(x)"));
  EXPECT_EQ(written("INSERT INTO s (x) VALUES (2), (3)"), 5) << "the sequence's row once";
  EXPECT_EQ(written("INSERT INTO s (x) VALUES (2) ON CONFLICT(x) DO UPDATE SET x = 5"), 3);
  EXPECT_EQ(written("INSERT OR IGNORE INTO s (x) VALUES (5)"), 1) << "though nothing was inserted";
  EXPECT_EQ(written("INSERT INTO a (x) VALUES (1), (2)"), 4);
  EXPECT_EQ(written("UPDATE a SET y = 1"), 2);
  EXPECT_EQ(written("UPDATE a SET id = id + 100"), 4) << "every index holds the row id";
  EXPECT_EQ(written("INSERT INTO w VALUES ('b', 1), ('c', 2)"), 4);
  EXPECT_EQ(written("UPDATE w SET x = 4"), 4);
}

TEST(D1Random, IsDrawnFromTheSeed) {
  const auto draw = [](std::uint64_t seed) {
    D1Service::Options options;
    options.seed = seed;
    D1World world(options);
    return world.query("SELECT random(), random(), hex(randomblob(8))")->rows;
  };
  EXPECT_EQ(draw(1), draw(1));
  EXPECT_NE(draw(1), draw(2));
  EXPECT_NE(draw(1)[0][0], draw(1)[0][1]);
}

TEST_F(D1Library, DigestsNameTheTableThatDiffers) {
  add_book("1", "One");
  D1World other;
  apply_plan_schema(other);
  EXPECT_NE(world.service.digest(), other.service.digest());
  ASSERT_TRUE(other.query(insert_book, {text("1"), text("One")}));
  EXPECT_EQ(world.service.table_digests(), other.service.table_digests());

  ASSERT_TRUE(other.query("UPDATE Books SET updated_at = updated_at + 1"));
  auto here = world.service.table_digests();
  auto there = other.service.table_digests();
  EXPECT_NE(here.at("Books"), there.at("Books"));
  EXPECT_EQ(here.at("UserLibrary"), there.at("UserLibrary"));
  const std::vector<std::string> but_time = {"Books.updated_at"};
  EXPECT_EQ(world.service.digest(but_time), other.service.digest(but_time));
  const std::vector<std::string> but_books = {"Books"};
  EXPECT_EQ(world.service.digest(but_books), other.service.digest(but_books));
}

TEST_F(D1Library, DigestsDoNotDependOnTheOrderOfWriting) {
  D1World other;
  apply_plan_schema(other);
  add_book("1", "One");
  add_book("2", "Two");
  ASSERT_TRUE(other.query(insert_book, {text("2"), text("Two")}));
  ASSERT_TRUE(other.query(insert_book, {text("1"), text("One")}));
  EXPECT_EQ(world.service.digest(), other.service.digest());
}

TEST_F(D1Library, AnImageStartsAnotherWorldFromTheSameState) {
  add_book("1", "One");
  const std::string image = world.service.image();
  D1World other;
  ASSERT_TRUE(other.query("CREATE TABLE old (a)"));
  other.service.restore(image);
  EXPECT_EQ(other.service.table_digests(), world.service.table_digests());
  ASSERT_TRUE(other.query(insert_book, {text("2"), text("Two")}));
  EXPECT_EQ(count("Books"), 1) << "nothing is shared";
  EXPECT_EQ(value_of(other.query("SELECT count(*) FROM Books")), SqlValue(2));
  EXPECT_TRUE(refused(other.query("PRAGMA user_version"), FailureKind::malformed,
                      "D1_ERROR: not authorized: SQLITE_AUTH"));
}

TEST(D1Image, OfAnEmptyDatabaseEmpties) {
  D1World empty;
  D1World world;
  ASSERT_TRUE(world.query("CREATE TABLE t (a)"));
  world.service.restore(empty.service.image());
  EXPECT_TRUE(world.service.table_digests().empty());
  EXPECT_TRUE(world.query("CREATE TABLE t (a)"));
}

}  // namespace
}  // namespace cutover::fakes
