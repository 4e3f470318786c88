#include "fakes/sim/connections.h"

#include <gmock/gmock.h>

#include <vector>

namespace cutover::sim {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;

class ConnectionsTest : public ::testing::Test {
 protected:
  ConnectionsTest() : world_(options()), process_(world_.start_process("worker")) {}

  static Scheduler::Options options() {
    Scheduler::Options options;
    options.switches_in_order = true;
    return options;
  }

  // A call that begins at `at` and is on its way for `takes`.
  void call(Duration at, Duration takes, Process* process = nullptr) {
    Process& of = process == nullptr ? process_ : *process;
    world_.spawn(of, "call", [this, at, takes] {
      world_.sleep(at);
      const Connections::Held held = connections_.take();
      begun_.push_back(world_.now());
      world_.sleep(takes);
    });
  }

  Scheduler world_;
  Process& process_;
  Connections connections_{world_};
  std::vector<Duration> begun_;
};

TEST_F(ConnectionsTest, SixCallsGoAtOnceAndTheSeventhWaitsForTheFirstToEnd) {
  for (int i = 0; i < 7; ++i) call(seconds(0), seconds(10 + i));
  world_.run();
  ASSERT_EQ(begun_.size(), 7U);
  EXPECT_EQ(begun_[5], seconds(0));
  EXPECT_GE(begun_[6], seconds(10));
  EXPECT_LE(begun_[6], seconds(11)) << "it waits, and does not fail";
  EXPECT_EQ(connections_.in_use(), 0U);
}

TEST_F(ConnectionsTest, WhoWaitsIsServedInTheOrderOfArrival) {
  for (int i = 0; i < 6; ++i) call(seconds(0), seconds(10 + 10 * i));
  std::vector<int> order;
  for (const int at : {3, 1, 2}) {
    world_.spawn(process_, "late", [this, at, &order] {
      world_.sleep(seconds(at));
      const Connections::Held held = connections_.take();
      order.push_back(at);
      world_.sleep(seconds(100));
    });
  }
  world_.run();
  EXPECT_THAT(order, ElementsAre(1, 2, 3));
}

TEST_F(ConnectionsTest, AKilledProcessGivesBackWhatItHeldAndLeavesTheLine) {
  Process& doomed = world_.start_process("doomed");
  for (int i = 0; i < 6; ++i) call(seconds(0), seconds(100), &doomed);
  for (int i = 0; i < 3; ++i) call(seconds(1), seconds(100), &doomed);  // in line
  call(seconds(2), seconds(1));
  world_.spawn(process_, "killer", [&] {
    world_.sleep(seconds(5));
    EXPECT_EQ(connections_.waiting(), 4U);
    world_.kill(doomed);
  });
  world_.run();
  ASSERT_EQ(begun_.size(), 7U);
  EXPECT_EQ(begun_[6], seconds(5));
  EXPECT_EQ(connections_.in_use(), 0U);
  EXPECT_EQ(connections_.waiting(), 0U);
}

TEST_F(ConnectionsTest, OneThatWasGrantedToADyingTaskGoesToTheNextInLine) {
  Process& doomed = world_.start_process("doomed");
  for (int i = 0; i < 6; ++i) call(seconds(0), seconds(10));
  for (int i = 0; i < 6; ++i) call(seconds(1), seconds(10), &doomed);
  for (int i = 0; i < 6; ++i) call(seconds(2), seconds(10));
  world_.spawn(process_, "killer", [&] {
    world_.sleep(seconds(10));  // the same moment at which the first six end
    world_.kill(doomed);
  });
  world_.run();
  EXPECT_EQ(connections_.in_use(), 0U);
  EXPECT_GE(begun_.size(), 12U) << "all but the doomed ones had their turn";
}

}  // namespace
}  // namespace cutover::sim
