#include "fakes/sim/sim_runtime.h"

#include <gmock/gmock.h>

#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace cutover::sim {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SimRuntimeTest : public ::testing::Test {
 protected:
  SimRuntimeTest()
      : world_(options()), process_(world_.start_process("worker")), runtime_(world_, process_) {}

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

  Scheduler world_;
  Process& process_;
  SimRuntime runtime_;
};

TEST_F(SimRuntimeTest, AGroupRunsAtMostItsLimitAtATime) {
  int running = 0;
  int most = 0;
  int ended = 0;
  in_task([&] {
    const std::unique_ptr<TaskGroup> group = runtime_.task_group(3);
    for (int i = 0; i < 20; ++i) {
      group->spawn([&] {
        most = std::max(most, ++running);
        runtime_.sleep(seconds(1));
        --running;
        ++ended;
      });
    }
    group->wait();
    EXPECT_EQ(ended, 20);
    group->spawn([&] { ++ended; });
    group->wait();
    EXPECT_EQ(ended, 21) << "a group may be used again";
  });
  EXPECT_EQ(most, 3);
  EXPECT_EQ(runtime_.now(), seconds(7));
}

TEST_F(SimRuntimeTest, DestroyingAGroupWaitsForItsTasks) {
  int ended = 0;
  in_task([&] {
    {
      const std::unique_ptr<TaskGroup> group = runtime_.task_group(2);
      for (int i = 0; i < 4; ++i) {
        group->spawn([&] {
          runtime_.sleep(seconds(1));
          ++ended;
        });
      }
    }
    EXPECT_EQ(ended, 4);
  });
}

TEST_F(SimRuntimeTest, DestroyingAGroupWaitsAlsoWhenAnExceptionPassesThrough) {
  int ended = 0;
  in_task([&] {
    try {
      const std::unique_ptr<TaskGroup> group = runtime_.task_group(2);
      group->spawn([&] {
        runtime_.sleep(seconds(1));
        ++ended;
      });
      throw std::runtime_error("boom");
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "boom");
      EXPECT_EQ(ended, 1);
    }
  });
  EXPECT_EQ(ended, 1);
}

TEST_F(SimRuntimeTest, AnExceptionInAGroupTaskStopsTheWorld) {
  EXPECT_THROW(in_task([&] {
                 const std::unique_ptr<TaskGroup> group = runtime_.task_group(1);
                 for (int i = 0; i < 100; ++i) {
                   group->spawn([] { throw std::runtime_error("boom"); });
                 }
                 group->wait();
                 ADD_FAILURE() << "the world went on";
               }),
               std::runtime_error);
}

TEST_F(SimRuntimeTest, ALockIsHandedOverFirstComeFirstServed) {
  const std::unique_ptr<Mutex> lock = runtime_.mutex();
  std::vector<int> order;
  for (int i = 0; i < 8; ++i) {
    world_.spawn(process_, "locker", [&, i] {
      runtime_.sleep(seconds(i));
      const std::lock_guard<Mutex> hold(*lock);
      order.push_back(i);
      runtime_.sleep(seconds(100));
    });
  }
  world_.run();
  EXPECT_THAT(order, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

TEST_F(SimRuntimeTest, ATaskThatJustUnlockedDoesNotOvertakeTheNextInLine) {
  const std::unique_ptr<Mutex> lock = runtime_.mutex();
  std::vector<std::string> order;
  world_.spawn(process_, "greedy", [&] {
    for (int i = 0; i < 2; ++i) {
      const std::lock_guard<Mutex> hold(*lock);
      order.emplace_back("greedy");
      runtime_.sleep(seconds(2));
    }
  });
  world_.spawn(process_, "modest", [&] {
    runtime_.sleep(seconds(1));
    const std::lock_guard<Mutex> hold(*lock);
    order.emplace_back("modest");
  });
  world_.run();
  EXPECT_THAT(order, ElementsAre("greedy", "modest", "greedy"));
}

TEST_F(SimRuntimeTest, ADeadlockOfTwoLocksNamesThem) {
  const std::unique_ptr<Mutex> left = runtime_.mutex();
  const std::unique_ptr<Mutex> right = runtime_.mutex();
  const auto lock_both = [&](Mutex& first, Mutex& second) {
    const std::lock_guard<Mutex> hold(first);
    runtime_.sleep(seconds(1));
    const std::lock_guard<Mutex> hold_too(second);
  };
  world_.spawn(process_, "one", [&] { lock_both(*left, *right); });
  world_.spawn(process_, "two", [&] { lock_both(*right, *left); });
  try {
    world_.run();
    FAIL() << "a deadlock was not seen";
  } catch (const std::logic_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("worker/one (task 1) waits for a lock"));
    EXPECT_THAT(error.what(), HasSubstr("worker/two (task 2) waits for a lock"));
  }
}

using SimRuntimeDeath = SimRuntimeTest;

TEST_F(SimRuntimeDeath, UnlockingWhatAnotherTaskHoldsIsABrokenInvariant) {
  EXPECT_DEATH(in_task([&] { runtime_.mutex()->unlock(); }), "(owner|released by a task)");
  EXPECT_DEATH(in_task([&] {
                 const std::unique_ptr<Mutex> lock = runtime_.mutex();
                 lock->lock();
                 lock->lock();
               }),
               "not recursive");
}

TEST_F(SimRuntimeTest, DeferredWorkOutlivesItsTaskButNotThirtySeconds) {
  bool short_ended = false;
  bool long_ended = false;
  bool task_of_long_ended = false;
  in_task([&] {
    runtime_.sleep(seconds(100));
    runtime_.defer([&] {
      runtime_.sleep(seconds(29));
      short_ended = true;
    });
    runtime_.defer([&] {
      const std::unique_ptr<TaskGroup> group = runtime_.task_group(4);
      group->spawn([&] {
        runtime_.sleep(seconds(31));
        task_of_long_ended = true;
      });
      group->wait();
      long_ended = true;
    });
  });
  EXPECT_TRUE(short_ended);
  EXPECT_FALSE(long_ended);
  EXPECT_FALSE(task_of_long_ended);
  EXPECT_EQ(world_.now(), seconds(130)) << "the work that was ended no longer counts";
}

TEST_F(SimRuntimeTest, TheLimitOfDeferredWorkDoesNotKeepAWorldGoing) {
  in_task([&] { runtime_.defer([&] { runtime_.sleep(seconds(2)); }); });
  EXPECT_EQ(world_.now(), seconds(2));
}

TEST_F(SimRuntimeTest, TheBudgetsWallTimeRunsDown) {
  in_task([&] {
    EXPECT_EQ(runtime_.budget().wall, Duration::max());
    runtime_.sleep(seconds(5));
    Budget budget;
    budget.subrequests = 50;
    budget.wall = seconds(30);
    world_.begin_invocation(process_, budget);
    EXPECT_EQ(runtime_.budget().wall, seconds(30));
    EXPECT_EQ(runtime_.budget().subrequests, 50);
    EXPECT_EQ(runtime_.budget().kv_operations, Budget::unlimited);
    runtime_.sleep(seconds(10));
    EXPECT_EQ(runtime_.budget().wall, seconds(20));
    runtime_.sleep(seconds(100));
    EXPECT_EQ(runtime_.budget().wall, Duration{0});
  });
}

TEST_F(SimRuntimeTest, TimeCountsFromTheRuntimesStartAndTheDateFollowsTheIsolate) {
  in_task([&] {
    runtime_.sleep(seconds(5));
    process_.clock_skew = seconds(-3);
    const SimRuntime later(world_, process_);
    EXPECT_EQ(runtime_.now(), seconds(5));
    EXPECT_EQ(later.now(), Duration{0});
    EXPECT_EQ(later.wall().micros, world_.wall().micros - 3'000'000);
  });
}

TEST_F(SimRuntimeTest, RandomStreamsDependOnRoleNameAndIncarnation) {
  Process& other = world_.start_process("other");
  SimRuntime of_other(world_, other);
  const std::uint64_t first = runtime_.random_number("jitter");
  EXPECT_NE(first, of_other.random_number("jitter"));
  EXPECT_NE(first, runtime_.random_number("ids"));
  SimRuntime again(world_, process_);
  EXPECT_EQ(first, again.random_number("jitter"));
  world_.kill(process_);
  SimRuntime reborn(world_, process_);
  EXPECT_NE(first, reborn.random_number("jitter")) << "a new life does not replay the last one";
}

TEST_F(SimRuntimeTest, TelemetryBecomesEventsOfTheTasksProcess) {
  HistoryTelemetry telemetry(world_);
  in_task([&] {
    telemetry.emit("migrate.chunk", {{"rows", std::int64_t{100}}, {"reason", "first"}});
  });
  telemetry.emit("outside", {});
  const std::vector<Event>& events = world_.history().events();
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[1].kind, EventKind::telemetry);
  EXPECT_EQ(events[1].what, "migrate.chunk");
  EXPECT_EQ(events[1].result, "rows=100 reason=first");
  EXPECT_EQ(events[1].process, process_.id());
  EXPECT_EQ(events[1].task, 1U);
  EXPECT_EQ(events[2].process, 0U);
}

}  // namespace
}  // namespace cutover::sim
