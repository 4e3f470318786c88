#include "core/store/schema_check.h"

#include <stdexcept>

#include "tests/core/store/test_database.h"

namespace cutover::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::NiceMock;

void run(Database& database, std::initializer_list<std::string_view> statements) {
  for (const std::string_view sql : statements) {
    const Outcome<ResultSet> done = database.query({sql, {}});
    ASSERT_TRUE(done.has_value()) << sql << ": " << describe(done.error());
  }
}

// The differences of two databases made by these statements, as text.
std::vector<std::string> differences(std::initializer_list<std::string_view> expected,
                                     std::initializer_list<std::string_view> actual,
                                     Severity severity = Severity::failure) {
  const auto wanted = empty_database();
  const auto found = empty_database();
  run(*wanted, expected);
  run(*found, actual);
  std::vector<std::string> texts;
  const auto checked = check_schema(*wanted, *found);
  if (!checked) return {cutover::describe(checked.error())};
  for (const SchemaDifference& difference : *checked) {
    EXPECT_EQ(name_of(difference.severity), name_of(severity)) << difference.text();
    texts.push_back(difference.text());
  }
  return texts;
}

const TableDescription& table(const SchemaDescription& schema, std::string_view name) {
  for (const TableDescription& candidate : schema.tables) {
    if (candidate.name == name) return candidate;
  }
  throw std::runtime_error("no such table");
}

TEST(SchemaDescription, R1_1_BooksIsAsThePlanHasIt) {
  const auto database = migrated_database();
  const Outcome<SchemaDescription> schema = describe(*database);
  ASSERT_TRUE(schema.has_value());
  const TableDescription& books = table(*schema, "Books");
  std::vector<std::string> planned;
  for (std::size_t i = 0; i < 15; ++i) {
    const ColumnDescription& column = books.columns.at(i);
    planned.push_back(column.name + " " + column.type + (column.not_null ? " NOT NULL" : "") +
                      (column.default_value.empty() ? "" : " = " + column.default_value));
  }
  EXPECT_THAT(
      planned,
      ElementsAre("isbn TEXT NOT NULL", "title TEXT NOT NULL", "authors TEXT NOT NULL",
                  "authors_detailed TEXT", "publication_year INTEGER", "publisher TEXT",
                  "page_count INTEGER", "language TEXT = 'en'", "categories TEXT",
                  "description TEXT", "cover_url TEXT", "thumbnail_url TEXT",
                  "canonical_metadata TEXT NOT NULL", "created_at INTEGER NOT NULL = unixepoch()",
                  "updated_at INTEGER NOT NULL = unixepoch()"));
  EXPECT_EQ(books.columns[0].key_place, 1);
  EXPECT_THAT(books.checks, ElementsAre("origin in ('live', 'backfill')"));
  EXPECT_THAT(books.indexes,
              ElementsAre(IndexDescription{"idx_books_created", "created_at", false, ""},
                          IndexDescription{"idx_books_language", "language", false, ""},
                          IndexDescription{"idx_books_year", "publication_year", false, ""}));
}

TEST(SchemaDescription, R1_2_UserLibraryIsAsThePlanHasIt) {
  const auto database = migrated_database();
  const Outcome<SchemaDescription> schema = describe(*database);
  ASSERT_TRUE(schema.has_value());
  const TableDescription& library = table(*schema, "UserLibrary");
  EXPECT_THAT(library.checks, ElementsAre("rating >= 1 and rating <= 5",
                                          "status in ('want_to_read', 'reading', 'completed')"));
  EXPECT_THAT(library.foreign_keys,
              ElementsAre(ForeignKeyDescription{"isbn", "Books(isbn)", "NO ACTION", "CASCADE"}));
  EXPECT_THAT(library.uniques, ElementsAre("user_id, isbn"));
  EXPECT_THAT(library.options, ElementsAre("autoincrement"));
  EXPECT_THAT(
      library.indexes,
      ElementsAre(IndexDescription{"idx_user_library_added", "user_id, added_at", false, ""},
                  IndexDescription{"idx_user_library_isbn", "isbn", false, ""},
                  IndexDescription{"idx_user_library_rating", "user_id, rating", false, ""},
                  IndexDescription{"idx_user_library_status", "user_id, status", false, ""},
                  IndexDescription{"idx_user_library_user", "user_id", false, ""}));
}

TEST(SchemaDescription, R1_3_R1_4_KnowsTheOtherTablesAndPartialIndexes) {
  const auto database = migrated_database();
  const Outcome<SchemaDescription> schema = describe(*database);
  ASSERT_TRUE(schema.has_value());
  EXPECT_THAT(table(*schema, "CacheMetrics").indexes,
              ElementsAre(IndexDescription{"idx_cache_last_accessed", "last_accessed", false, ""}));
  EXPECT_THAT(table(*schema, "MigrationErrors").options, ElementsAre("without rowid"));
  EXPECT_THAT(table(*schema, "MigrationOutcomes").indexes,
              ElementsAre(IndexDescription{"idx_migration_outcomes_pending", "run_id, key", false,
                                           "outcome = 'pending'"}));
}

TEST(SchemaDescription, LeavesOutTheBookkeepingOfOthers) {
  const auto database = migrated_database();  // has sqlite_sequence, d1_migrations, SchemaChecksums
  const Outcome<SchemaDescription> schema = describe(*database);
  ASSERT_TRUE(schema.has_value());
  for (const TableDescription& found : schema->tables) {
    EXPECT_NE(found.name, "sqlite_sequence");
    EXPECT_NE(found.name, "d1_migrations");
    EXPECT_NE(found.name, "SchemaChecksums");
  }
}

TEST(SchemaDescription, ReadsKeysExpressionsAndOptions) {
  const auto database = empty_database();
  run(*database, {"CREATE TABLE p(a TEXT, b TEXT, PRIMARY KEY (b, a)) WITHOUT ROWID, STRICT",
                  "CREATE TABLE [my \"child\"](x, y, z AS (x + 1), w INT CHECK (w > (0)), "
                  "UNIQUE (y, x), FOREIGN KEY (x, y) REFERENCES p(b, a) ON UPDATE SET NULL, "
                  "FOREIGN KEY (w) REFERENCES p)",
                  "CREATE UNIQUE INDEX i ON [my \"child\"](lower(x), y COLLATE NOCASE DESC) "
                  "WHERE y IS NOT NULL",
                  "CREATE INDEX j ON [my \"child\"](y COLLATE NOCASE DESC)",
                  "CREATE TRIGGER t AFTER INSERT ON p BEGIN SELECT 1; END"});
  const Outcome<SchemaDescription> schema = describe(*database);
  ASSERT_TRUE(schema.has_value());
  const TableDescription& child = table(*schema, "my \"child\"");
  EXPECT_TRUE(child.columns.at(2).generated);
  EXPECT_EQ(child.columns.at(0).type, "");
  EXPECT_THAT(child.checks, ElementsAre("w > (0)"));
  EXPECT_THAT(child.uniques, ElementsAre("y, x"));
  EXPECT_THAT(child.foreign_keys,
              ElementsAre(ForeignKeyDescription{"w", "p", "NO ACTION", "NO ACTION"},
                          ForeignKeyDescription{"x, y", "p(b, a)", "SET NULL", "NO ACTION"}));
  EXPECT_THAT(
      child.indexes,
      ElementsAre(IndexDescription{"i", "lower(x), y collate nocase desc", true, "y is not null"},
                  IndexDescription{"j", "y collate nocase desc", false, ""}));
  const TableDescription& parent = table(*schema, "p");
  EXPECT_THAT(parent.options, ElementsAre("strict", "without rowid"));
  EXPECT_EQ(parent.columns.at(0).key_place, 2);
  EXPECT_THAT(parent.triggers,
              ElementsAre(TriggerDescription{
                  "t", "create trigger t after insert on p begin select 1 ; end"}));
}

TEST(SchemaCheck, R1_6_FindsNothingBetweenTwoMigratedDatabases) {
  const auto expected = migrated_database();
  const auto actual = migrated_database();
  EXPECT_THAT(*check_schema(*expected, *actual), IsEmpty());
}

TEST(SchemaCheck, R1_6_DoesNotMindHowTheSameSchemaIsWritten) {
  EXPECT_THAT(differences({"CREATE TABLE T(a INTEGER NOT NULL CHECK (a >= 1), b TEXT)"},
                          {"create table t(b text, \"a\" integer not null, check(A>=1 /* ! */))"}),
              IsEmpty());
}

TEST(SchemaCheck, R1_6_NamesEachDifferenceOfAColumn) {
  EXPECT_THAT(
      differences({"CREATE TABLE Books(isbn TEXT PRIMARY KEY, title TEXT NOT NULL, y INTEGER, "
                   "z AS (y), n INT NOT NULL DEFAULT 1)"},
                  {"CREATE TABLE Books(isbn TEXT, title TEXT, y, z DEFAULT 'x')"}),
      ElementsAre("Books.isbn: expected place 1 in the primary key, found not in the primary key",
                  "Books.title: expected NOT NULL, found nullable",
                  "Books.y: expected INTEGER, found no type",
                  "Books.z: expected no default, found default 'x'",
                  "Books.z: expected generated, found stored as given",
                  "Books.n: expected INT NOT NULL default 1, found none"));
}

TEST(SchemaCheck, R1_6_NamesEachDifferenceOfConstraintsAndIndexes) {
  EXPECT_THAT(
      differences(
          {"CREATE TABLE p(i TEXT PRIMARY KEY NOT NULL)",
           "CREATE TABLE t(a CHECK (a > 1), b UNIQUE, c REFERENCES p(i) ON DELETE CASCADE)",
           "CREATE INDEX i ON t(a) WHERE a IS NOT NULL", "CREATE INDEX k ON t(b)"},
          {"CREATE TABLE p(i TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID",
           "CREATE TABLE t(a CHECK (a > 2), b, c REFERENCES p(i))", "CREATE INDEX i ON t(a, b)",
           "CREATE TRIGGER g AFTER DELETE ON t BEGIN SELECT 1; END",
           "CREATE UNIQUE INDEX u ON t(b)"}),
      ElementsAre(
          "p, option: expected none, found without rowid", "t, check: expected a > 1, found none",
          "t, check: expected none, found a > 2", "t, unique: expected b, found none",
          "t, foreign key: expected (c) references p(i) on update NO ACTION on delete "
          "CASCADE, found none",
          "t, foreign key: expected none, found (c) references p(i) on update NO ACTION on "
          "delete NO ACTION",
          "t, index i: expected on (a) where a is not null, found on (a, b)",
          "t, index k: expected on (b), found none",
          "t, index u: expected none, found unique on (b)",
          "t, trigger g: expected none, found create trigger g after delete on t begin select 1 ; "
          "end"));
}

TEST(SchemaCheck, R1_6_ATriggerThatIsMissingOrDoesSomethingElseIsAFailure) {
  EXPECT_THAT(
      differences({"CREATE TABLE t(a)", "CREATE TRIGGER f AFTER DELETE ON t BEGIN SELECT 1; END",
                   "CREATE TRIGGER g AFTER DELETE ON t BEGIN SELECT 1; END",
                   "CREATE TRIGGER h AFTER DELETE ON t BEGIN SELECT 1; END"},
                  {"CREATE TABLE t(a)", "CREATE TRIGGER g AFTER DELETE ON t BEGIN SELECT 2; END",
                   "create trigger H after delete on T begin /* ! */ select 1; end"}),
      ElementsAre("t, trigger f: expected create trigger f after delete on t begin "
                  "select 1 ; end, found none",
                  "t, trigger g: expected create trigger g after delete on t begin "
                  "select 1 ; end, found create trigger g after delete on t begin "
                  "select 2 ; end"));
}

TEST(SchemaCheck, R1_6_NamesAMissingTable) {
  EXPECT_THAT(differences({"CREATE TABLE Books(isbn)"}, {}),
              ElementsAre("Books: expected a table, found none"));
}

TEST(SchemaCheck, R1_6_OnlyNotesWhatUsersAddedAndWhatCannotHurt) {
  EXPECT_THAT(
      differences(
          {"CREATE TABLE t(a)"},
          {"CREATE TABLE t(a, b TEXT)", "CREATE TABLE mine(x)", "CREATE INDEX extra ON t(b)"},
          Severity::note),
      ElementsAre("t.b: expected none, found TEXT", "t, index extra: expected none, found on (b)",
                  "mine: expected none, found a table"));
}

TEST(SchemaCheck, R1_6_AnExtraColumnThatCannotFillItselfIsAFailure) {
  EXPECT_THAT(differences({"CREATE TABLE t(a)"}, {"CREATE TABLE t(a, b TEXT NOT NULL)"}),
              ElementsAre("t.b: expected none, found TEXT NOT NULL"));
}

TEST(SchemaCheck, FailsWhenOneOfItsCallsFails) {
  const auto database = migrated_database();
  const auto fresh = migrated_database();
  for (int failing = 0; failing < 5; ++failing) {
    NiceMock<MockDatabase> broken(*database);
    int call = 0;
    ON_CALL(broken, query).WillByDefault([&](const Statement& statement) -> Outcome<ResultSet> {
      if (call++ == failing) return overloaded();
      return database->query(statement);
    });
    ON_CALL(broken, batch)
        .WillByDefault(
            [&](std::span<const Statement> statements) -> Outcome<std::vector<ResultSet>> {
              if (call++ == failing) return overloaded();
              return database->batch(statements);
            });
    EXPECT_EQ(check_schema(broken, *fresh).error().kind, FailureKind::overloaded) << failing;
    call = 0;
    EXPECT_EQ(check_schema(*fresh, broken).error().kind, FailureKind::overloaded) << failing;
  }
}

TEST(SchemaDescription, RefusesADatabaseOfMoreThanAThousandTables) {
  const auto database = empty_database();
  NiceMock<MockDatabase> huge(*database);
  ON_CALL(huge, query).WillByDefault([](const Statement&) -> Outcome<ResultSet> {
    ResultSet result;
    for (int i = 0; i < 1'001; ++i) {
      const std::string name = "t" + std::to_string(i);
      result.rows.push_back({std::string("table"), name, name, std::string("CREATE TABLE x(a)")});
    }
    return result;
  });
  EXPECT_EQ(describe(huge).error().kind, FailureKind::limit_exceeded);
}

TEST(SchemaNames, OfPartsAreForPeople) {
  EXPECT_EQ(name_of(SchemaPart::table), "table");
  EXPECT_EQ(name_of(SchemaPart::foreign_key), "foreign key");
  EXPECT_EQ(name_of(SchemaPart::column), "column");
}

}  // namespace
}  // namespace cutover::store
