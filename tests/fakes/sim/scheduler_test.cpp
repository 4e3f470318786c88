#include "fakes/sim/scheduler.h"

#include <gmock/gmock.h>

#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "fakes/sim/stack_pool.h"

namespace cutover::sim {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The tasks of these tests write into the tests' own variables.
Scheduler::Options in_order() {
  Scheduler::Options options;
  options.switches_in_order = true;
  return options;
}

class SchedulerInBothModes : public ::testing::TestWithParam<Scheduler::Mode> {
 protected:
  Scheduler::Options options() const {
    Scheduler::Options options = in_order();
    options.mode = GetParam();
    return options;
  }
};

INSTANTIATE_TEST_SUITE_P(Modes, SchedulerInBothModes,
                         ::testing::Values(Scheduler::Mode::fibers, Scheduler::Mode::handoff),
                         [](const auto& mode) {
                           return mode.param == Scheduler::Mode::fibers ? "Fibers" : "Handoff";
                         });

std::vector<int> order_of(std::uint64_t seed) {
  Scheduler::Options options = in_order();
  options.seed = seed;
  Scheduler world(options);
  Process& process = world.start_process("worker");
  std::vector<int> order;
  for (int i = 0; i < 10; ++i) world.spawn(process, "task", [&order, i] { order.push_back(i); });
  world.run();
  return order;
}

TEST(Scheduler, R8_3_TheSameSeedGivesTheSameOrder) {
  EXPECT_EQ(order_of(7), order_of(7));
  EXPECT_NE(order_of(7), order_of(8));
  EXPECT_EQ(order_of(7).size(), 10U);
}

TEST_P(SchedulerInBothModes, SleepTakesVirtualTimeOnly) {
  Scheduler world(options());
  Process& process = world.start_process("worker");
  std::vector<std::string> log;
  world.spawn(process, "long", [&] {
    world.sleep(hours(24));
    log.push_back("long at " + std::to_string(world.now().count()));
  });
  world.spawn(process, "short", [&] {
    world.sleep(seconds(1));
    log.push_back("short at " + std::to_string(world.now().count()));
  });
  const UnixTime before = world.wall();
  world.run();
  EXPECT_THAT(log, ElementsAre("short at 1000000", "long at 86400000000"));
  EXPECT_EQ(world.wall().seconds() - before.seconds(), 86'400);
}

TEST_P(SchedulerInBothModes, ASleepOfZeroLetsOthersRun) {
  Scheduler world(options());
  Process& process = world.start_process("worker");
  bool other_ran = false;
  world.spawn(process, "patient", [&] {
    while (!other_ran) world.sleep(Duration{0});
  });
  world.spawn(process, "other", [&] { other_ran = true; });
  world.run();
  EXPECT_TRUE(other_ran);
  EXPECT_EQ(world.now(), Duration{0});
}

TEST_P(SchedulerInBothModes, ALongSleepDoesNotOverflow) {
  Scheduler world(options());
  Process& process = world.start_process("worker");
  world.spawn(process, "patient", [&] {
    world.sleep(seconds(1));
    world.sleep(Duration::max());
  });
  world.run();
  EXPECT_EQ(world.now(), Duration::max());
  EXPECT_EQ(world.wall().micros, INT64_MAX);
}

TEST_P(SchedulerInBothModes, WakeEndsAParkAndNothingElse) {
  Scheduler world(options());
  Process& process = world.start_process("worker");
  Duration parked_until{0};
  Duration slept_until{0};
  const TaskId parked = world.spawn(process, "parked", [&] {
    world.park("a sign");
    parked_until = world.now();
  });
  const TaskId asleep = world.spawn(process, "asleep", [&] {
    world.sleep(seconds(10));
    slept_until = world.now();
  });
  world.spawn(process, "waker", [&] {
    world.sleep(seconds(3));
    world.wake(parked);
    world.wake(asleep);
    world.wake(12345);
  });
  world.run();
  EXPECT_EQ(parked_until, seconds(3));
  EXPECT_EQ(slept_until, seconds(10));
}

TEST_P(SchedulerInBothModes, ParkForEndsByTimeOrByWake) {
  Scheduler world(options());
  Process& process = world.start_process("worker");
  bool woken = true;
  bool woken_later = false;
  const TaskId task = world.spawn(process, "parked", [&] {
    woken = world.park_for("a sign", seconds(1));
    woken_later = world.park_for("a sign", seconds(10));
    world.sleep(seconds(20));  // the second wait's timer is due meanwhile, and is ignored
  });
  world.spawn(process, "waker", [&] {
    world.sleep(seconds(2));
    world.wake(task);
  });
  world.run();
  EXPECT_FALSE(woken);
  EXPECT_TRUE(woken_later);
  EXPECT_EQ(world.now(), seconds(22));
}

TEST_P(SchedulerInBothModes, AnExceptionThatEscapesATaskStopsTheWorldAndIsRethrown) {
  Scheduler world(options());
  Process& process = world.start_process("worker");
  bool unwound = false;
  world.spawn(process, "bystander", [&] {
    struct Witness {
      bool& seen;
      ~Witness() { seen = true; }
    } witness{unwound};
    world.sleep(hours(1));
    ADD_FAILURE() << "the world went on";
  });
  world.spawn(process, "thrower", [&] {
    world.sleep(seconds(1));
    throw std::runtime_error("boom");
  });
  EXPECT_THROW(
      {
        try {
          world.run();
        } catch (const std::runtime_error& error) {
          EXPECT_STREQ(error.what(), "boom");
          throw;
        }
      },
      std::runtime_error);
  EXPECT_TRUE(unwound);
  EXPECT_THROW(world.run(), std::logic_error) << "a stopped world cannot run again";
}

TEST_P(SchedulerInBothModes, ADeadlockNamesTheTasksAndWhatTheyWaitFor) {
  Scheduler world(options());
  Process& process = world.start_process("reader-2");
  world.spawn(process, "lookup", [&] { world.park("a sign that never comes"); });
  try {
    world.run();
    FAIL() << "a deadlock was not seen";
  } catch (const std::logic_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("deadlock"));
    EXPECT_THAT(error.what(), HasSubstr("reader-2/lookup (task 1) waits for a sign that never"));
  }
}

TEST_P(SchedulerInBothModes, AWorldThatSwitchesForEverIsDeclaredStuck) {
  Scheduler::Options bounded = options();
  bounded.switches_max = 1000;
  Scheduler world(bounded);
  Process& process = world.start_process("worker");
  world.spawn(process, "busy", [&] {
    for (;;) world.sleep(Duration{0});
  });
  try {
    world.run();
    FAIL() << "an endless loop was not seen";
  } catch (const std::logic_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("stuck after 1001 switches"));
    EXPECT_THAT(error.what(), HasSubstr("worker/busy (task 1) could run"));
  }
}

TEST_P(SchedulerInBothModes, TwoTasksThatSleepInACatchBlockRethrowTheirOwnExceptions) {
  Scheduler world(options());
  Process& process = world.start_process("worker");
  std::vector<std::string> caught(2);
  for (std::size_t i = 0; i < 2; ++i) {
    world.spawn(process, "catcher", [&world, &caught, i] {
      const std::string mine = "exception of task " + std::to_string(i);
      try {
        // The first to catch is the first to rethrow: a shared stack of caught exceptions would
        // give it the other's.
        world.sleep(seconds(i));
        try {
          throw std::runtime_error(mine);
        } catch (const std::runtime_error&) {
          world.sleep(seconds(2));
          throw;
        }
      } catch (const std::runtime_error& error) {
        caught[i] = error.what();
      }
      EXPECT_EQ(std::uncaught_exceptions(), 0);
    });
  }
  world.run();
  EXPECT_THAT(caught, ElementsAre("exception of task 0", "exception of task 1"));
}

TEST_P(SchedulerInBothModes, UncaughtExceptionsAreCountedPerTask) {
  Scheduler world(options());
  Process& process = world.start_process("worker");
  int seen_by_other = -1;
  struct SleepsWhileUnwinding {
    Scheduler& world;
    ~SleepsWhileUnwinding() {
      EXPECT_EQ(std::uncaught_exceptions(), 1);
      world.sleep(seconds(2));
      EXPECT_EQ(std::uncaught_exceptions(), 1);
    }
  };
  world.spawn(process, "thrower", [&] {
    try {
      const SleepsWhileUnwinding sleeper{world};
      throw std::runtime_error("boom");
    } catch (const std::runtime_error&) {
      EXPECT_EQ(std::uncaught_exceptions(), 0);
    }
  });
  world.spawn(process, "other", [&] {
    world.sleep(seconds(1));
    seen_by_other = std::uncaught_exceptions();
  });
  world.run();
  EXPECT_EQ(seen_by_other, 0);
}

TEST_P(SchedulerInBothModes, ATaskMaySpawnTasksAndAWorldMayRunAgain) {
  Scheduler world(options());
  Process& process = world.start_process("worker");
  int ran = 0;
  world.spawn(process, "first", [&] {
    EXPECT_EQ(world.current(), 1U);
    EXPECT_EQ(&world.current_process(), &process);
    world.spawn(process, "second", [&] { ++ran; });
    ++ran;
  });
  world.run();
  EXPECT_EQ(ran, 2);
  EXPECT_EQ(world.current(), 0U);
  world.spawn(process, "third", [&] { ++ran; });
  world.run();
  EXPECT_EQ(ran, 3);
}

TEST(Scheduler, StacksAreReusedByLaterTasksAndWorlds) {
  StackPool stacks;
  Scheduler::Options options;
  options.stacks = &stacks;
  for (int i = 0; i < 3; ++i) {
    Scheduler world(options);
    Process& process = world.start_process("worker");
    world.spawn(process, "one after the other", [&] {
      for (int k = 0; k < 50; ++k) {
        world.spawn(process, "short", [] {});
        world.sleep(seconds(1));
      }
    });
    world.run();
  }
  EXPECT_EQ(stacks.in_use(), 0U);
#if !defined(__SANITIZE_THREAD__)
  EXPECT_EQ(stacks.created(), 2U);
  EXPECT_GT(stacks.deepest_bytes(), 0U);
  EXPECT_LT(stacks.deepest_bytes(), StackPool::stack_bytes);
#endif
}

TEST(Scheduler, AWorldThatNeverRanDropsItsTasks) {
  bool ran = false;
  {
    Scheduler world(in_order());
    world.spawn(world.start_process("worker"), "task", [&] { ran = true; });
  }
  EXPECT_FALSE(ran);
}

TEST(Scheduler, ATaskHasRoomForDeepRecursion) {
  Scheduler world(in_order());
  std::uint64_t sum = 0;
  const std::function<std::uint64_t(std::uint64_t)> add = [&](std::uint64_t n) {
    return n == 0 ? 0 : n + add(n - 1);
  };
  world.spawn(world.start_process("worker"), "deep", [&] { sum = add(300); });
  world.run();
  EXPECT_EQ(sum, 45'150U);
}

TEST(SchedulerDeath, ASwitchInsideOfWhatMustHappenInOnePieceIsABrokenInvariant) {
  EXPECT_DEATH(
      {
        Scheduler world(in_order());
        world.spawn(world.start_process("worker"), "task", [&] {
          const Scheduler::NoSwitch in_one_piece(world);
          world.sleep(seconds(1));
        });
        world.run();
      },
      "must happen in one piece");
}

TEST(Scheduler, RandomStreamsAreDerivedFromTheSeedByName) {
  Scheduler::Options options;
  options.seed = 42;
  Scheduler world(options);
  RandomStream expected(42, "data");
  EXPECT_EQ(world.random("data").next(), expected.next());
  EXPECT_EQ(world.random("data").next(), expected.next()) << "the same stream goes on";
  RandomStream other(42, "faults");
  EXPECT_EQ(world.random("faults").next(), other.next());
}

}  // namespace
}  // namespace cutover::sim
