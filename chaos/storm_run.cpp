#include "chaos/storm_run.h"

#include <algorithm>
#include <utility>

#include "chaos/invariants/invariants.h"
#include "chaos/invariants/watch.h"
#include "chaos/migration_driver.h"
#include "chaos/traffic.h"
#include "core/ports/random.h"
#include "scenarios/generate.h"

namespace cutover::chaos {
namespace {

using scenarios::World;

scenarios::WorldOptions world_options(const StormCase& played, sim::History::Keep keep,
                                      sim::Scheduler::Mode mode, bool note_deviations) {
  scenarios::WorldOptions options;
  options.seed = played.seed;
  options.keep = keep;
  options.mode = mode;
  options.schedule = {played.seeded_schedule, played.deviations, note_deviations};
  options.clock_skew_max = std::chrono::milliseconds(played.clock_skew_ms);
  options.kv.cache_ttl = std::chrono::seconds(played.kv_cache_seconds);
  options.kv.list_lag = std::chrono::seconds(played.list_lag_seconds);
  if (played.cursor_life_seconds > 0) {
    options.kv.cursor_life = std::chrono::seconds(played.cursor_life_seconds);
  }
  return options;
}

// Some records end during the storm, whatever their own life was.
void shorten_life(KvRecord& record, const StormCase& played, std::uint64_t index,
                  std::int64_t now) {
  RandomStream random(played.seed + index * 0x9E3779B97F4A7C15ULL, "short lives");
  if (random.below(1000) >= played.expiring_per_mille) return;
  record.expiration = now + 1 + static_cast<std::int64_t>(random.below(played.storm_seconds + 1));
}

std::vector<KvRecord> sources_of(const StormCase& played, UnixTime start) {
  const scenarios::DumpGenerator dump(
      {played.seed, start.seconds(), played.odd_per_mille, played.rare_per_mille});
  std::vector<KvRecord> sources;
  const auto add = [&](std::uint64_t index) {
    sources.push_back(dump.record(index));
    if (played.expiring_per_mille > 0) {
      shorten_life(sources.back(), played, index, start.seconds());
    }
  };
  if (played.only.empty()) {
    for (std::uint64_t i = 0; i < played.keys; ++i) add(i);
  } else {
    for (const std::uint64_t index : played.only) add(index);
  }
  return sources;
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
                   sim::Scheduler::Mode mode, bool note_deviations)
    : played_(played), weather_(plan), judged_(keep != sim::History::Keep::nothing) {
  const auto options = world_options(played_, keep, mode, note_deviations);
  world_ = std::make_unique<World>(options, weather_);
  world_->d1().restore(scenarios::database_with_schema());
  aftermath_ = std::make_unique<Aftermath>(
      Aftermath{played_, *world_, sources_of(played_, options.start), {}, {}, false, {}, {}});
  for (const KvRecord& record : aftermath_->sources) world_->kv().load(record);
  if (played_.isolates > 0) stock_provider();
  if (judged_) watches_ = std::make_unique<Watches>(*world_);
}

StormRun::~StormRun() = default;

StormResult StormRun::play() {
  for (std::uint64_t i = 0; i < played_.migrators; ++i) {
    const std::string role = i == 0 ? "migrator" : "migrator-" + std::to_string(i + 1);
    start_migration_driver(*world_, played_, role, i % played_.locations, migrate::Begin::fresh,
                           *aftermath_);
  }
  start_traffic(*world_, played_, *aftermath_);
  start_live_system(*world_, played_, aftermath_->live);
  weather_.begin(*world_, played_, *aftermath_);
  StormResult result;
  try {
    world_->run();
  } catch (const std::exception& error) {
    aftermath_->broke_down = error.what();
  }
  if (judged_) {
    aftermath_->seen = watches_->found();
    aftermath_->live.forgotten = watches_->forgotten();
  }
  result.virtual_time = world_->scheduler().now();
  result.digest = history().digest();
  result.events = history().size();
  result.calls = world_->gate().calls_made();
  if (at_end_ && aftermath_->broke_down.empty()) at_end_(*aftermath_);
  if (judged_) result.violations = judge(*aftermath_);
  if (played_.scenario == canary_scenario) {
    result.violations.push_back({"canary", "", "this scenario always fails"});
  }
  for (const migrate::Fate fate : migrate::all_fates) {
    result.fates[std::string(name_of(fate))] = aftermath_->migration.run.totals[fate];
  }
  result.idle = weather_.idle();
  result.deviations = world_->scheduler().schedule().noted();
  result.unmatched = world_->scheduler().schedule().unmatched();
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

}  // namespace cutover::chaos
