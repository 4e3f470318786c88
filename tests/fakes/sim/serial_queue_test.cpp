#include "fakes/sim/serial_queue.h"

#include <gmock/gmock.h>

#include <vector>

namespace cutover::sim {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;

using Entry = SerialQueue::Entry;

class SerialQueueTest : public ::testing::Test {
 protected:
  SerialQueueTest() : world_(options()), process_(world_.start_process("worker")) {}

  static Scheduler::Options options() {
    Scheduler::Options options;
    options.switches_in_order = true;
    return options;
  }

  // Arrives at `at`, then holds its turn for `held`.
  void visitor(SerialQueue& queue, Duration at, Duration held, Entry expected) {
    world_.spawn(process_, "visitor", [this, &queue, at, held, expected] {
      world_.sleep(at);
      const Entry entry = queue.enter();
      EXPECT_EQ(entry, expected) << "arrived at " << at.count() << " us";
      if (entry != Entry::granted) return;
      served_.push_back(at);
      world_.sleep(held);
      queue.leave();
    });
  }

  Scheduler world_;
  Process& process_;
  std::vector<Duration> served_;
};

TEST_F(SerialQueueTest, ServesOneAtATimeInOrderOfArrival) {
  SerialQueue queue(world_, 10, seconds(100));
  for (const int at : {3, 1, 2, 0}) visitor(queue, seconds(at), seconds(10), Entry::granted);
  world_.run();
  EXPECT_THAT(served_, ElementsAre(seconds(0), seconds(1), seconds(2), seconds(3)));
  EXPECT_EQ(world_.now(), seconds(40));
}

TEST_F(SerialQueueTest, RefusesWhoFindsTooManyWaiting) {
  SerialQueue queue(world_, 1, seconds(100));
  visitor(queue, seconds(0), seconds(10), Entry::granted);
  visitor(queue, seconds(1), seconds(10), Entry::granted);
  visitor(queue, seconds(2), seconds(10), Entry::too_many);
  visitor(queue, seconds(11), seconds(10), Entry::granted);
  world_.run();
  EXPECT_EQ(queue.waiting(), 0U);
}

TEST_F(SerialQueueTest, SendsAwayWhoWaitedTooLongAndServesTheNext) {
  SerialQueue queue(world_, 10, seconds(5));
  visitor(queue, seconds(0), seconds(10), Entry::granted);
  visitor(queue, seconds(1), seconds(10), Entry::too_long);
  visitor(queue, seconds(6), seconds(10), Entry::granted);
  world_.run();
  EXPECT_THAT(served_, ElementsAre(seconds(0), seconds(6)));
}

TEST_F(SerialQueueTest, AKilledVisitorLeavesTheLine) {
  SerialQueue queue(world_, 10, seconds(100));
  Process& victim = world_.start_process("victim");
  visitor(queue, seconds(0), seconds(10), Entry::granted);
  world_.spawn(victim, "victim", [&] {
    world_.sleep(seconds(1));
    (void)queue.enter();
    ADD_FAILURE() << "a dead task got its turn";
  });
  visitor(queue, seconds(2), seconds(10), Entry::granted);
  world_.spawn(process_, "killer", [&] {
    world_.sleep(seconds(3));
    EXPECT_EQ(queue.waiting(), 2U);
    world_.kill(victim);
    world_.sleep(Duration{0});
    EXPECT_EQ(queue.waiting(), 1U);
  });
  world_.run();
  EXPECT_EQ(world_.now(), seconds(20));
}

TEST_F(SerialQueueTest, AVisitorThatIsKilledJustAfterItsTurnCamePassesItOn) {
  SerialQueue queue(world_, 10, seconds(100));
  Process& victim = world_.start_process("victim");
  world_.spawn(process_, "holder", [&] {
    ASSERT_EQ(queue.enter(), Entry::granted);
    world_.sleep(seconds(5));
    queue.leave();        // the turn is the victim's now
    world_.kill(victim);  // ... which dies before it runs again
  });
  world_.spawn(victim, "victim", [&] {
    world_.sleep(seconds(1));
    (void)queue.enter();
    ADD_FAILURE() << "a dead task got its turn";
  });
  visitor(queue, seconds(2), seconds(10), Entry::granted);
  world_.run();
  EXPECT_THAT(served_, ElementsAre(seconds(2)));
  EXPECT_EQ(world_.now(), seconds(15));
}

TEST_F(SerialQueueTest, AResetSendsAwayWhoWaitsAndNobodyElse) {
  SerialQueue queue(world_, 10, seconds(100));
  visitor(queue, seconds(0), seconds(10), Entry::granted);
  visitor(queue, seconds(1), seconds(10), Entry::reset);
  visitor(queue, seconds(2), seconds(10), Entry::reset);
  world_.spawn(process_, "operator", [&] {
    world_.sleep(seconds(5));
    queue.reset();
  });
  visitor(queue, seconds(6), seconds(1), Entry::granted);
  world_.run();
  EXPECT_THAT(served_, ElementsAre(seconds(0), seconds(6)));
  EXPECT_EQ(queue.waiting(), 0U);
}

}  // namespace
}  // namespace cutover::sim
