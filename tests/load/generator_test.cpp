// Closed and open loops in virtual time (R4.3), and what a stall looks like in each.
#include "load/generator.h"

#include <gtest/gtest.h>

#include "fakes/sim/sanitizers.h"
#include "scenarios/world.h"

namespace cutover::load {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration usual = milliseconds(10);

// Answers after 10 ms, but for once: what comes within [stalls, healthy) waits until `healthy`.
class StallingServer final : public Server {
 public:
  StallingServer(Runtime& runtime, Duration stalls, Duration healthy)
      : runtime_(runtime), started_(runtime.now()), stalls_(stalls), healthy_(healthy) {}

  Reply ask(const Request&) override {
    count(1);
    const Duration now = runtime_.now() - started_;
    runtime_.sleep(now >= stalls_ && now < healthy_ ? healthy_ - now : usual);
    count(-1);
    Reply reply;
    reply.status = 200;
    reply.right = true;
    reply.complete = true;
    reply.tier = Tier::kv;
    reply.bytes = 100;
    return reply;
  }

  // Every user counts here.
  void count(int more) {
    const sim::Quiet quiet;
    asked += more > 0 ? 1 : 0;
    under_way += more;
    most_under_way = std::max(most_under_way, under_way);
  }

  int asked = 0;
  int under_way = 0;
  int most_under_way = 0;

 private:
  Runtime& runtime_;
  Duration started_;
  Duration stalls_;
  Duration healthy_;
};

struct Outcome {
  Measured measured{seconds(1)};
  int asked = 0;
  int most_under_way = 0;
};

Outcome load(const Profile& profile, Duration stalls = Duration{0}, Duration healthy = Duration{0},
             std::function<bool()> stop = {}) {
  sim::FaultPlan no_faults;
  scenarios::World world({}, no_faults);
  const RequestSource source(profile, 1, {"9780000000019"}, {});
  Outcome outcome;
  world.invoke("load", 0, scenarios::no_limits(), [&](scenarios::Isolate& isolate) {
    StallingServer server(isolate.runtime, stalls, healthy);
    Watch watch;
    watch.stop = std::move(stop);
    outcome.measured =
        Generator(isolate.runtime, server, source, profile, 1, seconds(1), watch).run();
    outcome.asked = server.asked;
    outcome.most_under_way = server.most_under_way;
  });
  return outcome;
}

Profile ten_a_second(Executor executor) {
  Profile profile;
  profile.executor = executor;
  profile.stages = {{Duration{0}, 10}, {seconds(60), 10}};
  if (executor == Executor::virtual_users) {
    profile.stages = {{Duration{0}, 1}, {seconds(60), 1}};
    profile.think = milliseconds(90);  // with the answer's 10 ms: ten a second
  }
  profile.connections = 1;
  return profile;
}

TEST(LoadGenerator, AnOpenLoopShowsAStallThatAClosedLoopHides) {
  const auto stalls = seconds(20);
  const auto healthy = seconds(26);
  const Outcome closed = load(ten_a_second(Executor::virtual_users), stalls, healthy);
  const Outcome open = load(ten_a_second(Executor::arrivals), stalls, healthy);
  const Histogram closed_loop = closed.measured.all({}).duration;
  const Cell open_loop = open.measured.all({});
  // One request met the stall: the user waited, and sent none of the 60 that were due.
  EXPECT_LT(closed_loop.percentile(95), milliseconds(11));
  EXPECT_NEAR(static_cast<double>(closed_loop.count()), 540, 2);
  // All of them met it: 60 of 600, and those behind them in line.
  EXPECT_GT(open_loop.duration.percentile(95), seconds(3));
  EXPECT_EQ(open_loop.duration.count(), 600U);
  // By when they were sent, the open loop would have hidden it too.
  EXPECT_LT(open_loop.service.percentile(95), milliseconds(11));
  EXPECT_GT(open.measured.late, 55U);
  EXPECT_EQ(closed.measured.late, 0U);
}

TEST(LoadGenerator, WithoutAStallBothLoopsAgree) {
  for (const Executor executor : {Executor::virtual_users, Executor::arrivals}) {
    const Measured measured = load(ten_a_second(executor)).measured;
    EXPECT_EQ(measured.all({}).duration.count(), 600U);
    EXPECT_EQ(measured.all({}).duration.max(), usual);
    EXPECT_EQ(measured.elapsed, seconds(60));
    EXPECT_FALSE(measured.interrupted);
  }
}

TEST(LoadGenerator, UsersComeAndGoAsTheStagesSay) {
  Profile profile;  // the plan's
  const Outcome outcome = load(profile);
  // A turn takes 1.01 s: the area of the ramps (750 and 1,500) and of the minute (6,000 user
  // seconds), and a turn more or less of each user.
  EXPECT_NEAR(outcome.asked, (750 + 6000 + 1500) / 1.01, 100);
  EXPECT_EQ(outcome.measured.iterations, static_cast<std::uint64_t>(outcome.asked));
}

TEST(LoadGenerator, UsersWhoDoNotThinkAreAllUnderWay) {
  Profile profile;
  profile.stages = {{Duration{0}, 7}, {seconds(1), 7}};
  profile.think = Duration{0};
  EXPECT_EQ(load(profile).most_under_way, 7);
}

TEST(LoadGenerator, NoMoreRequestsAreUnderWayThanThereAreConnections) {
  Profile profile = ten_a_second(Executor::arrivals);
  profile.stages = {{Duration{0}, 1000}, {seconds(2), 1000}};
  profile.connections = 4;  // of which 400 a second are possible
  const Outcome outcome = load(profile);
  EXPECT_EQ(outcome.most_under_way, 4);
  EXPECT_EQ(outcome.asked, 2000) << "late, not lost";
  EXPECT_GT(outcome.measured.all({}).duration.max(), seconds(2));
}

TEST(LoadGenerator, IndependentArrivalsComeAsOftenButNotEvenly) {
  Profile profile = ten_a_second(Executor::arrivals);
  profile.stages = {{Duration{0}, 10}, {seconds(600), 10}};
  profile.connections = 100;
  profile.spacing = Spacing::poisson;
  const Outcome outcome = load(profile);
  EXPECT_NEAR(outcome.asked, 6000, 6 * 78) << "six standard deviations of a count";
  EXPECT_GT(outcome.most_under_way, 1);
}

TEST(LoadGenerator, AWarmUpIsSentAndNotCounted) {
  Profile profile = ten_a_second(Executor::arrivals);
  profile.warm_up = seconds(30);
  const Outcome outcome = load(profile, seconds(5), seconds(6));
  EXPECT_EQ(outcome.asked, 600);
  EXPECT_NEAR(static_cast<double>(outcome.measured.iterations), 300, 1);
  EXPECT_EQ(outcome.measured.all({}).duration.max(), usual) << "the stall was before";
  EXPECT_EQ(outcome.measured.elapsed, seconds(30));
  EXPECT_LE(outcome.measured.series.size(), 31U);
}

TEST(LoadGenerator, AStoppedLoadKeepsWhatItMeasured) {
  int looks = 0;
  const Outcome outcome = load(ten_a_second(Executor::arrivals), Duration{0}, Duration{0},
                               [&] { return ++looks > 99; });
  EXPECT_TRUE(outcome.measured.interrupted);
  EXPECT_GT(outcome.measured.iterations, 10U);
  EXPECT_LT(outcome.measured.iterations, 100U);
  EXPECT_LT(outcome.measured.elapsed, seconds(60));
}

TEST(LoadMeasured, MergedLoadsAreOne) {
  Profile profile = ten_a_second(Executor::arrivals);
  Measured sum = load(profile).measured;
  sum.merge(load(profile, seconds(10), seconds(12)).measured);
  EXPECT_EQ(sum.iterations, 1200U);
  EXPECT_EQ(sum.all({}).duration.count(), 1200U);
  EXPECT_EQ(sum.total().requests, 1200U);
  EXPECT_EQ(sum.bytes, 120'000U);
  EXPECT_EQ(sum.checks[0].passes, 1200U);
  EXPECT_GT(sum.checks[1].fails, 10U) << "those that met the stall took more than 500 ms";
}

}  // namespace
}  // namespace cutover::load
