// Under ThreadSanitizer only: data races of the code under test are found on fibers, and what the
// runtime orders is not taken for one (DESIGN section 2).
#include <gtest/gtest.h>

#include <cstdlib>
#include <mutex>

#include "fakes/sim/gate.h"
#include "fakes/sim/sanitizers.h"
#include "fakes/sim/sim_runtime.h"

#if defined(__SANITIZE_THREAD__)
#define CUTOVER_RACES_ARE_SEEN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CUTOVER_RACES_ARE_SEEN 1
#endif
#endif

#ifdef CUTOVER_RACES_ARE_SEEN
namespace cutover::sim {
namespace {

constexpr int kExitWithRace = 66;  // ThreadSanitizer's exit code when it reported something

struct World {
  Scheduler scheduler{Scheduler::Options{}};
  Process& process = scheduler.start_process("worker");
  SimRuntime runtime{scheduler, process};
  int shared = 0;
};

[[noreturn]] void run_and_exit(World& world) {
  world.scheduler.run();
  std::exit(world.shared == 2 ? 0 : 1);
}

[[noreturn]] void two_tasks_that_sleep_only() {
  World world;
  for (int i = 0; i < 2; ++i) {
    world.scheduler.spawn(world.process, "racer", [&world, i] {
      world.runtime.sleep(std::chrono::seconds(i));
      ++world.shared;
    });
  }
  run_and_exit(world);
}

[[noreturn]] void two_tasks_that_call_a_service() {
  World world;
  FaultPlan calm;
  Gate gate(world.scheduler, calm);
  int stored = 0;
  for (int i = 0; i < 2; ++i) {
    world.scheduler.spawn(world.process, "racer", [&] {
      const Call call{Service::kv, "kv.put", "put", "k", 0};
      (void)gate.call(world.process, call, Latency{}, nullptr, 0, [&]() -> Outcome<void> {
        ++stored;  // the service's own state is no race of its callers
        return {};
      });
      ++world.shared;
    });
  }
  run_and_exit(world);
}

[[noreturn]] void two_tasks_with_a_lock() {
  World world;
  const std::unique_ptr<Mutex> lock = world.runtime.mutex();
  for (int i = 0; i < 2; ++i) {
    world.scheduler.spawn(world.process, "orderly", [&] {
      const std::lock_guard<Mutex> hold(*lock);
      const int before = world.shared;
      world.runtime.sleep(std::chrono::seconds(1));
      world.shared = before + 1;
    });
  }
  run_and_exit(world);
}

[[noreturn]] void a_group_and_its_owner() {
  World world;
  world.scheduler.spawn(world.process, "owner", [&] {
    const std::unique_ptr<TaskGroup> group = world.runtime.task_group(2);
    group->spawn([&] {
      world.runtime.sleep(std::chrono::seconds(1));
      ++world.shared;
    });
    group->wait();
    ++world.shared;
  });
  run_and_exit(world);
}

// The lock is taken, but given back too early.
[[noreturn]] void two_tasks_that_write_after_the_lock() {
  World world;
  const std::unique_ptr<Mutex> lock = world.runtime.mutex();
  for (int i = 0; i < 2; ++i) {
    world.scheduler.spawn(world.process, "racer", [&world, &lock, i] {
      world.runtime.sleep(std::chrono::seconds(i));
      { const std::lock_guard<Mutex> hold(*lock); }
      ++world.shared;
    });
  }
  run_and_exit(world);
}

[[noreturn]] void deferred_work(bool after_it_was_deferred) {
  World world;
  world.scheduler.spawn(world.process, "main", [&world, after_it_was_deferred] {
    if (!after_it_was_deferred) ++world.shared;
    world.runtime.defer([&world] { ++world.shared; });
    if (after_it_was_deferred) ++world.shared;
  });
  run_and_exit(world);
}

// What the simulation's own bookkeeping shares is read and written like this.
[[noreturn]] void two_tasks_that_are_quiet() {
  World world;
  for (int i = 0; i < 2; ++i) {
    world.scheduler.spawn(world.process, "bookkeeper", [&world] {
      const Quiet quiet;
      ++world.shared;
    });
  }
  run_and_exit(world);
}

// A forked copy of a program with threads does not look for races: each death test starts afresh.
class RaceDeath : public ::testing::Test {
 protected:
  RaceDeath() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(RaceDeath, APlantedRaceIsReported) {
  EXPECT_EXIT(two_tasks_that_sleep_only(), ::testing::ExitedWithCode(kExitWithRace), "data race");
}

TEST_F(RaceDeath, ACallToAServiceOrdersNothing) {
  EXPECT_EXIT(two_tasks_that_call_a_service(), ::testing::ExitedWithCode(kExitWithRace),
              "data race");
}

TEST_F(RaceDeath, ALockOrdersItsHolders) {
  EXPECT_EXIT(two_tasks_with_a_lock(), ::testing::ExitedWithCode(0), "");
}

TEST_F(RaceDeath, WaitingForAGroupOrdersItsTasksBeforeIt) {
  EXPECT_EXIT(a_group_and_its_owner(), ::testing::ExitedWithCode(0), "");
}

TEST_F(RaceDeath, ALockOrdersNothingThatComesAfterIt) {
  EXPECT_EXIT(two_tasks_that_write_after_the_lock(), ::testing::ExitedWithCode(kExitWithRace),
              "data race");
}

TEST_F(RaceDeath, DeferredWorkIsOrderedAfterWhatWasDoneBeforeIt) {
  EXPECT_EXIT(deferred_work(false), ::testing::ExitedWithCode(0), "");
}

TEST_F(RaceDeath, DeferredWorkRacesWithTheTaskThatGoesOn) {
  EXPECT_EXIT(deferred_work(true), ::testing::ExitedWithCode(kExitWithRace), "data race");
}

TEST_F(RaceDeath, AQuietSectionIsNotSeen) {
  EXPECT_EXIT(two_tasks_that_are_quiet(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace cutover::sim
#endif
