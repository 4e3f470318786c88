// Random programs give the same history on fibers and on threads that pass a baton: the fiber
// layer changes nothing (DESIGN section 2).
#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "fakes/sim/sanitizers.h"
#include "fakes/sim/scheduler.h"
#include "fakes/sim/sim_runtime.h"

namespace cutover::sim {
namespace {

// Under ThreadSanitizer this is a test of its own: no race may be reported inside of the simulator.
// What the program itself shares among its tasks is read and written in Quiet sections.
//
// A program of tasks that sleep, lock, spawn, form groups, park, wake and kill, drawn from a seed.
class RandomProgram {
 public:
  RandomProgram(std::uint64_t seed, Scheduler::Mode mode)
      : world_(options(seed, mode)), dice_(seed, "program") {
    for (const char* role : {"alpha", "beta", "gamma"}) {
      Process& process = world_.start_process(role);
      members_.push_back(std::make_unique<Member>(world_, process));
    }
    for (const auto& member : members_) {
      for (int i = 0; i < 3; ++i) spawn(*member, 3);
    }
  }

  const History& run() {
    world_.run();
    return world_.history();
  }

 private:
  struct Member {
    Member(Scheduler& world, Process& of)
        : process(of), runtime(world, of), lock(runtime.mutex()) {}
    Process& process;
    SimRuntime runtime;
    std::unique_ptr<Mutex> lock;
    int guarded = 0;
  };

  // Notes its end, also when it comes by force.
  struct Scope {
    RandomProgram& program;
    std::string name;
    ~Scope() { program.note("end", name); }
  };

  static Scheduler::Options options(std::uint64_t seed, Scheduler::Mode mode) {
    Scheduler::Options options;
    options.seed = seed;
    options.mode = mode;
    options.keep = History::Keep::events;
    return options;
  }

  template <class Body>
  auto quietly(Body body) {
    const Quiet quiet;
    return body();
  }

  std::uint64_t roll(std::uint64_t sides) {
    return quietly([&] { return dice_.below(sides); });
  }

  void note(std::string_view what, std::string_view key) {
    world_.record(world_.current_process(), EventKind::mark, what, key,
                  world_.unwinding() ? "unwinding" : "");
  }

  void spawn(Member& member, int depth) {
    const int number = quietly([&] { return ++spawned_; });
    if (number > 60) return;
    const std::string name = "t" + std::to_string(number);
    const TaskId id = world_.spawn(member.process, name, [this, &member, depth, name] {
      const Scope scope{*this, name};
      for (int i = 0; i < 6; ++i) step(member, depth);
    });
    quietly([&] { ids_.push_back(id); });
  }

  void step(Member& member, int depth) {
    const Duration pause(roll(4) * 100);
    switch (roll(8)) {
      case 0:
      case 1: world_.sleep(pause); break;
      case 2: {
        const std::lock_guard<Mutex> hold(*member.lock);
        note("locked", "");
        ++member.guarded;  // the lock alone keeps this from being a race
        world_.sleep(pause);
        break;
      }
      case 3:
        if (depth > 0) spawn(*members_[roll(members_.size())], depth - 1);
        break;
      case 4: run_group(member, 1 + roll(3), roll(5)); break;
      case 5: note(world_.park_for("luck", pause) ? "woken" : "timed out", ""); break;
      case 6: world_.wake(quietly([&] { return ids_[dice_.below(ids_.size())]; })); break;
      default:
        if (roll(6) == 0) world_.kill(members_[roll(members_.size())]->process);
        member.runtime.defer([this] { note("deferred", ""); });
    }
    note("step", "");
  }

  void run_group(Member& member, std::size_t limit, std::uint64_t tasks) {
    const std::unique_ptr<TaskGroup> group = member.runtime.task_group(limit);
    for (std::uint64_t i = 0; i < tasks; ++i) {
      group->spawn([this] {
        const Scope scope{*this, "group task"};
        world_.sleep(Duration(roll(4) * 100));
        if (roll(10) == 0) {
          try {
            throw std::runtime_error("inside");
          } catch (const std::runtime_error&) {
            world_.sleep(Duration(50));
          }
        }
      });
    }
    if (tasks % 2 == 0) group->wait();
  }

  Scheduler world_;
  RandomStream dice_;
  std::vector<std::unique_ptr<Member>> members_;
  std::vector<TaskId> ids_;
  int spawned_ = 0;
};

TEST(Equivalence, FibersAndHandOffGiveEqualHistoriesFor200RandomPrograms) {
  std::size_t killed = 0;
  std::size_t events = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    RandomProgram on_fibers(seed, Scheduler::Mode::fibers);
    RandomProgram on_threads(seed, Scheduler::Mode::handoff);
    const History& left = on_fibers.run();
    const History& right = on_threads.run();
    const auto difference = first_difference(left, right);
    ASSERT_FALSE(difference.has_value())
        << "seed " << seed << " differs first at event " << *difference << "\n  "
        << (*difference < left.size() ? describe(left.events()[*difference]) : "the end") << "\n  "
        << (*difference < right.size() ? describe(right.events()[*difference]) : "the end");
    ASSERT_EQ(left.digest(), right.digest());
    events += left.size();
    for (const Event& event : left.events()) killed += event.what == "killed" ? 1U : 0U;
  }
  EXPECT_GT(killed, 50U) << "the programs must exercise kills";
  EXPECT_GT(events, 200U * 50U) << "the programs must do something";
}

TEST(Equivalence, R8_3_TheSameSeedGivesTheSameHistoryAndAnotherSeedAnother) {
  RandomProgram first(77, Scheduler::Mode::fibers);
  RandomProgram second(77, Scheduler::Mode::fibers);
  RandomProgram third(78, Scheduler::Mode::fibers);
  const std::string digest = first.run().digest();
  EXPECT_EQ(digest, second.run().digest());
  EXPECT_NE(digest, third.run().digest());
}

}  // namespace
}  // namespace cutover::sim
