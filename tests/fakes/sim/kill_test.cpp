#include <gmock/gmock.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "fakes/sim/scheduler.h"
#include "fakes/sim/sim_runtime.h"

namespace cutover::sim {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Kill : public ::testing::TestWithParam<Scheduler::Mode> {
 protected:
  Kill()
      : world_(options()),
        victim_(world_.start_process("victim")),
        operator_(world_.start_process("operator")) {}

  static Scheduler::Options options() {
    Scheduler::Options options;
    options.mode = GetParam();
    options.keep = History::Keep::events;
    options.switches_in_order = true;
    return options;
  }

  void kill_after(Duration duration) {
    world_.spawn(operator_, "killer", [this, duration] {
      world_.sleep(duration);
      world_.kill(victim_);
    });
  }

  // Notes when it is destroyed.
  struct Witness {
    std::vector<std::string>& log;
    std::string name;
    ~Witness() { log.push_back(name + " gone"); }
  };

  Scheduler world_;
  Process& victim_;
  Process& operator_;
  std::vector<std::string> log_;
};

INSTANTIATE_TEST_SUITE_P(Modes, Kill,
                         ::testing::Values(Scheduler::Mode::fibers, Scheduler::Mode::handoff),
                         [](const auto& mode) {
                           return mode.param == Scheduler::Mode::fibers ? "Fibers" : "Handoff";
                         });

TEST_P(Kill, UnwindsTheTasksOfTheProcessNewestFirstAndNoOthers) {
  bool operator_finished = false;
  world_.spawn(victim_, "parent", [&] {
    const Witness witness{log_, "parent"};
    world_.spawn(victim_, "child", [&] {
      const Witness child{log_, "child"};
      world_.park("a sign");
    });
    world_.sleep(seconds(100));
    ADD_FAILURE() << "a dead task went on";
  });
  world_.spawn(operator_, "other", [&] {
    world_.sleep(seconds(50));
    operator_finished = true;
  });
  kill_after(seconds(1));
  world_.run();
  EXPECT_THAT(log_, ElementsAre("child gone", "parent gone"));
  EXPECT_TRUE(operator_finished);
  EXPECT_FALSE(victim_.alive());
  EXPECT_EQ(victim_.incarnation(), 2U);
  EXPECT_EQ(world_.now(), seconds(50)) << "the dead task's sleep no longer counts";
}

TEST_P(Kill, OfTheOwnProcessNeverReturns) {
  world_.spawn(victim_, "parent", [&] {
    const Witness witness{log_, "parent"};
    world_.spawn(victim_, "child", [&] {
      const Witness child{log_, "child"};
      world_.park("a sign");
    });
    world_.sleep(seconds(1));
    world_.kill(victim_);
    ADD_FAILURE() << "a dead task went on";
  });
  world_.run();
  EXPECT_THAT(log_, ElementsAre("child gone", "parent gone"));
}

TEST_P(Kill, DropsATaskThatNeverRan) {
  auto held = std::make_shared<int>(1);
  world_.spawn(victim_, "never", [held] { ADD_FAILURE() << "a dead task ran"; });
  world_.kill(victim_);
  EXPECT_EQ(held.use_count(), 2);
  world_.run();
  EXPECT_EQ(held.use_count(), 1);
}

TEST_P(Kill, TheNextTaskBeginsTheNextIncarnation) {
  std::vector<std::uint32_t> incarnations;
  const auto note = [&] { incarnations.push_back(world_.current_process().incarnation()); };
  world_.spawn(victim_, "first life", note);
  world_.spawn(operator_, "supervisor", [&] {
    world_.sleep(seconds(1));
    world_.kill(victim_);
    world_.kill(victim_);  // dead already: nothing happens
    EXPECT_FALSE(victim_.alive());
    world_.spawn(victim_, "second life", note);
    EXPECT_TRUE(victim_.alive());
  });
  world_.run();
  EXPECT_THAT(incarnations, ElementsAre(1U, 2U));
  std::vector<std::string> events;
  for (const Event& event : world_.history().events()) {
    if (event.key == "victim") {
      events.push_back(event.what + " " + std::to_string(event.incarnation));
    }
  }
  EXPECT_THAT(events, ElementsAre("started 1", "killed 1", "started 2"));
}

TEST_P(Kill, DestructorsOfAnUnwindingTaskDoNotWait) {
  SimRuntime runtime(world_, victim_);
  const std::unique_ptr<Mutex> lock = runtime.mutex();
  struct Busy {
    Scheduler& world;
    SimRuntime& runtime;
    Process& process;
    Mutex& lock;
    std::vector<std::string>& log;
    ~Busy() {
      EXPECT_TRUE(world.unwinding());
      world.sleep(seconds(10));
      world.park("nobody");
      EXPECT_FALSE(world.park_for("nobody", seconds(10)));
      lock.lock();
      lock.unlock();
      EXPECT_EQ(world.spawn(process, "late", [] { ADD_FAILURE() << "spawned by the dead"; }), 0U);
      runtime.defer([] { ADD_FAILURE() << "deferred by the dead"; });
      world.kill(process);
      log.push_back("at " + std::to_string(world.now().count()));
    }
  };
  world_.spawn(victim_, "busy", [&] {
    const Busy busy{world_, runtime, victim_, *lock, log_};
    world_.sleep(seconds(100));
  });
  kill_after(seconds(1));
  world_.run();
  EXPECT_THAT(log_, ElementsAre("at 1000000"));
}

TEST_P(Kill, WhileATaskGroupIsDestroyedUnwindsAtTheNextWait) {
  SimRuntime runtime(world_, victim_);
  world_.spawn(victim_, "parent", [&] {
    const Witness witness{log_, "parent"};
    {
      const std::unique_ptr<TaskGroup> group = runtime.task_group(1);
      for (int i = 0; i < 3; ++i) {
        group->spawn([&] {
          const Witness child{log_, "child"};
          runtime.sleep(seconds(100));
        });
      }
    }  // waits here, in a destructor, which must not throw
    log_.push_back("after the group");
    EXPECT_EQ(world_.spawn(victim_, "late", [] { ADD_FAILURE() << "spawned by the dead"; }), 0U);
    runtime.sleep(seconds(1));
    ADD_FAILURE() << "a dead task went on";
  });
  kill_after(seconds(1));
  world_.run();
  EXPECT_THAT(log_, ElementsAre("child gone", "after the group", "parent gone"));
}

TEST_P(Kill, AGroupOfAnUnwindingTaskIsGoneWithItsQueuedTasks) {
  SimRuntime runtime(world_, victim_);
  auto held = std::make_shared<int>(1);
  world_.spawn(victim_, "parent", [&] {
    const std::unique_ptr<TaskGroup> group = runtime.task_group(2);
    for (int i = 0; i < 10'000; ++i) group->spawn([&runtime, held] { runtime.sleep(seconds(9)); });
    group->wait();
    ADD_FAILURE() << "a dead task went on";
  });
  kill_after(seconds(10));
  world_.run();
  EXPECT_EQ(held.use_count(), 1);
}

TEST_P(Kill, ALockHeldByADeadTaskIsPassedOn) {
  SimRuntime runtime(world_, operator_);  // a lock that another process shares
  const std::unique_ptr<Mutex> lock = runtime.mutex();
  for (int i = 0; i < 3; ++i) {
    world_.spawn(victim_, "holder", [&] {
      lock->lock();
      const std::unique_ptr<Mutex, void (*)(Mutex*)> held(lock.get(),
                                                          [](Mutex* mutex) { mutex->unlock(); });
      world_.sleep(seconds(100));
    });
  }
  world_.spawn(operator_, "waiter", [&] {
    world_.sleep(seconds(1));
    lock->lock();
    log_.push_back("locked at " + std::to_string(world_.now().count()));
    lock->unlock();
  });
  kill_after(seconds(2));
  world_.run();
  EXPECT_THAT(log_, ElementsAre("locked at 2000000"));
}

TEST_P(Kill, EndAfterUnwindsATaskAndWhatItSpawned) {
  const TaskId task = world_.spawn(victim_, "parent", [&] {
    const Witness witness{log_, "parent"};
    world_.spawn(victim_, "child", [&] {
      const Witness child{log_, "child"};
      world_.sleep(seconds(100));
    });
    world_.sleep(seconds(100));
  });
  bool other_finished = false;
  world_.spawn(victim_, "other", [&] {
    world_.sleep(seconds(50));
    other_finished = true;
  });
  world_.end_after(task, seconds(5));
  world_.run();
  EXPECT_THAT(log_, ElementsAre("child gone", "parent gone"));
  EXPECT_TRUE(other_finished);
  EXPECT_TRUE(victim_.alive());
}

TEST_P(Kill, ATaskThatSwallowsItsKilledIsFoundOut) {
  world_.spawn(victim_, "swallower", [&] {
    try {
      world_.sleep(seconds(100));
    } catch (...) {
      log_.push_back("swallowed");
    }
  });
  kill_after(seconds(1));
  try {
    world_.run();
    FAIL() << "not found out";
  } catch (const std::logic_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("victim/swallower (task 1) swallowed its Killed"));
  }
}

}  // namespace
}  // namespace cutover::sim
