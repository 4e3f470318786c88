// How a Worker's invocation ends before its time: the client goes away, the isolate is evicted, the
// wall clock runs out (cloudflare-facts C).
#include <gtest/gtest.h>

#include <memory>

#include "scenarios/world.h"

namespace cutover::scenarios {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class WorkerTest : public testing::Test {
 protected:
  static WorldOptions options() {
    WorldOptions options;
    options.kv.write_spacing = Duration{0};
    return options;
  }
  bool stored(std::string_view key) { return world.kv().version(key) > 0; }

  sim::FaultPlan plan;
  World world{options(), plan};
};

TEST_F(WorkerTest, AClientThatDisconnectsCancelsTheBodyAndItsTasksButNotDeferredWork) {
  sim::Process& worker = world.start("worker", 0, no_limits(), [](Isolate& isolate) {
    isolate.runtime.defer([&isolate] {
      isolate.runtime.sleep(seconds(20));
      ASSERT_TRUE(isolate.kv.put("deferred", "v", {}));
    });
    const auto group = isolate.runtime.task_group(2);
    group->spawn([&isolate] {
      isolate.runtime.sleep(seconds(10));
      (void)isolate.kv.put("task", "v", {});
    });
    (void)isolate.kv.put("before", "v", {});
    isolate.runtime.sleep(seconds(10));
    (void)isolate.kv.put("body", "v", {});
    group->wait();
  });
  world.start("client", 0, no_limits(), [&](Isolate& isolate) {
    isolate.runtime.sleep(seconds(5));
    EXPECT_TRUE(world.runs(worker));
    world.disconnect(worker);
  });
  world.run();
  EXPECT_TRUE(stored("before"));
  EXPECT_FALSE(stored("body"));
  EXPECT_FALSE(stored("task"));
  EXPECT_TRUE(stored("deferred"));
  EXPECT_TRUE(worker.alive()) << "the isolate serves the next request";
  EXPECT_FALSE(world.runs(worker));
}

TEST_F(WorkerTest, DeferredWorkHasThirtySecondsAlsoAfterADisconnect) {
  sim::Process& worker = world.start("worker", 0, no_limits(), [](Isolate& isolate) {
    isolate.runtime.defer([&isolate] {
      isolate.runtime.sleep(seconds(31));
      (void)isolate.kv.put("late", "v", {});
    });
    isolate.runtime.sleep(minutes(10));
  });
  world.start("client", 0, no_limits(), [&](Isolate&) { world.disconnect(worker); });
  world.run();
  EXPECT_FALSE(stored("late"));
  EXPECT_EQ(world.scheduler().now(), seconds(30));
}

TEST_F(WorkerTest, AWriteThatHadReachedItsServiceStaysWhenTheClientGoes) {
  const Duration whole = world.kv().options().write_latency;
  sim::Process& worker = world.start("worker", 0, no_limits(), [](Isolate& isolate) {
    (void)isolate.kv.put("reached", "v", {});
    (void)isolate.kv.put("never made", "v", {});
  });
  world.start("client", 0, no_limits(), [&](Isolate& isolate) {
    isolate.runtime.sleep(whole * 3 / 4);  // the answer is on its way back
    world.disconnect(worker);
  });
  world.run();
  EXPECT_TRUE(stored("reached"));
  EXPECT_FALSE(stored("never made"));
}

TEST_F(WorkerTest, AnEvictedIsolateLosesItsDeferredWorkAndItsMemoryWhileTheServicesKeepTheirs) {
  auto memory = std::make_shared<int>(0);
  const std::weak_ptr<int> observed = memory;
  sim::Process& worker =
      world.start("worker", 0, no_limits(), [memory = std::move(memory)](Isolate& isolate) {
        isolate.runtime.defer([&isolate] {
          isolate.runtime.sleep(seconds(10));
          (void)isolate.kv.put("deferred", "v", {});
        });
        (void)isolate.kv.put("before", "v", {});
        isolate.runtime.sleep(minutes(1));
      });
  world.start("platform", 0, no_limits(), [&](Isolate& isolate) {
    isolate.runtime.sleep(seconds(5));
    world.evict(worker);
  });
  world.run();
  EXPECT_FALSE(worker.alive());
  EXPECT_FALSE(world.runs(worker));
  EXPECT_TRUE(observed.expired());
  EXPECT_TRUE(stored("before"));
  EXPECT_FALSE(stored("deferred"));
}

TEST_F(WorkerTest, ThePlatformEndsAnInvocationWhoseWallTimeIsOver) {
  Budget budget;
  budget.wall = minutes(15);
  const bool ended = world.invoke("worker", 0, budget, [](Isolate& isolate) {
    (void)isolate.kv.put("before", "v", {});
    isolate.runtime.sleep(minutes(16));
    (void)isolate.kv.put("after", "v", {});
  });
  EXPECT_FALSE(ended);
  EXPECT_TRUE(stored("before"));
  EXPECT_FALSE(stored("after"));
  EXPECT_EQ(world.scheduler().now(), minutes(15));
}

TEST_F(WorkerTest, AnInvocationThatEndsInTimeSaysSo) {
  Budget budget;
  budget.wall = minutes(15);
  EXPECT_TRUE(world.invoke("worker", 0, budget,
                           [](Isolate& isolate) { isolate.runtime.sleep(minutes(14)); }));
}

}  // namespace
}  // namespace cutover::scenarios
