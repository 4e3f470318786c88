#include "chaos/storm_run.h"

#include <exception>
#include <optional>
#include <utility>

#include "chaos/invariants/invariants.h"
#include "chaos/invariants/watch.h"
#include "core/books/transform.h"
#include "core/store/live_books.h"
#include "scenarios/generate.h"

namespace cutover::chaos {
namespace {

using migrate::Begin;
using migrate::StepEnd;
using scenarios::Isolate;
using scenarios::World;

// After the calm every migration must be over within this (liveness).
constexpr Duration patience = std::chrono::hours(2);

// A database with the schema, made once for each thread: every world starts from it.
const std::string& empty_database() {
  thread_local const std::string image = [] {
    sim::FaultPlan no_faults;
    World world({}, no_faults);
    scenarios::apply_schema(world);
    return world.d1().image();
  }();
  return image;
}

std::string key_of(std::uint64_t index) {
  return "book:isbn:" + scenarios::isbn13_of(index);
}

migrate::MigratorOptions migrator_options() {
  migrate::MigratorOptions options;
  options.chunk_keys = 15;
  options.read.page_keys = 40;
  options.read.reads_in_flight = 2;
  options.lease_seconds = 30;
  return options;
}

// Drives one migrator as a cron trigger would: invocation after invocation until it is over.
void drive_migrator(World& world, Isolate& driver, const std::string& role, std::size_t location,
                    Aftermath& aftermath, Duration give_up_at) {
  Begin begin = Begin::fresh;
  scenarios::MigrationResult& result = aftermath.migration;
  while (!aftermath.finished && world.scheduler().now() < give_up_at) {
    result.invocations += 1;
    // Shared with the invocation, which may outlive this loop's interest in it.
    const auto report = std::make_shared<std::optional<Outcome<migrate::StepReport>>>();
    const sim::Process& process = world.start(
        role, location, {1000, 200, 70, std::chrono::minutes(15)}, [=](Isolate& isolate) {
          migrate::Migrator migrator(isolate.kv, isolate.d1, isolate.runtime, isolate.telemetry,
                                     migrator_options());
          *report = migrator.step(begin);
        });
    while (process.alive() && !*report) driver.runtime.sleep(std::chrono::milliseconds(25));
    if (!*report || !**report) {
      (*report ? result.failures : result.kills) += 1;
      driver.runtime.sleep(std::chrono::seconds(1));
      begin = Begin::resume;
      continue;
    }
    const migrate::StepReport& step = ***report;
    if (step.run) result.run = *step.run;
    result.end = step.end;
    begin = step.end == StepEnd::nothing ? Begin::fresh : Begin::resume;
    if (step.end == StepEnd::complete || step.end == StepEnd::failed) {
      aftermath.finished = true;
    } else if (step.wait > Duration{0}) {
      driver.runtime.sleep(std::min<Duration>(step.wait, std::chrono::seconds(10)));
    }
  }
}

// Live traffic writes a book as the lookup does: D1 first, and KV only with D1's word.
void write_books(Isolate& isolate, const StormCase& played, Aftermath& aftermath) {
  books::Transform transform;
  for (std::uint64_t i = 0; i < played.operations; ++i) {
    isolate.runtime.sleep(
        std::chrono::milliseconds(isolate.runtime.random_number("traffic") % 2000));
    const std::uint64_t index = isolate.runtime.random_number("traffic") % (played.keys + 5);
    const std::string key = key_of(index);
    const std::string value = R"({"title":"live )" +
                              std::to_string(isolate.runtime.random_number("traffic") % 1000) +
                              R"(","authors":["A. Writer"]})";
    auto made = transform({key, value, std::nullopt});
    auto& row = std::get<books::BookRow>(made);
    row.source_time = isolate.runtime.wall().millis();
    aftermath.written[row.isbn].insert(row.title);
    const auto saved = store::save_live_book(isolate.d1, row);
    if (!saved) continue;
    if (saved->written) aftermath.acknowledged.push_back({row.isbn, *row.source_time});
    static_cast<void>(isolate.kv.put(key, value, {}));
  }
}

// Their answers are part of the history; nobody judges them here.
void read_books(Isolate& isolate, const StormCase& played) {
  for (std::uint64_t i = 0; i < played.operations; ++i) {
    isolate.runtime.sleep(
        std::chrono::milliseconds(isolate.runtime.random_number("traffic") % 1500));
    const std::uint64_t index = isolate.runtime.random_number("traffic") % (played.keys + 5);
    static_cast<void>(isolate.kv.get(key_of(index)));
  }
}

}  // namespace

std::string StormResult::signature() const {
  std::set<std::string> names;
  for (const Violation& violation : violations) names.insert(violation.invariant);
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : "+") + name;
  return text;
}

StormRun::StormRun(const StormCase& played, sim::FaultPlan& plan, sim::History::Keep keep,
                   sim::Scheduler::Mode mode)
    : played_(played) {
  scenarios::WorldOptions options;
  options.seed = played.seed;
  options.keep = keep;
  options.mode = mode;
  world_ = std::make_unique<World>(options, plan);
  world_->d1().restore(empty_database());
  const scenarios::DumpGenerator dump({played.seed, options.start.seconds(), 150});
  aftermath_ = std::make_unique<Aftermath>(
      Aftermath{played_, *world_, dump.records(played.keys), {}, {}, false, {}, {}});
  for (const KvRecord& record : aftermath_->sources) world_->kv().load(record);
  if (played.isolates > 0) stock_provider();
  watches_ = std::make_unique<Watches>(*world_);
}

StormRun::~StormRun() = default;

StormResult StormRun::play() {
  start_migrators();
  start_live_traffic();
  start_live_system(*world_, played_, aftermath_->live);
  StormResult result;
  try {
    world_->run();
  } catch (const std::exception& error) {
    aftermath_->broke_down = error.what();
  }
  aftermath_->seen = watches_->found();
  result.virtual_time = world_->scheduler().now();
  result.digest = history().digest();
  result.events = history().size();
  result.calls = world_->gate().calls_made();
  result.violations = judge(*aftermath_);
  if (played_.scenario == canary_scenario) {
    result.violations.push_back({"canary", "", "this scenario always fails"});
  }
  for (const migrate::Fate fate : migrate::all_fates) {
    result.fates[std::string(name_of(fate))] = aftermath_->migration.run.totals[fate];
  }
  return result;
}

// The provider knows every second book, and the extra ones that are asked for.
void StormRun::stock_provider() {
  for (std::uint64_t i = 0; i < played_.keys + 5; ++i) {
    if (i % 2 == 1 && i < played_.keys) continue;
    const std::string isbn = scenarios::isbn13_of(i);
    const std::string title = "from the provider " + std::to_string(i);
    world_->provider().put_book(isbn, R"({"title":")" + title + R"(","authors":["P. Rovider"]})");
    aftermath_->written[isbn].insert(title);
    aftermath_->live.stocked.insert(isbn);
  }
}

void StormRun::start_migrators() {
  const Duration give_up_at = std::chrono::seconds(played_.storm_seconds) + patience;
  for (std::uint64_t i = 0; i < played_.migrators; ++i) {
    const std::string role = i == 0 ? "migrator" : "migrator-" + std::to_string(i + 1);
    world_->start("driver", i % played_.locations, scenarios::no_limits(),
                  [this, role, i, give_up_at](Isolate& driver) {
                    drive_migrator(*world_, driver, role, i % played_.locations, *aftermath_,
                                   give_up_at);
                  });
  }
}

void StormRun::start_live_traffic() {
  for (std::uint64_t i = 0; i < played_.writers; ++i) {
    world_->start("writer-" + std::to_string(i + 1), i % played_.locations, scenarios::no_limits(),
                  [this](Isolate& isolate) { write_books(isolate, played_, *aftermath_); });
  }
  for (std::uint64_t i = 0; i < played_.readers; ++i) {
    world_->start("reader-" + std::to_string(i + 1), i % played_.locations, scenarios::no_limits(),
                  [this](Isolate& isolate) { read_books(isolate, played_); });
  }
}

}  // namespace cutover::chaos
