#include "core/store/shelf.h"
#include "tests/core/store/test_database.h"

namespace cutover::store {
namespace {

using testing::HasSubstr;
using testing::NiceMock;

class RememberedAnswers : public testing::Test {
 protected:
  void remember(std::string_view key, const RememberedAnswer& answer) {
    ASSERT_TRUE(remember_answer(*database, "u", key, answer).has_value());
  }
  std::string body_of(std::string_view subject, std::string_view key) {
    const auto found = find_answer(*database, subject, key);
    EXPECT_TRUE(found.has_value());
    return found && *found ? (*found)->body : "none";
  }
  void execute(std::string_view sql) { ASSERT_TRUE(database->query({sql, {}}).has_value()) << sql; }

  std::unique_ptr<Database> database = migrated_database();
};

TEST_F(RememberedAnswers, ComeBackWhole) {
  remember("k", {"hash", 201, R"({"success":true})"});
  const auto found = find_answer(*database, "u", "k");
  ASSERT_TRUE(found.has_value() && found->has_value());
  EXPECT_EQ((*found)->request_hash, "hash");
  EXPECT_EQ((*found)->status, 201);
  EXPECT_EQ((*found)->body, R"({"success":true})");
}

TEST_F(RememberedAnswers, BelongToOneSubject) {
  remember("k", {"hash", 200, "mine"});
  EXPECT_EQ(body_of("u", "k"), "mine");
  EXPECT_EQ(body_of("v", "k"), "none");
  EXPECT_EQ(body_of("u", "K"), "none");
}

TEST_F(RememberedAnswers, TheFirstAnswerStays) {
  remember("k", {"hash", 200, "first"});
  remember("k", {"other", 200, "second"});
  EXPECT_EQ(body_of("u", "k"), "first");
}

TEST_F(RememberedAnswers, AreForgottenAfterADay) {
  remember("k", {"hash", 200, "old"});
  execute("UPDATE IdempotencyKeys SET created_at = unixepoch() - 86390");
  EXPECT_EQ(body_of("u", "k"), "old");
  execute("UPDATE IdempotencyKeys SET created_at = unixepoch() - 86400");
  EXPECT_EQ(body_of("u", "k"), "none");
  remember("k", {"hash", 200, "new"});
  EXPECT_EQ(body_of("u", "k"), "new");
}

TEST_F(RememberedAnswers, EachAnswerRemovesABoundedNumberOfOldOnes) {
  execute(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250) "
      "INSERT INTO IdempotencyKeys SELECT 'u', 'old-' || i, 'h', 200, 'b', 1000 + i FROM n");
  const std::string_view count = "SELECT count(*) FROM IdempotencyKeys";
  remember("a", {"h", 200, "b"});
  EXPECT_EQ(number(*database, count), 151);
  EXPECT_EQ(number(*database, "SELECT min(created_at) FROM IdempotencyKeys"), 1101)
      << "the oldest first";
  remember("b", {"h", 200, "b"});
  remember("c", {"h", 200, "b"});
  EXPECT_EQ(number(*database, count), 3);
}

TEST_F(RememberedAnswers, AnOldOneThatWasNotRemovedYetIsReplaced) {
  execute(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150) "
      "INSERT INTO IdempotencyKeys SELECT 'u', 'old-' || i, 'h', 200, 'b', 1000 + i FROM n");
  remember("old-150", {"h", 200, "new"});
  EXPECT_EQ(body_of("u", "old-150"), "new");
}

TEST_F(RememberedAnswers, OldOnesAreFoundByTheirIndex) {
  NiceMock<MockDatabase> watched(*database);
  std::string plan;
  ON_CALL(watched, batch).WillByDefault([&](std::span<const Statement> statements) {
    const std::string sql = "EXPLAIN QUERY PLAN " + std::string(statements[0].sql);
    for (const SqlRow& row : rows_of(*database, sql))
      plan += std::string(as_text(row.at(3))) + "\n";
    return database->batch(statements);
  });
  ASSERT_TRUE(remember_answer(watched, "u", "k", {"h", 200, "b"}).has_value());
  EXPECT_THAT(plan, HasSubstr("INDEX idx_idempotency_keys_created (created_at<?)"));
  EXPECT_THAT(plan, HasSubstr("PRIMARY KEY (subject=? AND key=?)"));
}

TEST_F(RememberedAnswers, FailAsTheDatabaseDoesAndMayBeRepeated) {
  NiceMock<MockDatabase> flaky(*database);
  EXPECT_CALL(flaky, query).WillOnce(query_fails_with(overloaded()));
  EXPECT_CALL(flaky, batch).WillOnce(flaky.applied_but_lost()).WillOnce([&](auto statements) {
    return database->batch(statements);
  });
  EXPECT_EQ(find_answer(flaky, "u", "k").error(), overloaded());
  EXPECT_EQ(remember_answer(flaky, "u", "k", {"h", 200, "b"}).error(), lost_reply());
  EXPECT_TRUE(remember_answer(flaky, "u", "k", {"h", 200, "b"}).has_value());
  EXPECT_EQ(body_of("u", "k"), "b");
}

}  // namespace
}  // namespace cutover::store
