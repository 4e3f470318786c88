// A world is a function of its seed: the same history again, on fibers and on hand-off threads
// (R8.3), and with every compiler and optimisation level (the golden file).
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>

#include "scenarios/generate.h"
#include "scenarios/kill_list.h"
#include "tests/scenarios/runs/small_runs.h"

namespace cutover::scenarios {
namespace {

using Mode = sim::Scheduler::Mode;
using Keep = sim::History::Keep;

constexpr std::uint64_t keys = 40;
constexpr std::uint64_t seeds = 1000;
constexpr std::uint64_t golden_seeds = 20;
const char* const golden_file = CUTOVER_SOURCE_DIR "/tests/golden/world-digests.txt";

// Keeps this thread, and the threads it starts, on one processor. Hand-off threads take turns, and
// waking the next one is several times cheaper there. Nothing but the time it takes changes.
class OneProcessor {
 public:
  OneProcessor() {
    if (pthread_getaffinity_np(pthread_self(), sizeof before_, &before_) != 0) return;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<std::size_t>(sched_getcpu()), &one);
    changed_ = pthread_setaffinity_np(pthread_self(), sizeof one, &one) == 0;
  }
  ~OneProcessor() {
    if (changed_) pthread_setaffinity_np(pthread_self(), sizeof before_, &before_);
  }
  OneProcessor(const OneProcessor&) = delete;
  OneProcessor& operator=(const OneProcessor&) = delete;

 private:
  cpu_set_t before_{};
  bool changed_ = false;
};

Duration some_time(Isolate& isolate) {
  return std::chrono::milliseconds(isolate.runtime.random_number("traffic") % 120);
}

std::string some_key(Isolate& isolate) {
  return "book:isbn:" + isbn13_of(isolate.runtime.random_number("traffic") % (keys + 4));
}

// Refusals are part of the history, so nothing is done about them here.
void write_live(Isolate& isolate) {
  for (int i = 0; i < 6; ++i) {
    isolate.runtime.sleep(some_time(isolate));
    const std::string key = some_key(isolate);
    (void)isolate.kv.put(key, "{\"title\":\"live " + std::to_string(i) + "\"}", {});
    (void)isolate.d1.query({R"sql(
        INSERT INTO Books (isbn, title, authors, canonical_metadata, origin, content_hash)
        VALUES (?1, 'live', '[]', '{}', 'live', 'live')
        ON CONFLICT(isbn) DO UPDATE SET title = 'live', origin = 'live',
          version = Books.version + 1, updated_at = unixepoch())sql",
                            {key.substr(10)}});
  }
}

void read_live(Isolate& isolate) {
  const auto group = isolate.runtime.task_group(3);
  for (int i = 0; i < 9; ++i) {
    group->spawn([&isolate] {
      isolate.runtime.sleep(some_time(isolate));
      const std::string key = some_key(isolate);
      if (const auto value = isolate.kv.get(key); value && *value) return;
      (void)isolate.d1.query(
          {"SELECT title, version FROM Books WHERE isbn = ?1", {key.substr(10)}});
    });
  }
  group->wait();
}

// A migration with two kills, beside a writer and two readers.
struct Play {
  Play(std::uint64_t seed, Mode mode, Keep keep) : faults("migrator", kills(seed)) {
    WorldOptions options;
    options.seed = seed;
    options.mode = mode;
    options.keep = keep;
    world = std::make_unique<World>(options, faults);
    world->d1().restore(database_with_schema());
    const DumpGenerator dump({seed, 1'764'000'000, 200});
    for (std::uint64_t i = 0; i < keys; ++i) world->kv().load(dump.record(i));
    world->start("writer", 1, no_limits(), write_live);
    world->start("reader", 0, no_limits(), read_live);
    world->start("reader", 1, no_limits(), read_live);
    MigrationPlan plan = small_plan();
    plan.options.chunk_keys = 15;
    result = migrate_all(*world, plan, migrate::Begin::fresh);
  }

  static std::map<std::uint64_t, sim::Ending> kills(std::uint64_t seed) {
    return {{3 + seed % 11, sim::Ending::killed_before},
            {20 + seed % 7, sim::Ending::killed_after}};
  }

  [[nodiscard]] const sim::History& history() const { return world->scheduler().history(); }
  [[nodiscard]] std::string digest() const { return history().digest(); }

  KillList faults;
  std::unique_ptr<World> world;
  MigrationResult result;
};

// The first event in which two runs of one seed differ, as a sentence.
std::string first_difference_of(std::uint64_t seed, Mode left_mode, Mode right_mode) {
  const Play left(seed, left_mode, Keep::events);
  const Play right(seed, right_mode, Keep::events);
  const auto at = sim::first_difference(left.history(), right.history());
  if (!at) return "run once more, with events kept, they are equal";
  const auto event = [&at](const Play& play) {
    const auto& events = play.history().events();
    return *at < events.size() ? describe(events[*at]) : std::string("(the history ends)");
  };
  return "first difference at event " + std::to_string(*at) + "\n  " + event(left) + "\n  " +
         event(right);
}

TEST(Determinism, R8_3_AThousandSeedsGiveEqualHistoriesAgainAndOnHandOffThreads) {
  const OneProcessor one_processor;
  std::uint64_t combined = 0;
  std::uint64_t equal = 0;
  std::uint64_t events = 0;
  std::int64_t killed = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const Play first(seed, Mode::fibers, Keep::digest_only);
    ASSERT_TRUE(first.result.complete()) << "seed " << seed;
    const std::string digest = first.digest();
    const std::string again = Play(seed, Mode::fibers, Keep::digest_only).digest();
    const std::string handoff = Play(seed, Mode::handoff, Keep::digest_only).digest();
    ASSERT_EQ(digest, again) << "seed " << seed << ": "
                             << first_difference_of(seed, Mode::fibers, Mode::fibers);
    ASSERT_EQ(digest, handoff) << "seed " << seed << ": "
                               << first_difference_of(seed, Mode::fibers, Mode::handoff);
    ++equal;
    killed += first.result.kills;
    events += first.history().size();
    combined = sim::hash_of(digest, combined);
  }
  EXPECT_EQ(equal, seeds);
  EXPECT_GT(killed, static_cast<std::int64_t>(seeds)) << "the kills did not take place";
  std::printf(
      "%llu seeds: fibers, fibers again and hand-off equal; combined digest %016llx; %llu "
      "events and %lld kills in each\n",
      static_cast<unsigned long long>(equal), static_cast<unsigned long long>(combined),
      static_cast<unsigned long long>(events), static_cast<long long>(killed));
}

TEST(Determinism, TheSeedMattersToTheHistory) {
  EXPECT_NE(Play(1, Mode::fibers, Keep::digest_only).digest(),
            Play(2, Mode::fibers, Keep::digest_only).digest());
}

// What differs between compilers, optimisation levels and libraries would show here.
TEST(Determinism, R8_3_TwentySeedsHaveTheDigestsOfTheGoldenFile) {
  std::string digests;
  for (std::uint64_t seed = 1; seed <= golden_seeds; ++seed) {
    digests +=
        std::to_string(seed) + ' ' + Play(seed, Mode::fibers, Keep::digest_only).digest() + '\n';
  }
  if (const char* update = std::getenv("CUTOVER_UPDATE_GOLDEN");
      update != nullptr && std::string_view(update) == "1") {
    std::ofstream file(golden_file, std::ios::trunc);
    file << digests;
    ASSERT_TRUE(file.flush().good()) << "cannot write " << golden_file;
    GTEST_SKIP() << "wrote " << golden_file << "; nothing was compared";
  }
  std::ifstream file(golden_file);
  ASSERT_TRUE(file.good()) << golden_file << " is missing";
  std::ostringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(digests, golden.str())
      << "The histories of " << golden_seeds << " worlds are not those of " << golden_file
      << ". If the code was changed on purpose (migrator, ledger SQL, schema, fakes, generator), "
         "run this test with CUTOVER_UPDATE_GOLDEN=1 and commit the file. If nothing was changed, "
         "a compiler, an optimisation or a library changes results: that is a bug.";
}

}  // namespace
}  // namespace cutover::scenarios
