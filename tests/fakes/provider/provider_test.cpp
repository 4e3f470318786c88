// The simulated provider: what it answers, what goes wrong, and what it counts.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
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

TEST_F(ProviderTest, EveryTroubleIsAFailureWithoutEffect) {
  for (const auto trouble : {ProviderTrouble::quota, ProviderTrouble::backend_failed,
                             ProviderTrouble::timeout, ProviderTrouble::connection_lost,
                             ProviderTrouble::html, ProviderTrouble::unknown_location}) {
    service->fail_next(1, trouble);
  }
  std::vector<FailureKind> kinds;
  run([&](ProviderClient& client) {
    for (int i = 0; i < 6; ++i) {
      const auto answer = client.find(potter);
      ASSERT_FALSE(answer);
      EXPECT_EQ(answer.error().service, Service::provider);
      EXPECT_EQ(answer.error().effect, Effect::not_applied);
      kinds.push_back(answer.error().kind);
    }
    service->fail_next(9, ProviderTrouble::html);
    service->heal();
    EXPECT_TRUE(client.find(potter));
  });
  EXPECT_EQ(kinds, (std::vector<FailureKind>{FailureKind::throttled, FailureKind::unavailable,
                                             FailureKind::timeout, FailureKind::connection_lost,
                                             FailureKind::malformed, FailureKind::unauthorized}));
}

}  // namespace
}  // namespace cutover::fakes
