// What D1 refuses, and in which words: miniflare-observed section 4, by row.
#include <gmock/gmock.h>

#include "tests/fakes/d1/d1_world.h"

namespace cutover::fakes {
namespace {

constexpr FailureKind malformed = FailureKind::malformed;
constexpr FailureKind constraint = FailureKind::constraint;
constexpr FailureKind beyond_limit = FailureKind::limit_exceeded;
constexpr std::string_view not_authorized = "D1_ERROR: not authorized: SQLITE_AUTH";

struct RefusedCase {
  std::string name;
  std::string sql;
  FailureKind kind;
  std::string message;
};

class RefusedStatement : public testing::TestWithParam<RefusedCase> {};

// The plan's schema with one book and two shelf rows.
void prepare_library(D1World& world) {
  apply_plan_schema(world);
  ASSERT_TRUE(world.query(insert_book, {text("1"), text("One")}));
  ASSERT_TRUE(world.query(insert_shelf, {text("u"), text("1"), text("reading"), 5.0}));
}

TEST_P(RefusedStatement, IsRefusedInTheServicesWordsAndChangesNothing) {
  D1World world;
  prepare_library(world);
  const std::string before = world.service.digest();
  EXPECT_TRUE(refused(world.query(GetParam().sql), GetParam().kind, GetParam().message));
  EXPECT_EQ(world.service.digest(), before);
}

auto name_of_case = [](const auto& row) { return row.param.name; };

INSTANTIATE_TEST_SUITE_P(
    Constraints, RefusedStatement,
    testing::Values(
        RefusedCase{"PrimaryKey",
                    "INSERT INTO Books (isbn, title, authors, canonical_metadata) "
                    "VALUES ('1', 't', '[]', '{}')",
                    constraint,
                    "D1_ERROR: UNIQUE constraint failed: Books.isbn: SQLITE_CONSTRAINT (extended: "
                    "SQLITE_CONSTRAINT_PRIMARYKEY)"},
        RefusedCase{"UniquePair", "INSERT INTO UserLibrary (user_id, isbn) VALUES ('u', '1')",
                    constraint,
                    "D1_ERROR: UNIQUE constraint failed: UserLibrary.user_id, UserLibrary.isbn: "
                    "SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)"},
        RefusedCase{"NotNull",
                    "INSERT INTO Books (isbn, title, authors, canonical_metadata) "
                    "VALUES ('2', NULL, '[]', '{}')",
                    constraint,
                    "D1_ERROR: NOT NULL constraint failed: Books.title: SQLITE_CONSTRAINT "
                    "(extended: SQLITE_CONSTRAINT_NOTNULL)"},
        RefusedCase{"RatingCheck", "UPDATE UserLibrary SET rating = 6", constraint,
                    "D1_ERROR: CHECK constraint failed: rating >= 1 AND rating <= 5: "
                    "SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_CHECK)"},
        RefusedCase{"RatingCheckOfText", "UPDATE UserLibrary SET rating = 'abc'", constraint,
                    "D1_ERROR: CHECK constraint failed: rating >= 1 AND rating <= 5: "
                    "SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_CHECK)"},
        RefusedCase{"StatusCheck", "UPDATE UserLibrary SET status = 'done'", constraint,
                    "D1_ERROR: CHECK constraint failed: status IN ('want_to_read', 'reading', "
                    "'completed'): SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_CHECK)"},
        RefusedCase{"ForeignKey", "INSERT INTO UserLibrary (user_id, isbn) VALUES ('u', 'nope')",
                    constraint,
                    "D1_ERROR: FOREIGN KEY constraint failed: SQLITE_CONSTRAINT (extended: "
                    "SQLITE_CONSTRAINT_FOREIGNKEY)"},
        RefusedCase{"Trigger",
                    "CREATE TRIGGER t BEFORE UPDATE ON Books BEGIN SELECT RAISE(ABORT, 'my msg'); "
                    "END; UPDATE Books SET title = 'x'",
                    constraint,
                    "D1_ERROR: my msg: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_TRIGGER)"},
        RefusedCase{"Mismatch", "UPDATE UserLibrary SET id = 'text'", constraint,
                    "D1_ERROR: datatype mismatch: SQLITE_MISMATCH"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Syntax, RefusedStatement,
    testing::Values(
        RefusedCase{"Misspelt", "SELEC 1", malformed,
                    "D1_ERROR: near \"SELEC\": syntax error at offset 0: SQLITE_ERROR"},
        RefusedCase{"Incomplete", "CREATE TABLE x (", malformed,
                    "D1_ERROR: incomplete input: SQLITE_ERROR"},
        RefusedCase{"OpenText", "SELECT 'a", malformed,
                    "D1_ERROR: unrecognized token: \"'a\" at offset 7: SQLITE_ERROR"},
        RefusedCase{"NoTable", "SELECT * FROM Nope", malformed,
                    "D1_ERROR: no such table: Nope: SQLITE_ERROR"},
        RefusedCase{"NoColumn", "SELECT nope FROM Books", malformed,
                    "D1_ERROR: no such column: nope at offset 7: SQLITE_ERROR"},
        RefusedCase{"NoColumnToInsert", "INSERT INTO Books (nope) VALUES (1)", malformed,
                    "D1_ERROR: table Books has no column named nope: SQLITE_ERROR"},
        RefusedCase{"NoFunction", "SELECT nope()", malformed,
                    "D1_ERROR: no such function: nope at offset 7: SQLITE_ERROR"},
        RefusedCase{"W07_TableExists", "CREATE TABLE Books (a)", malformed,
                    "D1_ERROR: table Books already exists at offset 13: SQLITE_ERROR"},
        RefusedCase{"W07_IndexExists", "CREATE INDEX idx_books_year ON Books(title)", malformed,
                    "D1_ERROR: index idx_books_year already exists: SQLITE_ERROR"},
        RefusedCase{"ThePlansLiteralText", "INSERT OR REPLACE INTO Books (...) VALUES (...)",
                    malformed, "D1_ERROR: near \".\": syntax error at offset 30: SQLITE_ERROR"},
        RefusedCase{"Empty", "", malformed, "D1_ERROR: No SQL statements detected."},
        RefusedCase{"Blank", " \n\t ", malformed, "D1_ERROR: No SQL statements detected."},
        RefusedCase{"CommentOnly", "-- nothing", malformed,
                    "D1_ERROR: No SQL statements detected."},
        RefusedCase{"BadJson", "SELECT json_extract('{', '$.a')", malformed,
                    "D1_ERROR: malformed JSON: SQLITE_ERROR"}),
    name_of_case);

std::vector<RefusedCase> unauthorized() {
  std::vector<RefusedCase> cases = {
      {"Attach", "ATTACH 'other.db' AS other", malformed, std::string(not_authorized)},
      {"TempTable", "CREATE TEMP TABLE t (a)", malformed, std::string(not_authorized)},
      {"TempView", "CREATE TEMP VIEW v AS SELECT 1", malformed, std::string(not_authorized)},
      {"CloudflareName", "CREATE TABLE _cf_x (a)", malformed, std::string(not_authorized)},
      {"CloudflareNameInCapitals", "CREATE TABLE _CF_X (a)", malformed,
       std::string(not_authorized)},
      {"SqliteName", "CREATE TABLE sqlite_x (a)", malformed,
       "D1_ERROR: object name reserved for internal use: sqlite_x: SQLITE_ERROR"},
      {"Version", "SELECT sqlite_version()", malformed,
       "D1_ERROR: not authorized to use function: sqlite_version at offset 7: SQLITE_ERROR"},
      {"Vacuum", "VACUUM", malformed,
       "D1_ERROR: cannot VACUUM from within a transaction: SQLITE_ERROR"},
  };
  for (const char* pragma :
       {"user_version",   "journal_mode",    "page_count",     "max_page_count", "freelist_count",
        "synchronous",    "cache_size",      "encoding",       "database_list",  "compile_options",
        "function_list",  "collation_list",  "auto_vacuum",    "busy_timeout",   "application_id",
        "schema_version", "writable_schema", "query_only",     "temp_store",     "wal_checkpoint",
        "analysis_limit", "threads",         "trusted_schema", "secure_delete",  "locking_mode",
        "mmap_size",      "integrity_check"}) {
    cases.push_back({std::string("Pragma_") + pragma, std::string("PRAGMA ") + pragma, malformed,
                     std::string(not_authorized)});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(NotAuthorized, RefusedStatement, testing::ValuesIn(unauthorized()),
                         name_of_case);

std::string repeated(std::string_view item, int times, std::string_view between) {
  std::string all(item);
  for (int i = 1; i < times; ++i) all.append(between).append(item);
  return all;
}

INSTANTIATE_TEST_SUITE_P(
    Limits, RefusedStatement,
    testing::Values(
        RefusedCase{"Of101Parameters", "SELECT " + repeated("?", 101, ","), beyond_limit,
                    "D1_ERROR: too many SQL variables at offset 207: SQLITE_ERROR"},
        RefusedCase{"OfParameter101", "SELECT ?101", beyond_limit,
                    "D1_ERROR: variable number must be between ?1 and ?100 at offset 7: "
                    "SQLITE_ERROR"},
        RefusedCase{"Of100000Bytes", "SELECT '" + std::string(100'000 - 9, 'x') + "'", beyond_limit,
                    "D1_ERROR: statement too long: SQLITE_TOOBIG"},
        RefusedCase{"Of101Columns",
                    "CREATE TABLE cc (" +
                        [] {
                          std::string columns = "c0";
                          for (int i = 1; i < 101; ++i) columns += ",c" + std::to_string(i);
                          return columns;
                        }() +
                        ")",
                    beyond_limit, "D1_ERROR: too many columns on cc: SQLITE_ERROR"},
        RefusedCase{"Of101ResultColumns", "SELECT " + repeated("1", 101, ","), beyond_limit,
                    "D1_ERROR: too many columns in result set: SQLITE_ERROR"},
        RefusedCase{"Of33Arguments", "SELECT max(" + repeated("1", 33, ",") + ")", beyond_limit,
                    "D1_ERROR: too many arguments on function max at offset 7: SQLITE_ERROR"},
        RefusedCase{"OfSixTerms", repeated("SELECT 1", 6, " UNION ALL "), beyond_limit,
                    "D1_ERROR: too many terms in compound SELECT: SQLITE_ERROR"},
        RefusedCase{"OfDepth101", "SELECT " + repeated("1", 101, "+"), beyond_limit,
                    "D1_ERROR: Expression tree is too large (maximum depth 100): SQLITE_ERROR"},
        RefusedCase{"OfAPatternOf51Bytes", "SELECT 'a' LIKE '" + std::string(51, 'x') + "'",
                    beyond_limit, "D1_ERROR: LIKE or GLOB pattern too complex: SQLITE_ERROR"},
        RefusedCase{"OfAValueOf2000001Bytes", "SELECT zeroblob(2000001)", beyond_limit,
                    "D1_ERROR: string or blob too big: SQLITE_TOOBIG"}),
    name_of_case);

TEST(D1Limits, WhatIsExactlyAtTheLimitPasses) {
  D1World world;
  std::string columns = "c0";
  for (int i = 1; i < 100; ++i) columns += ",c" + std::to_string(i);
  for (const std::string& sql :
       {"SELECT '" + std::string(99'999 - 9, 'x') + "'", "CREATE TABLE cc (" + columns + ")",
        "SELECT " + repeated("1", 100, ","), "SELECT max(" + repeated("1", 32, ",") + ")",
        repeated("SELECT 1", 5, " UNION ALL "), "SELECT " + repeated("1", 100, "+"),
        "SELECT 'a' LIKE '" + std::string(50, 'x') + "'", std::string("SELECT zeroblob(2000000)"),
        "VALUES " + repeated("(1)", 200, ",")}) {
    const auto result = world.query(sql);
    EXPECT_TRUE(result) << sql.substr(0, 60) << ": " << result.error().message;
  }
  const auto all = world.query("SELECT " + repeated("?", 100, ","),
                               std::vector<SqlValue>(100, SqlValue(text("v"))));
  EXPECT_TRUE(all);
}

TEST(D1Limits, ABoundValueOrARowOverTwoMillionBytesIsRefused) {
  D1World world;
  ASSERT_TRUE(world.query("CREATE TABLE t (a, b)"));
  const std::string largest(2'000'000, 'x');
  EXPECT_EQ(value_of(world.query("SELECT length(?1)", {largest})), SqlValue(2'000'000));
  constexpr std::string_view too_big = "D1_ERROR: string or blob too big: SQLITE_TOOBIG";
  EXPECT_TRUE(refused(world.query("SELECT length(?1)", {largest + "x"}), beyond_limit, too_big));
  EXPECT_TRUE(
      refused(world.query("SELECT length(?1)", {Blob{largest + "x"}}), beyond_limit, too_big));
  EXPECT_TRUE(refused(world.query("INSERT INTO t VALUES (?1, ?2)",
                                  {std::string(1'000'000, 'x'), std::string(1'000'001, 'x')}),
                      beyond_limit, too_big));
  EXPECT_EQ(value_of(world.query("SELECT count(*) FROM t")), SqlValue(0));
}

TEST(D1Transactions, AreRefusedAloneInATextAndInABatch) {
  constexpr std::string_view advice =
      "D1_ERROR: To execute a transaction, please use the state.storage.transaction() or "
      "state.storage.transactionSync() APIs instead of the SQL BEGIN TRANSACTION or SAVEPOINT "
      "statements. The JavaScript API is safer because it will automatically roll back on "
      "exceptions, and because it interacts correctly with Durable Objects' automatic atomic write "
      "coalescing.";
  D1World world;
  ASSERT_TRUE(world.query("CREATE TABLE t (a)"));
  for (const std::string verb :
       {"BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT s", "RELEASE s", "begin immediate"}) {
    EXPECT_TRUE(refused(world.query(verb), malformed, advice)) << verb;
    EXPECT_TRUE(refused(world.query("INSERT INTO t VALUES (1); " + verb), malformed, advice));
    const std::vector<Statement> batch = {{"INSERT INTO t VALUES (1)", {}}, {verb, {}}};
    EXPECT_TRUE(refused(world.service.batch(batch), malformed, advice)) << verb;
  }
  EXPECT_EQ(value_of(world.query("SELECT count(*) FROM t")), SqlValue(0));
}

TEST(D1Bindings, AWrongNumberIsRefused) {
  D1World world;
  constexpr std::string_view wrong = "D1_ERROR: Wrong number of parameter bindings for SQL query.";
  EXPECT_TRUE(refused(world.query("SELECT ?1"), malformed, wrong));
  EXPECT_TRUE(refused(world.query("SELECT ?1", {text("a"), text("b")}), malformed, wrong));
  EXPECT_TRUE(refused(world.query("SELECT ?2", {text("a")}), malformed, wrong));
  EXPECT_TRUE(refused(world.query("SELECT 1", {text("a")}), malformed, wrong));
  EXPECT_TRUE(refused(world.query("SELECT ?1; SELECT ?1", {text("a")}), malformed,
                      "D1_ERROR: When executing multiple SQL statements in a single call, only the "
                      "last statement can have parameters."));
  for (const std::string_view name : {"SELECT :a", "SELECT @a", "SELECT $a"}) {
    EXPECT_EQ(value_of(world.query(name, {text("v")})), text("v")) << name;
  }
}

class AllowedPragma : public testing::TestWithParam<std::string> {};

TEST_P(AllowedPragma, Passes) {
  D1World world;
  apply_plan_schema(world);
  const auto result = world.query("PRAGMA " + GetParam());
  EXPECT_TRUE(result) << result.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Reference, AllowedPragma,
    testing::Values("foreign_keys", "defer_foreign_keys", "ignore_check_constraints",
                    "legacy_alter_table", "recursive_triggers", "reverse_unordered_selects",
                    "case_sensitive_like=OFF", "table_list", "table_info(Books)",
                    "table_xinfo(Books)", "index_list(Books)", "index_info(idx_books_year)",
                    "index_xinfo(idx_books_year)", "foreign_key_list(UserLibrary)",
                    "foreign_key_check", "quick_check", "optimize", "data_version", "page_size"));

class RefusedPragma : public testing::TestWithParam<std::string> {};

TEST_P(RefusedPragma, IsNotAuthorized) {
  D1World world;
  apply_plan_schema(world);
  EXPECT_TRUE(refused(world.query("PRAGMA " + GetParam()), FailureKind::malformed,
                      "D1_ERROR: not authorized: SQLITE_AUTH"));
}

INSTANTIATE_TEST_SUITE_P(WithAnArgumentThatD1DoesNotTake, RefusedPragma,
                         testing::Values("foreign_keys(Books)", "case_sensitive_like = 2",
                                         "recursive_triggers(full)", "table_info", "index_list",
                                         "foreign_key_list", "table_info(_cf_x)",
                                         "quick_check(_cf_x)", "optimize(Books)",
                                         "data_version = ON", "page_size = 1024",
                                         "temp.table_info(Books)"));

TEST(D1Engine, ATableGetsNoNameOfTheServicesOwn) {
  D1World world;
  ASSERT_TRUE(world.query("CREATE TABLE t (a)").has_value());
  EXPECT_TRUE(refused(world.query("ALTER TABLE t RENAME TO _cf_t"), FailureKind::malformed,
                      "D1_ERROR: not authorized: SQLITE_AUTH"));
  EXPECT_TRUE(refused(world.query("ALTER TABLE t RENAME /* so */ TO \"_CF_t\""),
                      FailureKind::malformed, "D1_ERROR: not authorized: SQLITE_AUTH"));
  EXPECT_TRUE(world.query("ALTER TABLE t RENAME a TO _cf_a").has_value());
  EXPECT_TRUE(world.query("ALTER TABLE t RENAME TO cf_t").has_value());
}

TEST(D1Engine, HasTheFunctionsThatD1Has) {
  D1World world;
  for (const std::string_view sql :
       {"SELECT unixepoch()", "SELECT datetime('now')", "SELECT strftime('%Y', 'now')",
        "SELECT json_object('a', 1) ->> 'a'", "SELECT value FROM json_each('[1]')",
        "SELECT sqrt(4)", "SELECT iif(1, 2, 3)", "CREATE VIRTUAL TABLE search USING fts5(title)",
        "INSERT INTO search VALUES ('dune')", "SELECT * FROM search WHERE search MATCH 'dune'",
        "CREATE TABLE a (x)", "ALTER TABLE a RENAME TO b", "ALTER TABLE b RENAME COLUMN x TO y",
        "ALTER TABLE b ADD COLUMN z", "ALTER TABLE b DROP COLUMN y", "DROP TABLE b",
        "SELECT name FROM sqlite_master", "EXPLAIN QUERY PLAN SELECT 1"}) {
    const auto result = world.query(sql);
    EXPECT_TRUE(result) << sql << ": " << result.error().message;
  }
  for (const std::string_view sql :
       {"SELECT soundex('a')", "SELECT 'a' REGEXP 'a'", "SELECT * FROM generate_series(1, 2)",
        "SELECT * FROM dbstat", "SELECT load_extension('x')", "SELECT sqlite_source_id()",
        "CREATE VIRTUAL TABLE old USING fts3(title)"}) {
    EXPECT_FALSE(world.query(sql)) << sql;
  }
  EXPECT_TRUE(refused(world.query("SELECT soundex('a')"), FailureKind::malformed,
                      "D1_ERROR: no such function: soundex at offset 7: SQLITE_ERROR"));
  EXPECT_TRUE(refused(world.query("SELECT * FROM dbstat"), FailureKind::malformed,
                      "D1_ERROR: no such table: dbstat: SQLITE_ERROR"));
  EXPECT_TRUE(refused(world.query("SELECT load_extension('x')"), FailureKind::malformed,
                      "D1_ERROR: not authorized: SQLITE_ERROR"));
}

TEST(D1Query, TakesWhatFollowsTheLastStatementOff) {
  D1World world;
  for (const std::string_view sql :
       {"SELECT 7 -- and a comment", "SELECT 7 /* and another */ ;", "SELECT 7;;\n", "SELECT 7 "}) {
    const auto result = world.query(sql);
    ASSERT_TRUE(result) << sql;
    EXPECT_EQ(result->columns, std::vector<std::string>{"7"}) << sql;
  }
  EXPECT_EQ(value_of(world.query("SELECT ';-- /*' ; -- ';")), SqlValue(text(";-- /*")));
}

}  // namespace
}  // namespace cutover::fakes
