#include "fakes/sim/gate.h"

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

#include "fakes/sim/kill_at.h"

namespace cutover::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;

constexpr Latency kLatency{milliseconds(10), milliseconds(5), milliseconds(20)};

// A service that holds a number, behind a gate.
class Counter {
 public:
  Counter(Scheduler& world, FaultPlan& plan) : gate(world, plan) {}

  Outcome<std::string> add(Process& caller, SerialQueue* queue = nullptr) {
    const Call call{Service::d1, "counter.add", "add", "n", 3};
    return gate.call(caller, call, kLatency, queue, 7,
                     [this]() -> Outcome<std::string> { return std::to_string(++value); });
  }

  Outcome<void> touch(Process& caller) {
    const Call call{Service::kv, "counter.touch", "touch", "n", 0};
    return gate.call(caller, call, kLatency, nullptr, 0, []() -> Outcome<void> { return {}; });
  }

  Gate gate;
  int value = 0;
};

class GateTest : public ::testing::Test {
 protected:
  GateTest() : world_(options()), process_(world_.start_process("worker")) {}

  static Scheduler::Options options() {
    Scheduler::Options options;
    options.keep = History::Keep::events;
    options.switches_in_order = true;
    return options;
  }

  void in_task(const std::function<void()>& body) {
    world_.spawn(process_, "test", body);
    world_.run();
  }

  std::vector<std::string> calls() {
    std::vector<std::string> lines;
    for (const Event& event : world_.history().events()) {
      if (event.kind == EventKind::process) continue;
      lines.push_back(std::to_string(event.at.count() / 1000) + " " +
                      std::string(name_of(event.kind)) + " " + event.what + " " + event.result);
    }
    return lines;
  }

  Scheduler world_;
  Process& process_;
  FaultPlan calm_;
};

TEST_F(GateTest, SpendsLatencyAroundTheEffectAndRecordsBothEnds) {
  Counter counter(world_, calm_);
  in_task([&] {
    EXPECT_EQ(counter.add(process_).value(), "1");
    EXPECT_EQ(world_.now(), milliseconds(35));
    EXPECT_TRUE(counter.touch(process_).has_value());
  });
  EXPECT_THAT(calls(), ElementsAre("15 call counter.add ok", "35 answer counter.add ok",
                                   "50 call counter.touch ok", "70 answer counter.touch ok"));
  const Event& answer = world_.history().events()[2];
  EXPECT_EQ(answer.payload, payload_of(std::string("1")));
  EXPECT_EQ(answer.key, "n");
  EXPECT_EQ(world_.history().events()[1].payload, 7U);
  EXPECT_EQ(counter.gate.calls_made(), 2U);
}

TEST_F(GateTest, AFailureOfTheServiceIsRecordedAndReturned) {
  Gate gate(world_, calm_);
  in_task([&] {
    const Call call{Service::kv, "kv.put", "put", "k", 0};
    const Outcome<void> outcome =
        gate.call(process_, call, kLatency, nullptr, 0, []() -> Outcome<void> {
          Failure failure;
          failure.service = Service::kv;
          failure.operation = "put";
          failure.kind = FailureKind::throttled;
          failure.effect = Effect::not_applied;
          failure.message = "KV PUT failed: 429 Too Many Requests";
          return failure;
        });
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().kind, FailureKind::throttled);
  });
  const std::string failed =
      "kv put: throttled (not applied): KV PUT failed: 429 Too Many Requests";
  EXPECT_THAT(calls(), ElementsAre("15 call kv.put " + failed, "35 answer kv.put " + failed));
}

// Ends every call in one way.
class Always final : public FaultPlan {
 public:
  explicit Always(Decision decision) : decision_(decision) {}
  Decision decide(const Process&, const Call&, std::uint64_t, Duration) override {
    return decision_;
  }

 private:
  Decision decision_;
};

TEST_F(GateTest, R8_2_ARejectedCallAppliesNothingAndSaysSo) {
  Always rejects({Ending::rejected, FailureKind::unavailable, milliseconds(100)});
  Counter counter(world_, rejects);
  in_task([&] {
    const auto outcome = counter.add(process_);
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().kind, FailureKind::unavailable);
    EXPECT_EQ(outcome.error().effect, Effect::not_applied);
    EXPECT_TRUE(outcome.error().retryable);
    EXPECT_EQ(world_.now(), milliseconds(130)) << "10 there, 100 late, 20 back";
  });
  EXPECT_EQ(counter.value, 0);
}

TEST_F(GateTest, R8_2_ALostAnswerLeavesTheEffectAndTheCallerInDoubt) {
  Always loses({Ending::answer_lost, FailureKind::connection_lost});
  Counter counter(world_, loses);
  in_task([&] {
    const auto outcome = counter.add(process_);
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().kind, FailureKind::connection_lost);
    EXPECT_EQ(outcome.error().effect, Effect::unknown);
  });
  EXPECT_EQ(counter.value, 1);
}

TEST_F(GateTest, R8_2_ATimeoutBeforeTheEffectLooksLikeOneAfterIt) {
  Always times_out({Ending::rejected, FailureKind::timeout});
  Counter counter(world_, times_out);
  in_task([&] { EXPECT_EQ(counter.add(process_).error().effect, Effect::unknown); });
  EXPECT_EQ(counter.value, 0);
}

TEST_F(GateTest, R2_13_ChargesTheBudgetAndRefusesWhatItDoesNotCover) {
  Counter counter(world_, calm_);
  in_task([&] {
    Budget budget;
    budget.subrequests = 3;
    budget.kv_operations = 1;
    budget.d1_queries = 5;
    world_.begin_invocation(process_, budget);
    EXPECT_TRUE(counter.add(process_).has_value());
    EXPECT_EQ(process_.budget.subrequests, 2);
    EXPECT_EQ(process_.budget.d1_queries, 2);
    EXPECT_EQ(process_.budget.kv_operations, 1);

    const Outcome<std::string> refused = counter.add(process_);  // 3 queries, 2 left
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, FailureKind::limit_exceeded);
    EXPECT_EQ(refused.error().effect, Effect::not_applied);
    EXPECT_FALSE(refused.error().retryable);
    EXPECT_EQ(refused.error().message, "Too many API requests by single Worker invocation.");
    EXPECT_EQ(process_.budget.subrequests, 2) << "a refused call costs nothing";

    EXPECT_TRUE(counter.touch(process_).has_value());
    EXPECT_FALSE(counter.touch(process_).has_value()) << "no KV operation is left";
    EXPECT_EQ(process_.budget.subrequests, 1);

    world_.begin_invocation(process_, Budget{});
    EXPECT_TRUE(counter.add(process_).has_value());
    EXPECT_EQ(process_.budget.subrequests, Budget::unlimited);
  });
  EXPECT_EQ(counter.value, 2);
  EXPECT_EQ(counter.gate.calls_made(), 3U);
}

TEST_F(GateTest, R2_13_TheSeventhCallOfAnInvocationWaitsForTheFirstOfSixToEnd) {
  Counter counter(world_, calm_);
  Process& isolate = world_.start_process("isolate without limits");
  Budget budget;
  budget.subrequests = 50;
  world_.begin_invocation(process_, budget);
  for (Process* caller : {&process_, &isolate}) {
    for (int i = 0; i < 7; ++i) {
      world_.spawn(*caller, "call", [&, caller] { EXPECT_TRUE(counter.touch(*caller)); });
    }
  }
  world_.run();
  std::map<std::string, std::vector<Duration>> answers;
  for (const Event& event : world_.history().events()) {
    if (event.kind != EventKind::answer) continue;
    answers[event.process == process_.id() ? "worker" : "isolate"].push_back(event.at);
  }
  const Duration call = milliseconds(35);
  EXPECT_EQ(answers["isolate"], std::vector<Duration>(7, call));
  std::vector<Duration> expected(6, call);
  expected.push_back(2 * call);
  EXPECT_EQ(answers["worker"], expected);
}

TEST_F(GateTest, AKillGivesBackTheConnectionsOfTheDead) {
  Counter counter(world_, calm_);
  Budget budget;
  budget.subrequests = 50;
  world_.begin_invocation(process_, budget);
  const auto ten_calls = [&] {
    for (int i = 0; i < 10; ++i) {
      world_.spawn(process_, "call", [&] { (void)counter.touch(process_); });
    }
  };
  ten_calls();
  world_.spawn(world_.start_process("platform"), "kill", [&] {
    world_.sleep(milliseconds(12));
    world_.kill(process_);
    world_.begin_invocation(process_, budget);
    ten_calls();
  });
  world_.run();
  EXPECT_EQ(world_.now(), milliseconds(12 + 2 * 35)) << "two rounds, of six and of four";
}

TEST_F(GateTest, R8_2_KillAtKillsExactlyTheNthCallOfARoleBeforeTheEffect) {
  KillAt plan("worker", 1, Ending::killed_before);
  Counter counter(world_, plan);
  Process& bystander = world_.start_process("bystander");
  world_.spawn(bystander, "test", [&] {
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(counter.touch(bystander).has_value());
  });
  in_task([&] {
    EXPECT_TRUE(counter.add(process_).has_value());
    (void)counter.add(process_);
    ADD_FAILURE() << "a dead task went on";
  });
  EXPECT_EQ(counter.value, 1);
  EXPECT_TRUE(plan.fired());
  EXPECT_FALSE(process_.alive());
  EXPECT_TRUE(bystander.alive());
}

TEST_F(GateTest, R8_2_KilledAfterLeavesTheEffectAndLosesTheAnswer) {
  KillAt plan("worker", 0, Ending::killed_after);
  Counter counter(world_, plan);
  SerialQueue queue(world_, 1, seconds(1));
  in_task([&] {
    (void)counter.add(process_, &queue);
    ADD_FAILURE() << "a dead task went on";
  });
  EXPECT_EQ(counter.value, 1);
  EXPECT_THAT(calls(), ElementsAre("15 call counter.add ok"));
  // The next life's calls are not hit, and the queue is free.
  in_task([&] { EXPECT_EQ(counter.add(process_, &queue).value(), "2"); });
  EXPECT_EQ(process_.incarnation(), 2U);
}

TEST_F(GateTest, AKillAtThatIsNeverReachedSaysSo) {
  KillAt plan("worker", 5, Ending::killed_before);
  Counter counter(world_, plan);
  in_task([&] { EXPECT_TRUE(counter.add(process_).has_value()); });
  EXPECT_FALSE(plan.fired());
}

TEST_F(GateTest, AKillByAnotherWhileTheRequestIsOnItsWayMeansNoEffect) {
  Counter counter(world_, calm_);
  Process& killer = world_.start_process("killer");
  world_.spawn(killer, "test", [&] {
    world_.sleep(milliseconds(5));
    world_.kill(process_);
  });
  in_task([&] { (void)counter.add(process_); });
  EXPECT_EQ(counter.value, 0);
}

TEST_F(GateTest, AKillByAnotherWhileTheAnswerIsOnItsWayLeavesTheEffect) {
  Counter counter(world_, calm_);
  Process& killer = world_.start_process("killer");
  world_.spawn(killer, "test", [&] {
    world_.sleep(milliseconds(25));
    world_.kill(process_);
  });
  in_task([&] { (void)counter.add(process_); });
  EXPECT_EQ(counter.value, 1);
  EXPECT_THAT(calls(), ElementsAre("15 call counter.add ok"));
}

TEST_F(GateTest, CallsOfADeadIncarnationAreRefused) {
  Counter counter(world_, calm_);
  Process& proxy = world_.start_process("proxy");
  world_.spawn(proxy, "test", [&] {
    world_.kill(process_);
    (void)counter.add(process_);
    ADD_FAILURE() << "a dead process called";
  });
  world_.spawn(proxy, "in flight", [&] {
    world_.sleep(seconds(1));
    world_.spawn(process_, "reborn", [] {});
    world_.spawn(proxy, "killer", [&] {
      world_.sleep(milliseconds(5));
      world_.kill(process_);
      world_.spawn(process_, "reborn again", [] {});
    });
    (void)counter.add(process_);
    ADD_FAILURE() << "a call of an old incarnation came through";
  });
  world_.run();
  EXPECT_EQ(counter.value, 0);
}

TEST_F(GateTest, ADestructorOfADeadTaskGetsAFailureAndNothingHappens) {
  Counter counter(world_, calm_);
  struct CallsWhenDestroyed {
    Counter& counter;
    Process& process;
    ~CallsWhenDestroyed() {
      const Outcome<std::string> outcome = counter.add(process);
      EXPECT_FALSE(outcome.has_value());
      if (outcome.has_value()) return;
      EXPECT_EQ(outcome.error().kind, FailureKind::connection_lost);
      EXPECT_EQ(outcome.error().effect, Effect::not_applied);
    }
  };
  in_task([&] {
    const CallsWhenDestroyed caller{counter, process_};
    world_.kill(process_);
  });
  EXPECT_EQ(counter.value, 0);
  EXPECT_TRUE(calls().empty());
}

TEST_F(GateTest, AQueueThatIsFullOrTooSlowIsAnOverload) {
  Counter counter(world_, calm_);
  SerialQueue queue(world_, 2, milliseconds(7));
  std::vector<std::string> endings;
  for (int i = 0; i < 4; ++i) {
    world_.spawn(process_, "caller", [&] {
      const Outcome<std::string> outcome = counter.add(process_, &queue);
      if (outcome) {
        endings.push_back(*outcome);
        return;
      }
      EXPECT_EQ(outcome.error().kind, FailureKind::overloaded);
      EXPECT_EQ(outcome.error().effect, Effect::not_applied);
      EXPECT_TRUE(outcome.error().retryable);
      endings.push_back(outcome.error().message);
    });
  }
  world_.run();
  // One is served at once, one after 5 ms, one gives up after 7 ms, one found the queue full.
  EXPECT_THAT(endings, ElementsAre("D1 DB is overloaded. Too many requests queued.", "1",
                                   "D1 DB is overloaded. Requests queued for too long.", "2"));
  EXPECT_EQ(counter.value, 2);
}

TEST_F(GateTest, AnEffectThatSwitchesIsABrokenInvariant) {
  Gate gate(world_, calm_);
  EXPECT_DEATH(in_task([&] {
                 const Call call{Service::kv, "kv.get", "get", "k", 0};
                 (void)gate.call(process_, call, kLatency, nullptr, 0, [&]() -> Outcome<void> {
                   world_.sleep(seconds(1));
                   return {};
                 });
               }),
               "must happen in one piece");
}

// Every call meets this decision.
class Meets final : public FaultPlan {
 public:
  explicit Meets(Decision decision) : decision_(decision) {}
  Decision decide(const Process&, const Call&, std::uint64_t, Duration) override {
    return decision_;
  }

 private:
  Decision decision_;
};

TEST_F(GateTest, R8_2_ANamedFaultIsInTheHistoryBeforeItsEffect) {
  Decision late(Ending::applied, FailureKind::timeout, milliseconds(100));
  late.name = "latency_spike";
  Meets plan(late);
  Counter counter(world_, plan);
  in_task([&] { EXPECT_TRUE(counter.touch(process_).has_value()); });
  EXPECT_THAT(calls(), ElementsAre("110 fault counter.touch latency_spike",
                                   "115 call counter.touch ok", "135 answer counter.touch ok"));
}

TEST_F(GateTest, AResetAfterTheEffectLeavesItsCallerAndThoseWhoWaitInDoubt) {
  Decision reset(Ending::answer_lost, FailureKind::unavailable);
  reset.in_doubt = true;
  reset.resets = true;
  Meets plan(reset);
  Counter counter(world_, plan);
  SerialQueue queue(world_, 10, seconds(30));
  const auto caller = [&] {
    const Outcome<std::string> outcome = counter.add(process_, &queue);
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().kind, FailureKind::unavailable);
    EXPECT_EQ(outcome.error().effect, Effect::unknown);
  };
  for (int i = 0; i < 3; ++i) world_.spawn(process_, "caller", caller);
  world_.run();
  EXPECT_EQ(counter.value, 1) << "the others waited, and were sent away";
}

TEST_F(GateTest, ASpentBudgetRefusesThisCallAndAllThatFollow) {
  Decision spent(Ending::rejected, FailureKind::limit_exceeded);
  spent.spends_budget = true;
  Meets plan(spent);
  Counter counter(world_, plan);
  process_.budget.subrequests = 10;
  in_task([&] {
    EXPECT_EQ(counter.touch(process_).error().kind, FailureKind::limit_exceeded);
    EXPECT_EQ(process_.budget.subrequests, 0);
    EXPECT_EQ(counter.add(process_).error().kind, FailureKind::limit_exceeded);
  });
  EXPECT_EQ(counter.value, 0);
}

TEST_F(GateTest, AnEffectThatAsksForItIsToldHowItsAnswerDiffers) {
  Decision stale(Ending::applied);
  stale.twist.age = seconds(40);
  Meets plan(stale);
  Gate gate(world_, plan);
  in_task([&] {
    const Call call{Service::kv, "kv.get", "get", "k", 0, true};
    const auto age = gate.call(process_, call, kLatency, nullptr, 0,
                               [](const Twist& twist) -> Outcome<std::string> {
                                 return std::to_string(twist.age / seconds(1));
                               });
    EXPECT_EQ(age.value(), "40");
  });
}

}  // namespace
}  // namespace cutover::sim
