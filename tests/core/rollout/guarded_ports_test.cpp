#include "core/rollout/guarded_ports.h"

#include <gtest/gtest.h>

#include <utility>

#include "tests/core/rollout/mocks.h"

namespace cutover::rollout {
namespace {

using testing::_;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::NiceMock;
using testing::Return;

using Answer = Outcome<std::optional<std::string>>;

class GuardedPorts : public testing::Test {
 protected:
  StillRuntime runtime;
  TextTelemetry telemetry;
  NiceMock<MockDatabase> database;
  NiceMock<MockProvider> provider;
  std::vector<std::pair<bool, Duration>> heard;
  GuardedDatabase guarded{database, runtime, telemetry, {}, [this](bool ok, Duration took) {
                            heard.emplace_back(ok, took);
                          }};
  GuardedProvider guarded_provider{provider, runtime, telemetry, {}};
};

TEST_F(GuardedPorts, AnswersAndEveryFailureArePassedOnAndReported) {
  const Statement statement{"SELECT 1", {}};
  for (const FailureKind kind : every_kind) {
    const Failure failure = failure_of(Service::d1, kind, Effect::unknown);
    EXPECT_CALL(database, query(_)).WillOnce([&](const Statement&) -> Outcome<ResultSet> {
      runtime.time += 7 * millisecond;
      return failure;
    });
    telemetry.events.clear();
    heard.clear();
    const auto outcome = guarded.query(statement);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), failure);
    EXPECT_THAT(telemetry.events,
                Contains("d1.call ok=0 kind=" + std::string(name_of(kind)) + " micros=7000"));
    EXPECT_THAT(heard, ElementsAre(std::pair(!counts_as_failure(failure), 7 * millisecond)));
  }
  EXPECT_CALL(database, batch(_)).WillOnce(Return(std::vector<ResultSet>(2)));
  telemetry.events.clear();
  const auto batch = guarded.batch(std::span(&statement, 1));
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->size(), 2U);
  EXPECT_THAT(telemetry.events, ElementsAre("d1.call ok=1 kind= micros=0"));
}

TEST_F(GuardedPorts, AnOpenBreakerRefusesWithoutCallingAndSaysWhenToTry) {
  const Failure down = failure_of(Service::d1, FailureKind::unavailable);
  EXPECT_CALL(database, query(_)).Times(20).WillRepeatedly(Return(Outcome<ResultSet>(down)));
  EXPECT_CALL(database, batch(_)).Times(0);
  for (int i = 0; i < 20; ++i) ASSERT_FALSE(guarded.query({"SELECT 1", {}}));
  EXPECT_EQ(guarded.breaker().state(), BreakerState::open);
  EXPECT_THAT(telemetry.events, Contains("breaker.changed service=d1 state=open"));
  runtime.time += 4 * second;
  heard.clear();
  const Statement statement{"SELECT 1", {}};
  const auto refused = guarded.batch(std::span(&statement, 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, FailureKind::unavailable);
  EXPECT_EQ(refused.error().effect, Effect::not_applied);
  EXPECT_EQ(refused.error().retry_after, 6 * second);
  EXPECT_EQ(refused.error().operation, "batch");
  EXPECT_THAT(refused.error().message, HasSubstr("circuit breaker of d1"));
  EXPECT_THAT(heard, ElementsAre(std::pair(false, Duration{0}))) << "F14: not hidden";
  EXPECT_THAT(telemetry.events, Contains("d1.call ok=0 kind=refused micros=0"));
}

TEST_F(GuardedPorts, TheBreakerClosesWhenTheServiceIsBack) {
  const Failure down = failure_of(Service::d1, FailureKind::timeout);
  EXPECT_CALL(database, query(_)).WillRepeatedly(Return(Outcome<ResultSet>(down)));
  for (int i = 0; i < 20; ++i) ASSERT_FALSE(guarded.query({"SELECT 1", {}}));
  EXPECT_CALL(database, query(_)).WillRepeatedly(Return(ResultSet{}));
  runtime.time += 10 * second;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(guarded.query({"SELECT 1", {}}));
  EXPECT_EQ(guarded.breaker().state(), BreakerState::closed);
  EXPECT_EQ(guarded.breaker().counts().opened, 1);
  EXPECT_THAT(telemetry.events, Contains("breaker.changed service=d1 state=half_open"));
  EXPECT_THAT(telemetry.events, Contains("breaker.changed service=d1 state=closed"));
}

TEST_F(GuardedPorts, AnEmptyAnswerOfTheProviderIsASuccess) {
  EXPECT_CALL(provider, find(_)).WillRepeatedly(Return(Answer(std::nullopt)));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(guarded_provider.find("9780306406157"));
  EXPECT_EQ(guarded_provider.breaker().state(), BreakerState::closed);
  EXPECT_EQ(guarded_provider.breaker().counts().failures, 0);
}

// F09, R14: a used-up quota is not asked again until it is renewed, however many readers miss.
TEST_F(GuardedPorts, F09_AUsedUpQuotaLeavesTheProviderAloneUntilItsReset) {
  Failure quota = failure_of(Service::provider, FailureKind::throttled);
  quota.retryable = false;
  quota.retry_after = std::chrono::hours(5);
  EXPECT_CALL(provider, find(_)).Times(1).WillOnce(Return(Answer(quota)));
  ASSERT_FALSE(guarded_provider.find("9780306406157"));
  for (int i = 0; i < 299; ++i) {
    runtime.time += std::chrono::minutes(1);
    const auto refused = guarded_provider.find("9780306406157");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, FailureKind::unavailable);
    EXPECT_EQ(refused.error().retry_after, std::chrono::hours(5) - runtime.time);
  }
  runtime.time = std::chrono::hours(5);
  EXPECT_CALL(provider, find(_)).Times(3).WillRepeatedly(Return(Answer("{}")));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(guarded_provider.find("9780306406157"));
  EXPECT_EQ(guarded_provider.breaker().state(), BreakerState::closed);
}

}  // namespace
}  // namespace cutover::rollout
