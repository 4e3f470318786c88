// The schema migrations, applied by the core to workerd's D1 and to the simulated one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "core/store/author_counts.h"
#include "core/store/plan_queries.h"
#include "core/store/schema_migrations.h"
#include "tests/conformance/bench.h"
#include "tests/conformance/fake_d1.h"
#include "tests/conformance/workerd_database.h"

namespace cutover::conformance {
namespace {

std::vector<SqlRow> rows_of(Database& database, const std::string& sql) {
  const auto result = database.query({sql, {}});
  EXPECT_TRUE(result) << sql << ": " << result.error().message;
  return result ? result->rows : std::vector<SqlRow>();
}

// Everything that SQLite tells about a database's schema.
std::vector<SqlRow> schema_of(Database& database) {
  std::vector<SqlRow> all =
      rows_of(database, "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name");
  const std::vector<SqlRow> objects = all;
  for (const SqlRow& object : objects) {
    if (as_text(object[0]) != "table") continue;
    for (const char* pragma : {"table_xinfo", "index_list", "foreign_key_list"}) {
      const auto rows =
          rows_of(database, fmt::format("PRAGMA {}(\"{}\")", pragma, as_text(object[1])));
      all.insert(all.end(), rows.begin(), rows.end());
    }
  }
  return all;
}

// What the core answers to a whole application, and the schema after it.
struct Applied {
  std::vector<std::string> files;
  std::vector<std::string> again;  // by a second application
  std::vector<SqlRow> schema;
};

Applied apply_all(Database& database) {
  Applied applied;
  const auto first = store::apply(database, store::embedded_migrations(), false);
  EXPECT_TRUE(first && first->ok()) << (first ? "a file failed" : first.error().message);
  if (first) applied.files = first->applied;
  if (first && first->failed) ADD_FAILURE() << first->failed->message;
  const auto second = store::apply(database, store::embedded_migrations(), false);
  EXPECT_TRUE(second && second->ok());
  if (second) applied.again = second->applied;
  applied.schema = schema_of(database);
  return applied;
}

TEST(SchemaConformance, R1_5_TheMigrationsGiveWorkerdAndTheFakeTheSameSchema) {
  const auto program = Workerd::find();
  if (!program) GTEST_SKIP() << program.error();
  Bench bench(*program);
  const auto database = bench.fresh_store();
  ASSERT_TRUE(database) << database.error();
  WorkerdDatabase workerd(bench.workerd(), *database);
  const Applied real = apply_all(workerd);
  Applied simulated;
  FakeD1().with_database([&](Database& fake) { simulated = apply_all(fake); });

  EXPECT_EQ(real.files.size(), store::embedded_migrations().size());
  EXPECT_EQ(simulated.files, real.files);
  EXPECT_THAT(real.again, testing::IsEmpty());
  EXPECT_EQ(simulated.again, real.again);
  ASSERT_EQ(simulated.schema.size(), real.schema.size());
  for (std::size_t i = 0; i < real.schema.size(); ++i) {
    EXPECT_TRUE(simulated.schema[i] == real.schema[i]) << "row " << i;
  }
}

// Counted, changed, removed and added: the top authors after all of it.
std::vector<SqlRow> top_authors(Database& database) {
  EXPECT_TRUE(store::apply(database, store::embedded_migrations(), false));
  const std::string insert = "INSERT INTO Books (isbn, title, authors, canonical_metadata) VALUES ";
  rows_of(database, insert + R"(('1', 'A', '["Ann","Bob"]', '{}'), ('2', 'B', '["Bob"]', '{}'))");
  rows_of(database, insert + R"(('3', 'C', '["Cid"]', '{}'), ('4', 'D', 'no json', '{}'))");
  EXPECT_TRUE(store::count_authors(database, 3).value_or(false)) << "one book is left";
  EXPECT_FALSE(store::count_authors(database, 3).value_or(true));
  rows_of(database, R"(UPDATE Books SET authors = '["Cid","Ann"]' WHERE isbn = '2')");
  rows_of(database, "DELETE FROM Books WHERE isbn = '4'");
  rows_of(database, insert + R"(('5', 'E', '["Eve","Cid"]', '{}'))");
  const auto rows =
      database.query(store::plan_queries(store::QueryForm::corrected, {"ann"}).at(2).statement());
  EXPECT_TRUE(rows) << rows.error().message;
  return rows ? rows->rows : std::vector<SqlRow>();
}

TEST(SchemaConformance, R6_2_WorkerdAndTheFakeKeepTheSameCountsOfAuthors) {
  const auto program = Workerd::find();
  if (!program) GTEST_SKIP() << program.error();
  Bench bench(*program);
  const auto store = bench.fresh_store();
  ASSERT_TRUE(store) << store.error();
  WorkerdDatabase workerd(bench.workerd(), *store);
  const std::vector<SqlRow> real = top_authors(workerd);
  std::vector<SqlRow> simulated;
  FakeD1().with_database([&](Database& fake) { simulated = top_authors(fake); });
  ASSERT_EQ(real.size(), 4U);
  for (std::size_t i = 0; i < real.size(); ++i) {
    EXPECT_EQ(as_text(real[i][0]), std::vector<std::string>({"Cid", "Ann", "Bob", "Eve"})[i]);
    EXPECT_EQ(as_int(real[i][1]), std::vector<std::int64_t>({3, 2, 1, 1})[i]);
  }
  EXPECT_TRUE(simulated == real);
}

}  // namespace
}  // namespace cutover::conformance
