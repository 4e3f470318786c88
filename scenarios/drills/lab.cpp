#include "scenarios/drills/lab.h"

#include <set>

#include "core/ports/check.h"
#include "core/rollout/flag.h"
#include "core/rollout/phase_store.h"
#include "fakes/sim/sanitizers.h"
#include "scenarios/direct_database.h"
#include "scenarios/generate.h"
#include "scenarios/live/http.h"
#include "scenarios/live/stage.h"
#include "scenarios/migration.h"

namespace cutover::scenarios {
namespace {

using rollout::Phase;
using std::chrono::seconds;

constexpr std::uint64_t lab_popular_books = 50;
constexpr std::uint64_t nobodys_books = 900'000'000;

// Step by step past the gates: what they ask for is another drill's.
void stand_at_d1(World& world) {
  DirectDatabase d1(world.d1());
  rollout::PhaseStore store(d1);
  for (int step = 1; step <= static_cast<int>(Phase::d1); ++step) {
    const auto next = static_cast<Phase>(step);
    const int percent = next >= Phase::d1_reads ? 100 : 0;
    const auto state = store.read();
    CUTOVER_CHECK(state.has_value(), "a database with the schema has a state");
    const auto moved =
        store.change(state->revision, {next, percent, false, "lab", "past the gates", ""});
    CUTOVER_CHECK(moved && moved->changed == rollout::PhaseStore::Changed::done,
                  "each phase follows the one before");
  }
  world.kv().load({std::string(rollout::flag_key), "true", std::nullopt, ""});
}

}  // namespace

Lab::Lab(std::uint64_t seed, std::uint64_t rare, const api::SystemOptions& options)
    : books_(live_books(seed, lab_popular_books, rare, WorldOptions{}.start)), options_(options) {
  WorldOptions world;
  world.seed = seed;
  world_ = std::make_unique<World>(world, troubles_);
  world_->d1().restore(database_with_schema());
  for (const KvRecord& record : books_.sources) world_->kv().load(record);
  const MigrationResult migrated = migrate_all(*world_, MigrationPlan{}, migrate::Begin::fresh);
  CUTOVER_CHECK(migrated.complete(), "nothing is in the way of this migration");
  const std::set<std::string> rare_books(books_.rare.begin(), books_.rare.end());
  std::vector<KvRecord> left;
  for (const KvRecord& record : world_->kv().entries()) {
    const std::string isbn = record.key.substr(record.key.rfind(':') + 1);
    if (rare_books.contains(isbn)) {
      world_->provider().put_book(isbn, record.value);
    } else {
      left.push_back(record);
    }
  }
  world_->kv().restore(left);
  stand_at_d1(*world_);
  world_->scheduler().history().observe(meter_);
}

Lab::~Lab() {
  world_->scheduler().history().ignore(meter_);
}

void Lab::play(const std::function<void(Lab&)>& script) {
  world_->start("api", 0, no_limits(), [&](Isolate& isolate) {
    api::System system(isolate.kv, isolate.d1, isolate.provider, isolate.runtime, isolate.telemetry,
                       options_);
    const auto group = isolate.runtime.task_group(5000);
    isolate_ = &isolate;
    system_ = &system;
    group_ = group.get();
    bool over = false;
    group->spawn([&] {
      while (!over) {
        isolate.runtime.sleep(seconds(1));
        system.tick();
      }
    });
    script(*this);
    {
      const sim::Quiet quiet;
      over = true;
    }
    group->wait();
    isolate.runtime.sleep(seconds(31));  // deferred work is over then
  });
  world_->run();
}

void Lab::load(int per_second, Duration length, std::uint64_t broken_in, Ask what) {
  const Duration pause = Duration(1'000'000 / per_second);
  const auto requests = static_cast<std::uint64_t>(length / pause);
  for (std::uint64_t i = 1; i <= requests; ++i) {
    const bool broken = broken_in != 0 && i % broken_in == 0;
    group_->spawn([this, broken, what] { ask(broken ? Ask::broken : what); });
    wait(pause);
  }
}

void Lab::burst(int requests, Ask what) {
  for (int i = 0; i < requests; ++i) group_->spawn([this, what] { ask(what); });
}

void Lab::ask(Ask what) {
  std::string isbn;
  {
    const sim::Quiet quiet;
    switch (what) {
      case Ask::popular: isbn = books_.popular[popular_asked_++ % books_.popular.size()]; break;
      case Ask::rare: isbn = books_.rare.at(rare_asked_++); break;
      case Ask::broken: isbn = isbn13_of(nobodys_books + broken_asked_++); break;
    }
  }
  Sample sample;
  sample.at = now();
  sample.status = send(search_request(isbn)).status;
  sample.took = now() - sample.at;
  meter_.note(sample);
}

}  // namespace cutover::scenarios
