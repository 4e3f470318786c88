#include "chaos/storm_case.h"

#include <algorithm>
#include <array>

#include "core/ports/check.h"
#include "core/ports/random.h"
#include "scenarios/generate.h"

namespace cutover::chaos {
namespace {

using C = StormCase;

constexpr CaseNumber numbers[] = {
    {"keys", &C::keys, 1, 100'000, "entries of the source"},
    {"locations", &C::locations, 1, 100, "KV locations"},
    {"migrators", &C::migrators, 0, 2, "migrators at once"},
    {"writers", &C::writers, 0, 100, "live writers"},
    {"readers", &C::readers, 0, 100, "live readers"},
    {"operations", &C::operations, 0, 10'000, "of each reader and writer"},
    {"isolates", &C::isolates, 0, 100, "with the whole live system and its users"},
    {"stormSeconds", &C::storm_seconds, 0, 1'000'000, "virtual time until the calm"},
    {"trafficHours", &C::traffic_hours, 0, 10'000,
     "of the users; 0: as long as the storm and more"},
    {"kvCacheSeconds", &C::kv_cache_seconds, 0, 60, "what a KV location remembers"},
    {"listLagSeconds", &C::list_lag_seconds, 0, 60, "how far KV's lists are behind"},
    {"cursorLifeSeconds", &C::cursor_life_seconds, 0, 86'400, "of a list cursor; 0: for ever"},
    {"clockSkewMs", &C::clock_skew_ms, 0, 60'000, "how far isolates' clocks are off"},
    {"d1Queries", &C::d1_queries, 50, C::ample,
     "of a migrator's invocation; 1000000: ample of all calls"},
    {"oddPerMille", &C::odd_per_mille, 0, 1000, "odd records of the source"},
    {"rarePerMille", &C::rare_per_mille, 0, 1000, "of these, odd in ways that are rare"},
    {"expiringPerMille", &C::expiring_per_mille, 0, 1000, "records that end during the storm"},
};

void standard(StormCase&) {}

void alone(StormCase& played) {
  played.writers = 0;
  played.readers = 0;
}

void two_migrators(StormCase& played) {
  played.migrators = 2;
}

void ttl_wave(StormCase& played) {
  played.expiring_per_mille = 600;
}

void live(StormCase& played) {
  played.keys = 40;
  played.writers = 0;
  played.readers = 0;
  played.isolates = 3;
}

void deploy(StormCase& played) {
  live(played);
  played.isolates = 2;
}

void month(StormCase& played) {
  live(played);
  played.keys = 20;
  played.isolates = 2;
  played.locations = 2;
  played.storm_seconds = 600;
  played.traffic_hours = 30 * 24;
}

std::vector<Happen> of_the_platform() {
  return {Happen::outage, Happen::brown_out, Happen::full_database, Happen::export_running,
          Happen::evict};
}

std::vector<Happen> of_the_migration() {
  std::vector<Happen> all = of_the_platform();
  all.insert(all.end(), {Happen::double_start, Happen::start_again, Happen::pause,
                         Happen::time_travel, Happen::schema_again});
  return all;
}

std::vector<Happen> of_the_rollout() {
  std::vector<Happen> all = of_the_platform();
  all.insert(all.end(), {Happen::deploy, Happen::rollback, Happen::flag, Happen::invalidate,
                         Happen::clear_cache, Happen::double_start, Happen::pause});
  return all;
}

template <std::size_t size>
std::uint64_t pick(RandomStream& random, const std::array<std::uint64_t, size>& from) {
  return from[random.below(size)];
}

void draw_conditions(StormCase& played, RandomStream& random) {
  played.kv_cache_seconds = pick<3>(random, {60, 60, 30});
  played.list_lag_seconds = pick<4>(random, {0, 0, 30, 60});
  played.cursor_life_seconds = pick<4>(random, {0, 0, 5, 120});
  played.clock_skew_ms = pick<4>(random, {0, 0, 2'000, 30'000});
  played.d1_queries = pick<4>(random, {70, 50, 200, StormCase::ample});
  if (played.expiring_per_mille == 0) {
    played.expiring_per_mille = pick<4>(random, {0, 0, 50, 200});
  }
}

std::string target_of(const HappenRow& row, const StormCase& played, RandomStream& random) {
  if (row.target == "service") {
    constexpr std::array<const char*, 3> services = {"kv", "d1", "provider"};
    return services[random.below(played.isolates > 0 ? 3 : 2)];
  }
  if (row.target == "role") {
    std::vector<std::string> roles;
    if (played.migrators > 0) roles.push_back("migrator");
    for (std::uint64_t i = 1; i <= played.isolates; ++i)
      roles.push_back("api-" + std::to_string(i));
    if (played.isolates > 0) roles.push_back("operator");
    return roles.empty() ? "migrator" : roles[random.below(roles.size())];
  }
  if (row.target == "isbn") return scenarios::isbn13_of(random.below(played.keys));
  return "";
}

Happening draw_happening(const Scenario& scenario, const StormCase& played, RandomStream& random) {
  std::vector<Happen> possible;
  for (const Happen what : scenario.may_happen) {
    const bool live = played.isolates > 0;
    if (live ? !row_of(what).migrator_only : !row_of(what).live_only) possible.push_back(what);
  }
  Happening happening;
  happening.what = possible[random.below(possible.size())];
  const HappenRow& row = row_of(happening.what);
  happening.at_ms = random.below(played.storm_seconds * 1000 + 1);
  happening.target = target_of(row, played, random);
  happening.amount = row.amount_min + random.below(row.amount_max - row.amount_min + 1);
  return happening;
}

}  // namespace

std::span<const CaseNumber> case_numbers() {
  return numbers;
}

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all = {
      {"migration", "a migration beside live readers and writers", standard, of_the_migration(), 3},
      {"alone", "a migration, and nobody else", alone, of_the_migration(), 3},
      {"two_migrators", "two migrators at once, beside readers and writers", two_migrators,
       of_the_migration(), 3},
      {"ttl_wave", "most of the source ends while it is migrated", ttl_wave, of_the_migration(), 3},
      {"live", "the whole live system, rolled out and back while it migrates", live,
       of_the_rollout(), 4},
      {"deploy",
       "the live system, with a new version in the middle",
       deploy,
       {Happen::deploy, Happen::evict, Happen::schema_again, Happen::pause},
       4},
      {canary_scenario, "the migration, and a rule that always fails: failures must be reported",
       standard, of_the_migration(), 3},
      {"month", "thirty days of traffic after a migration", month, of_the_rollout(), 2},
  };
  return all;
}

const Scenario* scenario_named(std::string_view name) {
  for (const Scenario& scenario : scenarios()) {
    if (scenario.name == name) return &scenario;
  }
  return nullptr;
}

std::vector<std::string> scenario_names() {
  std::vector<std::string> names;
  for (const Scenario& scenario : scenarios()) names.emplace_back(scenario.name);
  return names;
}

StormCase case_of(const Scenario& scenario) {
  StormCase played;
  played.scenario = scenario.name;
  scenario.prepare(played);
  return played;
}

Duration healthy_from(const StormCase& played) {
  Duration calm = std::chrono::seconds(played.storm_seconds);
  for (const Happening& happening : played.happenings) {
    const bool lasts = row_of(happening.what).unit == "seconds";
    const Duration over = std::chrono::milliseconds(happening.at_ms) +
                          std::chrono::seconds(lasts ? happening.amount : 0);
    calm = std::max(calm, over);
  }
  return calm + std::chrono::minutes(1);
}

StormCase draw_case(const StormCase& base, std::uint64_t seed) {
  const Scenario* scenario = scenario_named(base.scenario);
  CUTOVER_CHECK(scenario != nullptr, "a case names one of the scenarios");
  StormCase played = base;
  played.seed = seed;
  RandomStream random(seed, "conditions");
  draw_conditions(played, random);
  const std::uint64_t count = played.plan ? 0 : random.below(scenario->happenings_max + 1);
  for (std::uint64_t i = 0; i < count; ++i) {
    played.happenings.push_back(draw_happening(*scenario, played, random));
  }
  std::stable_sort(played.happenings.begin(), played.happenings.end());
  return played;
}

}  // namespace cutover::chaos
