// CloudflareDatabase: its requests, and what it makes of the answers. What every database must do
// is in tests/contracts.

#include "adapters/cloudflare/cloudflare_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/adapters/cloudflare/recording_server.h"

namespace cutover::cloudflare {
namespace {

using testing::HasSubstr;

constexpr const char* empty_result =
    R"({"success":true,"results":{"columns":[],"rows":[]},"meta":{}})";

std::string results(const std::vector<std::string>& each) {
  std::string text;
  for (const std::string& result : each) text += (text.empty() ? "" : ",") + result;
  return "[" + text + "]";
}

std::string one_value(const std::string& json) {
  return R"({"success":true,"results":{"columns":["x"],"rows":[[)" + json + R"(]]},"meta":{}})";
}

struct DatabaseStand {
  explicit DatabaseStand(std::vector<Canned> answers)
      : server(std::move(answers)),
        api(server.client()),
        database(std::move(*CloudflareDatabase::create(*api, "db-1"))) {}

  RecordingServer server;
  std::unique_ptr<ApiClient> api;
  std::unique_ptr<CloudflareDatabase> database;
};

SqlValue value_read(const std::string& json) {
  DatabaseStand stand({succeeded(results({one_value(json)}))});
  const auto result = stand.database->query({"SELECT x", {}});
  if (!result) return describe(result.error());
  return result->rows.at(0).at(0);
}

TEST(CloudflareDatabase, AQuerySendsItsStatementWithItsValues) {
  DatabaseStand stand({succeeded(results({empty_result}))});
  const std::string sql = "INSERT INTO T VALUES (?1, ?2, ?3, ?4)";
  ASSERT_TRUE(stand.database->query(
      {sql, {std::string("a\"\n\xC3\xA9"), std::int64_t{5}, 2.5, std::monostate{}}}));
  const api::HttpRequest request = stand.server.requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/client/v4/accounts/acc/d1/database/db-1/raw");
  EXPECT_EQ(request.header("Content-Type"), "application/json");
  EXPECT_EQ(request.body, "{\"params\":[\"a\\\"\\n\xC3\xA9\",5,2.5,null],\"sql\":\"" + sql + "\"}");
}

TEST(CloudflareDatabase, ABatchIsOneRequest) {
  DatabaseStand stand({succeeded(results({empty_result, empty_result}))});
  const std::vector<Statement> batch = {{"SELECT 1", {}}, {"SELECT ?1", {std::int64_t{2}}}};
  const auto answered = stand.database->batch(batch);
  ASSERT_TRUE(answered) << describe(answered.error());
  EXPECT_EQ(answered->size(), 2U);
  EXPECT_EQ(stand.server.requests().at(0).body,
            R"({"batch":[{"sql":"SELECT 1"},{"params":[2],"sql":"SELECT ?1"}]})");
}

TEST(CloudflareDatabase, ValuesComeAsJsonCarriesThem) {
  EXPECT_EQ(value_read("null"), SqlValue(std::monostate{}));
  EXPECT_EQ(value_read("5"), SqlValue(std::int64_t{5}));
  EXPECT_EQ(value_read("-9007199254740992"), SqlValue(std::int64_t{-9007199254740992}));
  EXPECT_EQ(value_read("9223372036854776000"), SqlValue(9223372036854775808.0));
  EXPECT_EQ(value_read("2.5"), SqlValue(2.5));
  EXPECT_EQ(value_read("1e300"), SqlValue(1e300));
  EXPECT_EQ(value_read("\"a\\u0000b\""), SqlValue(std::string("a\0b", 3)));
  EXPECT_EQ(value_read("[0,255]"), SqlValue(Blob{std::string("\0\xFF", 2)}));
  EXPECT_EQ(value_read("[]"), SqlValue(Blob{}));
  EXPECT_EQ(value_read("true"), SqlValue(std::int64_t{1}));
}

TEST(CloudflareDatabase, TheMetaIsTheServices) {
  DatabaseStand stand({succeeded(results(
      {R"({"success":true,"results":{"columns":[],"rows":[]},"meta":{"served_by":"v3-prod",)"
       R"("duration":1.2345,"changes":3,"last_row_id":7,"changed_db":true,"rows_read":9,)"
       R"("rows_written":11}})"}))});
  const auto result = stand.database->query({"DELETE FROM T", {}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->meta.changes, 3);
  EXPECT_EQ(result->meta.last_row_id, 7);
  EXPECT_EQ(result->meta.rows_read, 9);
  EXPECT_EQ(result->meta.rows_written, 11);
  EXPECT_EQ(result->meta.duration, Duration(1234));
}

TEST(CloudflareDatabase, ATextOfSeveralStatementsAnswersWithTheLastAndCountsAll) {
  const std::string first =
      R"({"success":true,"results":{"columns":[],"rows":[]},"meta":{"changes":2}})";
  DatabaseStand stand({succeeded(results({first, one_value("5")}))});
  const auto result = stand.database->query({"DELETE FROM T; SELECT x", {}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->rows, std::vector<SqlRow>{{std::int64_t{5}}});
  EXPECT_EQ(result->meta.changes, 2);
}

Failure refused_unasked(const Statement& statement) {
  DatabaseStand stand({});
  const auto result = stand.database->query(statement);
  EXPECT_FALSE(result);
  EXPECT_TRUE(stand.server.requests().empty()) << "it was sent";
  if (result) return {};
  EXPECT_EQ(result.error().effect, Effect::not_applied);
  EXPECT_FALSE(result.error().retryable);
  return result.error();
}

TEST(CloudflareDatabase, WhatJsonCannotCarryIsRefusedAndNotSent) {
  const Failure blob = refused_unasked({"SELECT ?1", {Blob{"x"}}});
  EXPECT_EQ(blob.kind, FailureKind::malformed);
  EXPECT_THAT(blob.message, HasSubstr("?1 is a blob"));
  EXPECT_THAT(blob.message, HasSubstr("unhex()"));
  const Failure integer =
      refused_unasked({"SELECT ?1, ?2", {std::int64_t{1}, (std::int64_t{1} << 53) + 1}});
  EXPECT_EQ(integer.kind, FailureKind::limit_exceeded);
  EXPECT_THAT(integer.message, HasSubstr("?2 is the integer 9007199254740993"));
  const Failure bytes = refused_unasked({"SELECT ?1", {std::string("\xFF")}});
  EXPECT_EQ(bytes.kind, FailureKind::malformed);
}

TEST(CloudflareDatabase, WhatD1WouldRefuseForItsSizeIsNotSent) {
  EXPECT_EQ(refused_unasked({"SELECT 1", std::vector<SqlValue>(101)}).kind,
            FailureKind::limit_exceeded);
  EXPECT_EQ(refused_unasked({std::string(100'001, ' '), {}}).kind, FailureKind::limit_exceeded);
  EXPECT_EQ(refused_unasked({"SELECT ?1", {std::string(2'000'001, 'x')}}).kind,
            FailureKind::limit_exceeded);
}

TEST(CloudflareDatabase, ABadStatementOfABatchIsNamed) {
  DatabaseStand stand({});
  const std::vector<Statement> batch = {{"SELECT 1", {}}, {"SELECT ?1", {Blob{"x"}}}};
  const auto answered = stand.database->batch(batch);
  ASSERT_FALSE(answered);
  EXPECT_THAT(answered.error().message, HasSubstr("statement 2: ?1 is a blob"));
  EXPECT_TRUE(stand.server.requests().empty());
}

// A batch that is taken for written though it was not would be a lost row.
TEST(CloudflareDatabase, AnAnswerThatDoesNotFitTheBatchIsMalformedAndItsEffectUnknown) {
  const std::string failed =
      R"({"success":false,"results":{"columns":[],"rows":[]},"meta":{},"error":"x"})";
  const std::vector<std::string> odd = {
      results({}),
      results({empty_result}),
      results({empty_result, empty_result, empty_result}),
      results({empty_result, failed}),
      results({empty_result, R"({"success":true,"meta":{}})"}),
      results({empty_result, R"({"results":{"columns":[],"rows":[]}})"}),
      results({empty_result, R"({"success":true,"results":[{"x":1}],"meta":{}})"}),
      results({empty_result,
               R"({"success":true,"results":{"columns":["a","b"],"rows":[[1]]},"meta":{}})"}),
      results({empty_result, one_value("{\"a\":1}")}),
      results({empty_result, one_value("[256]")}),
      results({empty_result, one_value("[\"a\"]")}),
      "null",
      "{}",
      "5"};
  const std::vector<Statement> batch = {{"SELECT 1", {}}, {"SELECT 2", {}}};
  for (const std::string& result : odd) {
    DatabaseStand stand({succeeded(result)});
    const auto answered = stand.database->batch(batch);
    ASSERT_FALSE(answered) << result;
    EXPECT_EQ(answered.error().kind, FailureKind::malformed) << result;
    EXPECT_EQ(answered.error().effect, Effect::unknown) << result;
    EXPECT_TRUE(answered.error().retryable) << result;
  }
}

TEST(CloudflareDatabase, ARefusedStatementKeepsD1sWords) {
  DatabaseStand stand(
      {refused_with(400, 7500, "UNIQUE constraint failed: Books.isbn: SQLITE_CONSTRAINT")});
  const auto result = stand.database->query({"INSERT INTO Books VALUES (1)", {}});
  ASSERT_FALSE(result);
  EXPECT_EQ(describe(result.error()),
            "d1 query: constraint (not applied): status 400 (7500): UNIQUE constraint failed: "
            "Books.isbn: SQLITE_CONSTRAINT");
}

TEST(CloudflareDatabase, AnIdThatCannotBeOneIsRefusedAtOnce) {
  RecordingServer server({});
  const auto api = server.client();
  EXPECT_FALSE(CloudflareDatabase::create(*api, ""));
  EXPECT_FALSE(CloudflareDatabase::create(*api, "../query"));
}

}  // namespace
}  // namespace cutover::cloudflare
