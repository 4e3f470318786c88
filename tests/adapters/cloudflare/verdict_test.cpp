// What each end of a request means at the ports: kind, retry, effect.

#include "adapters/cloudflare/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/adapters/cloudflare/recording_server.h"
#include "tests/core/ports/manual_runtime.h"

namespace cutover::cloudflare {
namespace {

using testing::HasSubstr;
using testing::Not;
using K = FailureKind;

constexpr Question kv_read{Service::kv, "get_many", false};
constexpr Question kv_write{Service::kv, "put", true};
constexpr Question d1_batch{Service::d1, "batch", true};

class CloudflareVerdict : public testing::Test {
 protected:
  CloudflareVerdict() {
    ApiOptions options;
    options.account = "acc";
    options.token = "secret-token";
    api_ = std::move(*ApiClient::create(options, runtime_));
  }

  Failure refusal(const Question& question, const Canned& canned) {
    const ApiAnswer answer{canned.status, canned.retry_after, canned.body};
    return judge_refusal(question, answer, Envelope(answer.body), *api_);
  }

  void expect(const Question& question, const Canned& canned, K kind, bool retryable,
              Effect effect = Effect::not_applied) {
    const Failure failure = refusal(question, canned);
    EXPECT_EQ(failure.kind, kind) << canned.body << ": " << describe(failure);
    EXPECT_EQ(failure.retryable, retryable) << canned.body << ": " << describe(failure);
    EXPECT_EQ(failure.effect, effect) << canned.body << ": " << describe(failure);
    EXPECT_EQ(failure.service, question.service);
    EXPECT_EQ(failure.operation, question.operation);
    EXPECT_FALSE(failure.message.empty());
  }

  ManualRuntime runtime_;
  std::unique_ptr<ApiClient> api_;
};

TEST_F(CloudflareVerdict, WhatWasNotSentIsNotAppliedAndALostWriteIsUnknown) {
  Silence silence{K::connection_lost, true, false, "no connection could be made"};
  EXPECT_EQ(judge_silence(kv_write, silence, *api_).effect, Effect::not_applied);
  EXPECT_EQ(judge_silence(d1_batch, silence, *api_).effect, Effect::not_applied);
  silence.sent = true;
  EXPECT_EQ(judge_silence(kv_write, silence, *api_).effect, Effect::unknown);
  EXPECT_EQ(judge_silence(d1_batch, silence, *api_).effect, Effect::unknown);
  EXPECT_EQ(judge_silence(kv_read, silence, *api_).effect, Effect::not_applied);
  EXPECT_EQ(judge_silence(kv_read, silence, *api_).kind, K::connection_lost);
}

TEST_F(CloudflareVerdict, A5xxIsUnavailableAndLeavesAWriteInDoubt) {
  for (const int status : {500, 502, 503, 520, 521}) {
    const Canned canned{status, "<html>"};
    expect(kv_read, canned, K::unavailable, true);
    expect(kv_write, canned, K::unavailable, true, Effect::unknown);
    expect(d1_batch, canned, K::unavailable, true, Effect::unknown);
  }
  for (const int status : {408, 504, 522, 524}) {
    expect(d1_batch, {status, ""}, K::timeout, true, Effect::unknown);
    expect(kv_read, {status, ""}, K::timeout, true);
  }
}

TEST_F(CloudflareVerdict, A429IsThrottledWithTheServicesOwnWish) {
  Canned canned = refused_with(429, 971, "Please wait and consider throttling");
  canned.retry_after = "300";
  expect(kv_write, canned, K::throttled, true);
  expect(d1_batch, canned, K::throttled, true);
  EXPECT_EQ(refusal(kv_write, canned).retry_after, std::chrono::seconds(300));
  canned.retry_after = "3600";  // nobody's patience
  expect(kv_write, canned, K::throttled, false);
  for (const char* odd : {"", "soon", "-5", "99999999999999999999"}) {
    canned.retry_after = odd;
    EXPECT_EQ(refusal(kv_write, canned).retry_after.count(), 0) << odd;
    EXPECT_TRUE(refusal(kv_write, canned).retryable) << odd;
  }
}

TEST_F(CloudflareVerdict, ADailyLimitLastsUntilMidnightUtc) {
  runtime_.start = {1'764'028'800'000'000 - 7'200'000'000};  // 22:00
  const Canned kv = refused_with(429, 10048, "you have reached the free usage limit for today");
  expect(kv_write, kv, K::throttled, false);
  EXPECT_EQ(refusal(kv_write, kv).retry_after, std::chrono::hours(2));
  const Canned d1 = refused_with(400, 7500, "exceeded free tier daily row write limit");
  expect(d1_batch, d1, K::throttled, false);
  EXPECT_EQ(refusal(d1_batch, d1).retry_after, std::chrono::hours(2));
}

TEST_F(CloudflareVerdict, RefusedCredentialsAreUnauthorizedWhateverTheStatus) {
  for (const Question& question : {kv_read, kv_write, d1_batch}) {
    expect(question, refused_with(401, 10000, "Authentication error"), K::unauthorized, false);
    expect(question, refused_with(403, 10000, "Authentication error"), K::unauthorized, false);
    expect(question, refused_with(405, 10000, "Method not allowed"), K::unauthorized, false);
    expect(question, refused_with(400, 6003, "Invalid request headers"), K::unauthorized, false);
    expect(question, {403, "<html>challenge"}, K::unauthorized, false);
  }
}

// The migrator sets a row aside for these kinds; a wrong id must end the run instead.
TEST_F(CloudflareVerdict, AWrongIdOrRouteIsNoFaultOfTheRow) {
  expect(kv_read, refused_with(404, 10013, "get: 'namespace not found'"), K::unavailable, false);
  expect(kv_read, refused_with(400, 10011, "invalid namespace"), K::unavailable, false);
  expect(d1_batch, refused_with(404, 7404, "The database could not be found"), K::unavailable,
         false);
  expect(d1_batch, refused_with(400, 7400, "malformed id"), K::unavailable, false);
  expect(d1_batch, refused_with(405, 7001, "Method not allowed"), K::unavailable, false);
  expect(d1_batch, refused_with(400, 7000, "No route for that URI"), K::unavailable, false);
  expect(d1_batch, {404, "<html>"}, K::unavailable, false);
  expect(d1_batch, {301, ""}, K::unavailable, false);
  EXPECT_THAT(refusal(d1_batch, {301, ""}).message, HasSubstr("base URL"));
}

TEST_F(CloudflareVerdict, D1sWordsAboutAStatementAreTheRowsFault) {
  const auto failed = [](const std::string& words) { return refused_with(400, 7500, words); };
  expect(d1_batch, failed("UNIQUE constraint failed: Books.isbn: SQLITE_CONSTRAINT"), K::constraint,
         false);
  expect(d1_batch, failed("datatype mismatch: SQLITE_MISMATCH"), K::constraint, false);
  expect(d1_batch,
         failed("Durable Object was reset and rolled back to its last known good state because the "
                "application left the database in a state where constraints were violated: FOREIGN "
                "KEY constraint failed: SQLITE_CONSTRAINT"),
         K::constraint, false);
  expect(d1_batch, failed("string or blob too big: SQLITE_TOOBIG"), K::limit_exceeded, false);
  expect(d1_batch, failed("too many SQL variables at offset 213: SQLITE_ERROR"), K::limit_exceeded,
         false);
  expect(d1_batch, failed("no such table: Nope: SQLITE_ERROR"), K::malformed, false);
  expect(d1_batch, failed("Wrong number of parameter bindings for SQL query."), K::malformed,
         false);
}

TEST_F(CloudflareVerdict, D1sResetsAreInDoubtAndItsOverloadIsNot) {
  for (const int status : {400, 429, 500, 503}) {
    const auto failed = [&](const std::string& words) { return refused_with(status, 7500, words); };
    expect(d1_batch, failed("D1 DB is overloaded. Too many requests queued."), K::overloaded, true);
    expect(d1_batch, failed("D1 DB is overloaded. Requests queued for too long."), K::overloaded,
           true);
    expect(d1_batch, failed("D1 DB reset because its code was updated."), K::unavailable, true,
           Effect::unknown);
    expect(d1_batch, failed("Internal error in D1 DB storage caused object to be reset."),
           K::unavailable, true, Effect::unknown);
    expect(d1_batch,
           failed("Internal error while starting up D1 DB storage caused object to be reset."),
           K::unavailable, true);
    expect(d1_batch, failed("Cannot resolve D1 DB due to transient issue on remote node."),
           K::unavailable, true);
    expect(d1_batch,
           failed("D1 DB storage operation exceeded timeout which caused object to be reset."),
           K::timeout, true, Effect::unknown);
    expect(d1_batch, failed("D1 DB exceeded its CPU time limit and was reset."), K::unavailable,
           true, Effect::unknown);
    expect(d1_batch, failed("D1 DB's isolate exceeded its memory limit and was reset."),
           K::unavailable, true, Effect::unknown);
    expect(d1_batch, failed("Network connection lost."), K::connection_lost, true, Effect::unknown);
    expect(d1_batch, failed("Currently processing a long-running export."), K::unavailable, true);
    expect(d1_batch, failed("Exceeded maximum DB size"), K::unavailable, false);
    expect(d1_batch, failed("database or disk is full: SQLITE_FULL"), K::unavailable, false);
    expect(d1_batch, failed("disk I/O error: SQLITE_IOERR"), K::unavailable, true, Effect::unknown);
    expect(d1_batch, failed("database is locked: SQLITE_BUSY"), K::overloaded, true);
    expect(d1_batch, failed("internal error; reference = abc"), K::unavailable, true,
           Effect::unknown);
  }
}

TEST_F(CloudflareVerdict, ASizeThatIsRefusedIsALimit) {
  expect(kv_read, refused_with(413, 10001, "too large"), K::limit_exceeded, false);
  expect(kv_write, {413, ""}, K::limit_exceeded, false);
  expect(d1_batch, {413, ""}, K::limit_exceeded, false);
  expect(kv_read, {414, ""}, K::limit_exceeded, false);
}

TEST_F(CloudflareVerdict, ABadRequestToKvIsMalformed) {
  expect(kv_read, refused_with(400, 10001, "Invalid cursor."), K::malformed, false);
}

TEST_F(CloudflareVerdict, AnAnswerThatIsNoEnvelopeIsMalformedAndLeavesAWriteInDoubt) {
  for (const char* body : {"", "<html>", "{", "[]", "{\"success\":\"yes\"}", "null"}) {
    expect(kv_read, {200, body}, K::malformed, true);
    expect(d1_batch, {200, body}, K::malformed, true, Effect::unknown);
  }
}

TEST_F(CloudflareVerdict, SuccessFalseIsARefusalEvenWithStatus200) {
  expect(kv_write, refused_with(200, 10000, "Authentication error"), K::unauthorized, false);
  expect(d1_batch, refused_with(200, 7500, "no such table: Nope: SQLITE_ERROR"), K::malformed,
         false);
}

TEST_F(CloudflareVerdict, AMessageHasStatusCodeAndTheServicesWordsAndNoToken) {
  const Failure failure =
      refusal(kv_write, refused_with(403, 10000, "secret-token is\\nnot allowed"));
  EXPECT_EQ(failure.message, "status 403 (10000): (token) is?not allowed");
  EXPECT_EQ(refusal(kv_write, {502, " <html>"}).message, "status 502 with HTML instead of JSON");
}

}  // namespace
}  // namespace cutover::cloudflare
