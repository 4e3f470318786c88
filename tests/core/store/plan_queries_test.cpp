#include "core/store/plan_queries.h"

#include <fstream>
#include <sstream>

#include "tests/core/store/test_database.h"

namespace cutover::store {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::NiceMock;
using testing::Not;
using testing::SizeIs;

const PlanQueryOptions test_user_2024{"test_user", 2024};

class PlanQueriesTest : public testing::Test {
 protected:
  PlanQueriesTest() {
    add_book(*database_, "9780306406157", "A", R"(["Ann","Bob"])", 2001);
    add_book(*database_, "9780141439518", "B", R"(["Bob","Ann","Bob"])", 2001);
    add_book(*database_, "9780140328721", "C", "no json", 1999);
    add_book(*database_, "9780261103573", "D", R"(["Bob", 7, null])", 1999);
  }

  void shelve(std::string_view isbn, std::int64_t rating, std::int64_t added_at) {
    const Outcome<ResultSet> done = database_->query(
        {"INSERT INTO UserLibrary (user_id, isbn, status, rating, added_at) VALUES "
         "('test_user', ?1, 'completed', ?2, ?3)",
         {std::string(isbn), rating, added_at}});
    ASSERT_TRUE(done.has_value());
  }

  std::vector<SqlRow> run(QueryForm form, std::size_t index) {
    const Outcome<ResultSet> result =
        run_plan_query(*database_, plan_queries(form, test_user_2024).at(index));
    EXPECT_TRUE(result.has_value());
    return result ? result->rows : std::vector<SqlRow>();
  }

  std::vector<std::string> plan(QueryForm form, std::size_t index) {
    const auto lines = explain(*database_, plan_queries(form, test_user_2024).at(index));
    EXPECT_TRUE(lines.has_value());
    return lines.value_or(std::vector<std::string>());
  }

  std::unique_ptr<Database> database_ = migrated_database();
};

TEST_F(PlanQueriesTest, R6_2_BothFormsOfAllThreeRunAndExplainThemselves) {
  for (const QueryForm form : {QueryForm::as_planned, QueryForm::corrected}) {
    const std::vector<PlanQuery> queries = plan_queries(form, test_user_2024);
    ASSERT_THAT(queries, SizeIs(3));
    for (const PlanQuery& query : queries) {
      const Outcome<PlanQueryRun> done = run_with_plan(*database_, query);
      ASSERT_TRUE(done.has_value()) << query.name;
      EXPECT_THAT(done->plan, Not(IsEmpty())) << query.name;
      EXPECT_EQ(done->rows,
                static_cast<std::int64_t>(run_plan_query(*database_, query)->rows.size()));
    }
  }
}

TEST_F(PlanQueriesTest, U09_U10_FiveStarBooksAreThoseAddedInTheYearWhateverYearTheyAppeared) {
  shelve("9780306406157", 5, 1704067200);  // the first second of 2024
  shelve("9780141439518", 5, 1735689599);  // the last one
  shelve("9780140328721", 5, 1735689600);  // one second late
  shelve("9780261103573", 4, 1710000000);  // not enough stars
  const auto rows = run(QueryForm::corrected, 0);
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(as_text(rows[0].at(0)), "9780141439518") << "the latest first";
  EXPECT_EQ(as_text(rows[1].at(0)), "9780306406157");
  EXPECT_EQ(run(QueryForm::as_planned, 0), rows);
}

TEST_F(PlanQueriesTest, BooksByYearCountsTheLatestTenYears) {
  const auto rows = run(QueryForm::corrected, 1);
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_THAT(rows[0], ElementsAre(SqlValue(std::int64_t{2001}), SqlValue(std::int64_t{2})));
  EXPECT_EQ(rows, run(QueryForm::as_planned, 1));
  EXPECT_THAT(plan(QueryForm::corrected, 1), Contains(HasSubstr("COVERING INDEX idx_books_year")));
}

TEST_F(PlanQueriesTest, U11_TopAuthorsCountsNamesNotLists) {
  const auto corrected = run(QueryForm::corrected, 2);
  ASSERT_THAT(corrected, SizeIs(2));
  EXPECT_THAT(corrected[0], ElementsAre(SqlValue("Bob"), SqlValue(std::int64_t{3})));
  EXPECT_THAT(corrected[1], ElementsAre(SqlValue("Ann"), SqlValue(std::int64_t{2})));
  const auto planned = run(QueryForm::as_planned, 2);
  EXPECT_THAT(planned, SizeIs(4)) << "the plan takes each list for an author of its own";
}

TEST_F(PlanQueriesTest, W09_FiveStarBooksFindsTheUsersBooksByIndex) {
  EXPECT_THAT(plan(QueryForm::corrected, 0),
              Contains(AllOf(HasSubstr("SEARCH ul USING INDEX idx_user_library_added"),
                             HasSubstr("user_id=? AND added_at>? AND added_at<?"))));
  EXPECT_THAT(plan(QueryForm::corrected, 0), Not(Contains(HasSubstr("TEMP B-TREE"))));
  EXPECT_THAT(plan(QueryForm::as_planned, 0),
              Contains(HasSubstr("SEARCH ul USING INDEX idx_user_library")));
  EXPECT_THAT(plan(QueryForm::corrected, 0), Contains(HasSubstr("SEARCH b USING INDEX")));
}

TEST_F(PlanQueriesTest, R1_8_TheSchemaPageShowsTheQueriesAndThePlansThatSqliteMakes) {
  std::stringstream page;
  page << std::ifstream(std::string(CUTOVER_SOURCE_DIR) + "/docs/DATABASE_SCHEMA.md").rdbuf();
  for (const PlanQuery& query : plan_queries(QueryForm::corrected, test_user_2024)) {
    std::string shown = "```sql\n" + std::string(query.sql) + "\n```\n\n```\n";
    const auto lines = explain(*database_, query);
    ASSERT_TRUE(lines.has_value());
    for (const std::string& line : *lines) shown += line + "\n";
    EXPECT_THAT(page.str(), HasSubstr(shown + "```"));
  }
}

TEST_F(PlanQueriesTest, IndentsInnerStepsOfAPlan) {
  const PlanQuery query{"compound", "", "SELECT 1 UNION SELECT 2", {}};
  EXPECT_THAT(*explain(*database_, query), Contains(testing::StartsWith("  ")));
}

TEST_F(PlanQueriesTest, AsksForOtherYearsAndUsers) {
  const PlanQuery query = plan_queries(QueryForm::corrected, {"someone", 1970}).at(0);
  EXPECT_THAT(query.params, ElementsAre(SqlValue("someone"), SqlValue(std::int64_t{0}),
                                        SqlValue(std::int64_t{31'536'000})));
}

TEST_F(PlanQueriesTest, FailsAsTheDatabaseDoes) {
  const PlanQuery query = plan_queries(QueryForm::corrected, test_user_2024).at(1);
  NiceMock<MockDatabase> broken(*database_);
  EXPECT_CALL(broken, query)
      .WillOnce(query_fails_with(overloaded()))
      .WillOnce([&](const Statement& statement) { return database_->query(statement); })
      .WillOnce(query_fails_with(lost_reply()));
  EXPECT_EQ(run_with_plan(broken, query).error().kind, FailureKind::overloaded);
  EXPECT_EQ(run_with_plan(broken, query).error().kind, FailureKind::connection_lost);
}

}  // namespace
}  // namespace cutover::store
