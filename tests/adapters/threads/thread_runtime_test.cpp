#include "adapters/threads/thread_runtime.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <set>
#include <stdexcept>
#include <thread>

namespace cutover::threads {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Holds threads until it is opened. Tests that must not hang give up after ten seconds.
class Barrier {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  bool pass() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, seconds(10), [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

// Waits until the condition holds, and says whether it came to hold.
bool eventually(const std::function<bool()>& condition) {
  for (int tries = 0; tries < 10'000; ++tries) {
    if (condition()) return true;
    std::this_thread::sleep_for(milliseconds(1));
  }
  return false;
}

TEST(ThreadRuntime, TimeGoesOnAndSleepIsNeverShorterThanAsked) {
  ThreadRuntime runtime;
  const Duration start = runtime.now();
  EXPECT_GE(start, Duration{0});
  runtime.sleep(milliseconds(20));
  EXPECT_GE(runtime.now() - start, Duration{milliseconds(20)});
  const Duration before = runtime.now();
  runtime.sleep(Duration{-1});
  runtime.sleep(Duration{0});
  EXPECT_LT(runtime.now() - before, Duration{seconds(5)});
}

TEST(ThreadRuntime, TheWallClockIsTheMachines) {
  ThreadRuntime runtime;
  const auto expected =
      std::chrono::duration_cast<seconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  EXPECT_NEAR(static_cast<double>(runtime.wall().seconds()), static_cast<double>(expected), 5);
}

TEST(ThreadRuntime, TheBudgetIsUnlimited) {
  ThreadRuntime runtime;
  const Budget budget = runtime.budget();
  EXPECT_EQ(budget.subrequests, Budget::unlimited);
  EXPECT_EQ(budget.kv_operations, Budget::unlimited);
  EXPECT_EQ(budget.d1_queries, Budget::unlimited);
  EXPECT_EQ(budget.wall, Duration::max());
}

TEST(ThreadTaskGroup, RunsAtMostItsLimitAtATimeAndReusesItsThreads) {
  ThreadRuntime runtime;
  std::mutex mutex;
  std::set<std::thread::id> threads;
  std::size_t running = 0;
  std::size_t most = 0;
  int done = 0;
  const auto group = runtime.task_group(3);
  for (int task = 0; task < 60; ++task) {
    group->spawn([&] {
      {
        const std::lock_guard lock(mutex);
        threads.insert(std::this_thread::get_id());
        most = std::max(most, ++running);
      }
      std::this_thread::sleep_for(milliseconds(1));
      const std::lock_guard lock(mutex);
      --running;
      ++done;
    });
  }
  group->wait();
  EXPECT_EQ(done, 60);
  EXPECT_LE(most, 3U);
  EXPECT_LE(threads.size(), 3U);
}

TEST(ThreadTaskGroup, ReachesItsLimit) {
  ThreadRuntime runtime;
  Barrier all_run;
  std::atomic<int> running{0};
  std::atomic<int> passed{0};
  const auto group = runtime.task_group(4);
  for (int task = 0; task < 4; ++task) {
    group->spawn([&] {
      if (++running == 4) all_run.open();
      if (all_run.pass()) ++passed;  // only when all four run at once
    });
  }
  group->wait();
  EXPECT_EQ(passed, 4);
}

TEST(ThreadTaskGroup, SpawnDoesNotWaitForTheTask) {
  ThreadRuntime runtime;
  Barrier barrier;
  std::atomic<int> passed{0};
  const auto group = runtime.task_group(1);
  for (int task = 0; task < 3; ++task) {
    group->spawn([&] {
      if (barrier.pass()) ++passed;
    });
  }
  barrier.open();
  group->wait();
  EXPECT_EQ(passed, 3);
}

TEST(ThreadTaskGroup, WaitPassesOnTheFirstExceptionAfterAllTasksHaveEnded) {
  ThreadRuntime runtime;
  std::atomic<int> done{0};
  const auto group = runtime.task_group(2);
  group->spawn([] { throw std::runtime_error("broken task"); });
  for (int task = 0; task < 20; ++task) group->spawn([&] { ++done; });
  try {
    group->wait();
    FAIL() << "the exception was lost";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "broken task");
  }
  EXPECT_EQ(done, 20);

  group->spawn([&] { ++done; });  // the group goes on, and the exception is told once
  group->wait();
  EXPECT_EQ(done, 21);
}

TEST(ThreadTaskGroup, DestroyingItWaitsForItsTasksAlsoWhenOneThrows) {
  ThreadRuntime runtime;
  std::atomic<int> done{0};
  {
    const auto group = runtime.task_group(2);
    for (int task = 0; task < 10; ++task) {
      group->spawn([&] {
        std::this_thread::sleep_for(milliseconds(1));
        ++done;
        throw std::runtime_error("nobody waits for this");
      });
    }
  }
  EXPECT_EQ(done, 10);
}

TEST(ThreadTaskGroup, TasksMaySpawnIntoTheirGroupAndUseGroupsOfTheirOwn) {
  ThreadRuntime runtime;
  std::atomic<int> done{0};
  const auto group = runtime.task_group(1);
  group->spawn([&] {
    group->spawn([&] { ++done; });
    const auto inner = runtime.task_group(2);
    for (int task = 0; task < 5; ++task) inner->spawn([&] { ++done; });
    inner->wait();
    ++done;
  });
  group->wait();
  EXPECT_EQ(done, 7);
}

TEST(ThreadTaskGroup, WaitingForNothingReturns) {
  ThreadRuntime runtime;
  const auto group = runtime.task_group(8);
  group->wait();
  group->wait();
}

TEST(ThreadTaskGroup, WhatATaskOwnsIsGoneWhenWaitReturns) {
  ThreadRuntime runtime;
  auto owned = std::make_shared<int>(1);
  const auto group = runtime.task_group(2);
  group->spawn([owned] { EXPECT_EQ(*owned, 1); });
  group->wait();
  EXPECT_EQ(owned.use_count(), 1);
}

TEST(ThreadTaskGroupDeathTest, ALimitOfZeroIsAProgrammersError) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(static_cast<void>(ThreadRuntime().task_group(0)), "would never end");
}

TEST(ThreadMutex, LetsOneTaskInAtATime) {
  ThreadRuntime runtime;
  const auto mutex = runtime.mutex();
  int count = 0;  // deliberately not atomic
  const auto group = runtime.task_group(4);
  for (int task = 0; task < 8; ++task) {
    group->spawn([&] {
      for (int round = 0; round < 1'000; ++round) {
        const std::lock_guard lock(*mutex);
        ++count;
      }
    });
  }
  group->wait();
  EXPECT_EQ(count, 8'000);
}

TEST(DeferredWork, GoesOnInTheBackgroundAndDoesNotHoldTheCaller) {
  ThreadRuntime runtime;
  Barrier barrier;
  std::atomic<bool> done{false};
  runtime.defer([&] { done = barrier.pass(); });
  EXPECT_FALSE(done);
  barrier.open();
  EXPECT_TRUE(eventually([&] { return done.load(); }));
}

TEST(DeferredWork, IsAllDoneWhenTheRuntimeIsGone) {
  std::atomic<int> done{0};
  {
    ThreadRuntime runtime;
    for (int work = 0; work < 200; ++work) {
      runtime.defer([&] {
        if (done % 20 == 0) std::this_thread::sleep_for(milliseconds(1));
        ++done;
      });
    }
  }
  EXPECT_EQ(done, 200);
}

TEST(DeferredWork, MayDeferMore) {
  std::atomic<int> done{0};
  {
    ThreadRuntime runtime;
    runtime.defer([&] {
      runtime.defer([&] { ++done; });
      ++done;
    });
  }
  EXPECT_EQ(done, 2);
}

TEST(DeferredWork, ThatDoesNotEndHoldsTheEndNoLongerThanTheGraceTime) {
  // Owned by the work, because it outlives the runtime.
  struct Shared {
    Barrier barrier;
    std::atomic<bool> ended{false};
    std::atomic<bool> second_ran{false};
  };
  auto shared = std::make_shared<Shared>();
  const auto start = std::chrono::steady_clock::now();
  {
    ThreadRuntime::Options options;
    options.deferred_workers = 1;
    options.deferred_grace = milliseconds(50);
    ThreadRuntime runtime(options);
    runtime.defer([shared] {
      shared->barrier.pass();
      shared->ended = true;
    });
    runtime.defer([shared] { shared->second_ran = true; });
  }
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_GE(took, milliseconds(50));
  EXPECT_LT(took, seconds(8));
  EXPECT_FALSE(shared->ended);
  shared->barrier.open();
  EXPECT_TRUE(eventually([&] { return shared->ended.load() && shared.use_count() == 1; }));
  EXPECT_FALSE(shared->second_ran);  // was queued, so it was dropped
}

TEST(DeferredWork, ThatFindsTheQueueFullIsDroppedAndCounted) {
  std::atomic<int> done{0};
  std::atomic<bool> started{false};
  Barrier barrier;
  {
    ThreadRuntime::Options options;
    options.deferred_workers = 1;
    options.deferred_queued_max = 2;
    ThreadRuntime runtime(options);
    runtime.defer([&] {
      started = true;
      if (barrier.pass()) ++done;
    });
    ASSERT_TRUE(eventually([&] { return started.load(); }));
    for (int work = 0; work < 5; ++work) runtime.defer([&] { ++done; });
    EXPECT_EQ(runtime.deferred_dropped(), 3);
    barrier.open();
  }
  EXPECT_EQ(done, 3);
}

TEST(ThreadRuntime, RandomStreamsAreReproducibleFromASeedAndApartByName) {
  ThreadRuntime first(std::uint64_t{7});
  ThreadRuntime second(std::uint64_t{7});
  const std::uint64_t number = first.random_number("data");
  EXPECT_EQ(second.random_number("data"), number);
  EXPECT_NE(second.random_number("faults"), number);
  ThreadRuntime third;
  ThreadRuntime fourth;
  EXPECT_NE(third.random_number("data"), fourth.random_number("data"));
}

TEST(ThreadRuntime, OneRandomStreamMayBeDrawnFromByManyTasksAtOnce) {
  ThreadRuntime runtime(std::uint64_t{1});
  std::mutex mutex;
  std::set<std::uint64_t> drawn;
  const auto group = runtime.task_group(4);
  for (int task = 0; task < 40; ++task) {
    group->spawn([&] {
      const std::uint64_t number = runtime.random_number("shared");
      const std::lock_guard lock(mutex);
      drawn.insert(number);
    });
  }
  group->wait();
  RandomStream alone(1, "shared");
  std::set<std::uint64_t> expected;
  for (int task = 0; task < 40; ++task) expected.insert(alone.next());
  EXPECT_EQ(drawn, expected) << "no number is lost or drawn twice";
}

}  // namespace
}  // namespace cutover::threads
