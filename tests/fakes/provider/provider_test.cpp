// The simulated provider: what it answers, what goes wrong, and what it counts.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fakes/provider/provider_client.h"

namespace cutover::fakes {
namespace {

constexpr const char* potter = "9780439708180";
constexpr const char* dahl = "9780140328721";

class ProviderTest : public testing::Test {
 protected:
  void use(const ProviderService::Options& options) {
    service = std::make_unique<ProviderService>(scheduler, options);
  }
  void run(const std::function<void(ProviderClient&)>& body) {
    scheduler.spawn(process, "body", [&] {
      ProviderClient client(*service, gate, process);
      body(client);
    });
    scheduler.run();
  }

  sim::Scheduler scheduler{sim::Scheduler::Options{}};
  sim::FaultPlan plan;
  sim::Gate gate{scheduler, plan};
  sim::Process& process{scheduler.start_process("reader")};
  std::unique_ptr<ProviderService> service =
      std::make_unique<ProviderService>(scheduler, ProviderService::Options{});
};

TEST_F(ProviderTest, AnswersWithAVolumeThatNamesTheIsbn) {
  service->put_book(potter, R"({"title":"Potter"})");
  run([&](ProviderClient& client) {
    const auto answer = client.find(potter);
    ASSERT_TRUE(answer && *answer);
    EXPECT_EQ(**answer,
              R"({"kind":"books#volumes","totalItems":1,"items":[{"kind":"books#volume",)"
              R"("volumeInfo":{"title":"Potter","industryIdentifiers":[{"type":"ISBN_13",)"
              R"("identifier":"9780439708180"}]}}]})");
    EXPECT_EQ(scheduler.now(), service->options().latency);
  });
}

TEST_F(ProviderTest, AnswersNothingForWhatItDoesNotKnowAndForgetsWhatWasRemoved) {
  service->put_book(potter, "{}");
  service->remove(potter);
  run([&](ProviderClient& client) {
    const auto answer = client.find(potter);
    ASSERT_TRUE(answer);
    EXPECT_FALSE(answer->has_value());
  });
}

TEST_F(ProviderTest, GivesOddAnswersOnCommand) {
  service->put_other_edition(potter, dahl, R"({"title":"Other"})");
  service->put_unidentified(dahl, R"({"title":"Nameless"})");
  run([&](ProviderClient& client) {
    EXPECT_NE((*client.find(potter))->find(dahl), std::string::npos);
    EXPECT_EQ((*client.find(dahl))->find("industryIdentifiers"), std::string::npos);
  });
}

TEST_F(ProviderTest, FailsTheNextCallsOfOneIsbnOrOfAny) {
  service->fail_next(1, ProviderTrouble::backend_failed, potter);
  service->fail_next(1, ProviderTrouble::html);
  run([&](ProviderClient& client) {
    EXPECT_EQ(client.find(dahl).error().kind, FailureKind::malformed);
    EXPECT_EQ(client.find(potter).error().kind, FailureKind::unavailable);
    EXPECT_TRUE(client.find(potter));
  });
  EXPECT_EQ(service->calls(), 3);
  EXPECT_EQ(service->calls_of(potter), 2);
}

TEST_F(ProviderTest, FailsInASpanOfTimeUntilItIsOver) {
  service->fail_between(std::chrono::seconds(1), std::chrono::seconds(20),
                        ProviderTrouble::timeout);
  run([&](ProviderClient& client) {
    EXPECT_TRUE(client.find(potter));
    scheduler.sleep(std::chrono::seconds(2));
    const Duration before = scheduler.now();
    EXPECT_EQ(client.find(potter).error().kind, FailureKind::timeout);
    EXPECT_EQ(scheduler.now() - before, service->options().timeout);
    scheduler.sleep(std::chrono::seconds(20));
    EXPECT_TRUE(client.find(potter));
  });
}

TEST_F(ProviderTest, RefusesWhatIsBeyondTheDaysQuotaUntilTheDayEnds) {
  ProviderService::Options options;
  options.daily_quota = 2;
  use(options);
  run([&](ProviderClient& client) {
    EXPECT_TRUE(client.find(potter));
    EXPECT_TRUE(client.find(dahl));
    const auto refused = client.find(dahl);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, FailureKind::throttled);
    EXPECT_FALSE(refused.error().retryable);
    scheduler.sleep(refused.error().retry_after);
    EXPECT_TRUE(client.find(dahl)) << "the next day";
  });
}

TEST_F(ProviderTest, ABookCanBeTemporarilyNotFound) {
  service->put_book(potter, R"({"title":"Potter"})");
  service->put_book(dahl, R"({"title":"Matilda"})");
  service->fail_between(std::chrono::seconds(0), std::chrono::minutes(10),
                        ProviderTrouble::not_found, potter);
  run([&](ProviderClient& client) {
    EXPECT_FALSE(client.find(potter)->has_value());
    EXPECT_TRUE(client.find(dahl)->has_value()) << "it is one book's trouble";
    scheduler.sleep(std::chrono::minutes(10));
    EXPECT_TRUE(client.find(potter)->has_value());
  });
}

TEST_F(ProviderTest, EveryTroubleThatIsAFailureHasItsKindAndNoEffect) {
  const std::vector<std::pair<ProviderTrouble, FailureKind>> expected = {
      {ProviderTrouble::quota, FailureKind::throttled},
      {ProviderTrouble::quota_as_400, FailureKind::throttled},
      {ProviderTrouble::rate_limit, FailureKind::throttled},
      {ProviderTrouble::backend_failed, FailureKind::unavailable},
      {ProviderTrouble::timeout, FailureKind::timeout},
      {ProviderTrouble::connection_lost, FailureKind::connection_lost},
      {ProviderTrouble::html, FailureKind::malformed},
      {ProviderTrouble::malformed_json, FailureKind::malformed},
      {ProviderTrouble::huge, FailureKind::limit_exceeded},
      {ProviderTrouble::unknown_location, FailureKind::unauthorized},
      {ProviderTrouble::not_enabled, FailureKind::unauthorized}};
  for (const auto& [trouble, kind] : expected) service->fail_next(1, trouble);
  run([&](ProviderClient& client) {
    for (const auto& [trouble, kind] : expected) {
      const auto answer = client.find(potter);
      ASSERT_FALSE(answer) << name_of(trouble);
      EXPECT_FALSE(is_answer(trouble));
      EXPECT_EQ(answer.error().service, Service::provider);
      EXPECT_EQ(answer.error().effect, Effect::not_applied);
      EXPECT_EQ(answer.error().kind, kind) << name_of(trouble);
      EXPECT_EQ(answer.error().message, failure_of(trouble).message);
    }
    service->fail_next(9, ProviderTrouble::html);
    service->heal();
    EXPECT_TRUE(client.find(potter));
  });
}

TEST(ProviderTroubles, AUsedUpQuotaIsNotWorthWaitingForAndABurstIs) {
  for (const auto trouble : {ProviderTrouble::quota, ProviderTrouble::quota_as_400}) {
    EXPECT_FALSE(failure_of(trouble).retryable);
    EXPECT_EQ(failure_of(trouble, std::chrono::hours(8)).retry_after, std::chrono::hours(8));
  }
  EXPECT_TRUE(failure_of(ProviderTrouble::rate_limit).retryable);
  EXPECT_EQ(failure_of(ProviderTrouble::rate_limit).retry_after, std::chrono::seconds(60));
}

TEST(ProviderTroubles, AWrongEditionIsAWholeAnswerThatNamesAnotherIsbn) {
  for (const std::string isbn : {"9780439708180", "9780521693769"}) {
    const auto answer = odd_answer(ProviderTrouble::wrong_edition, isbn);
    ASSERT_TRUE(answer.has_value());
    EXPECT_NE(answer->find("\"totalItems\":1"), std::string::npos);
    EXPECT_NE(answer->find("ISBN_13"), std::string::npos);
    EXPECT_EQ(answer->find(isbn), std::string::npos);
  }
}

TEST(ProviderTroubles, NotFoundIsTheAnswerNoneAndNoFailure) {
  EXPECT_TRUE(is_answer(ProviderTrouble::not_found));
  EXPECT_EQ(odd_answer(ProviderTrouble::not_found, "9780439708180"), std::nullopt);
  const auto outcome = outcome_of(ProviderTrouble::not_found, "9780439708180");
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(outcome->has_value());
}

TEST(ProviderTroubles, EachHasANameOfItsOwnAndAnOutcome) {
  std::set<std::string_view> names;
  for (const ProviderTrouble trouble : provider_troubles()) {
    names.insert(name_of(trouble));
    EXPECT_EQ(outcome_of(trouble, "9780439708180").has_value(), is_answer(trouble));
  }
  EXPECT_EQ(names.size(), provider_troubles().size());
  EXPECT_EQ(names.size(), 13U);
}

}  // namespace
}  // namespace cutover::fakes
