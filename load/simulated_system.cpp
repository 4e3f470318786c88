#include "load/simulated_system.h"

#include <algorithm>
#include <set>

#include "core/api/user_token.h"
#include "core/lookup/cache_entry.h"
#include "core/ports/check.h"
#include "core/rollout/flag.h"
#include "core/store/user_library.h"
#include "fakes/sim/sanitizers.h"
#include "scenarios/migration.h"

namespace cutover::load {
namespace {

using rollout::Phase;
using scenarios::Isolate;
using std::chrono::seconds;

constexpr std::size_t shelf_entries = 4000;
constexpr std::string_view user_secret = "the users' secret of a simulated system";
constexpr Duration idle_time = std::chrono::minutes(1);
constexpr Duration deferred_max = seconds(31);  // deferred work of the platform ends within 30 s
constexpr std::int64_t least_life_seconds = 60;
// Once a second in production. The guard passes over 300 seconds each time, which in a day of
// virtual time is a quarter of the work; what it looks at are minutes.
constexpr Duration housekeeping = seconds(5);

// The gate spends all times, by the latency plan; D1's queue keeps its own.
scenarios::WorldOptions world_options(const Profile& profile, std::uint64_t seed) {
  scenarios::WorldOptions options;
  options.seed = seed;
  scenarios::use_platform(scenarios::year_2026(scenarios::Plan::paid), options);
  options.kv.cached_read_latency = Duration{0};
  options.kv.cold_read_latency = Duration{0};
  options.kv.write_latency = Duration{0};
  options.kv.list_latency = Duration{0};
  options.d1.network_latency = Duration{0};
  options.d1.read_time = profile.latency.d1_read;
  options.d1.write_time = profile.latency.d1_write;
  options.provider.latency = Duration{0};
  return options;
}

api::SystemOptions system_options() {
  api::SystemOptions options;
  options.api.user_secret = user_secret;
  return options;
}

int percent_of(const rollout::RolloutState& state) {
  if (state.phase == Phase::d1) return 100;
  return state.phase == Phase::d1_reads ? state.percent : 0;
}

// The next move on the way from where the rollout stands.
rollout::RolloutChange next_move(Phase from, Phase to, int percent) {
  rollout::RolloutChange change;
  change.actor = "load";
  change.reason = "the profile's phase";
  if (to < from) {
    change.phase = from == Phase::dual_write ? Phase::kv_only : Phase::dual_write;
  } else {
    change.phase = to == from ? to : static_cast<Phase>(static_cast<int>(from) + 1);
  }
  if (change.phase == Phase::d1) change.percent = 100;
  if (change.phase == Phase::d1_reads) change.percent = to == Phase::d1_reads ? percent : 100;
  return change;
}

}  // namespace

// Notes how long each call to D1 took.
class SimulatedSystem::WatchedDatabase final : public Database {
 public:
  WatchedDatabase(Database& database, Runtime& runtime, Histogram& calls)
      : database_(database), runtime_(runtime), calls_(calls) {}

  Outcome<ResultSet> query(const Statement& statement) override {
    const Duration started = runtime_.now();
    auto result = database_.query(statement);
    note(started);
    return result;
  }
  Outcome<std::vector<ResultSet>> batch(std::span<const Statement> statements) override {
    const Duration started = runtime_.now();
    auto result = database_.batch(statements);
    note(started);
    return result;
  }

 private:
  void note(Duration started) {
    const Duration took = runtime_.now() - started;
    const sim::Quiet quiet;  // every task notes here
    calls_.add(took);
  }

  Database& database_;
  Runtime& runtime_;
  Histogram& calls_;
};

// One isolate's place; its system is there once the isolate has started.
struct SimulatedSystem::Site {
  std::size_t location = 0;
  std::unique_ptr<WatchedDatabase> database;
  std::unique_ptr<api::System> system;
};

SimulatedSystem::SimulatedSystem(const Profile& profile, const Catalogue& catalogue,
                                 std::uint64_t seed)
    : profile_(profile),
      catalogue_(catalogue),
      seed_(seed),
      latency_(profile.latency, seed),
      world_(std::make_unique<scenarios::World>(world_options(profile, seed), latency_)),
      shelves_(scenarios::generate_library(seed, catalogue.isbns(), shelf_entries)),
      routing_(seed, "routing") {
  std::set<std::string> users;
  for (const scenarios::GeneratedShelf& shelf : shelves_) users.insert(shelf.user_id);
  users_.assign(users.begin(), users.end());
  for (std::size_t i = 0; i < profile.locations * profile.isolates; ++i) {
    sites_.push_back(std::make_unique<Site>());
    sites_.back()->location = i % profile.locations;
  }
}

// What systems left for later may still use them.
SimulatedSystem::~SimulatedSystem() {
  world_.reset();
}

void SimulatedSystem::prepare(Phase phase, const RequestSource& source) {
  world_->d1().restore(scenarios::database_with_schema());
  for (const KvRecord& record : catalogue_.records) {
    KvRecord entry = record;
    entry.expiration.reset();
    world_->kv().load(std::move(entry));
  }
  for (const CatalogueBook& book : catalogue_.books) {
    world_->provider().put_book(book.isbn, book.json);
  }
  for (std::size_t i = 0; i < source.fresh().size(); ++i) {
    const CatalogueBook& like = catalogue_.books[i % catalogue_.books.size()];
    world_->provider().put_book(source.fresh()[i], like.json);
  }
  if (phase >= Phase::reconcile) {
    const auto migrated = scenarios::migrate_all(*world_, {}, migrate::Begin::fresh);
    CUTOVER_CHECK(migrated.complete(), "nothing is in a migration's way here");
  }
  world_->invoke("operator", 0, scenarios::no_limits(), [&](Isolate& isolate) {
    store::LibraryImport import(isolate.d1);
    for (const scenarios::GeneratedShelf& shelf : shelves_) {
      const auto added = import.add({shelf.user_id, shelf.isbn, shelf.status, shelf.rating, "",
                                     std::to_string(shelf.added_at), "", "", 0});
      CUTOVER_CHECK(added.has_value(), "no service fails here");
    }
    CUTOVER_CHECK(import.flush().has_value(), "no service fails here");
    move_to(isolate.d1, phase, 100);
  });
  fill_kv();
}

// Migrating read it all; now it looks like a cache some time later.
void SimulatedSystem::fill_kv() {
  RandomStream random(seed_, "lives in kv");
  const std::int64_t now = world_->scheduler().wall().seconds();
  const std::int64_t life = std::chrono::duration_cast<seconds>(profile_.kv_life).count();
  constexpr std::uint64_t fine = 1'000'000;
  const auto share = static_cast<std::uint64_t>(profile_.kv_share * static_cast<double>(fine));
  std::vector<KvRecord> entries;
  for (const KvRecord& record : catalogue_.records) {
    const std::int64_t ends = now + random.between(least_life_seconds, life);
    if (!random.chance(share, fine)) continue;
    entries.push_back(record);
    entries.back().expiration = ends;
  }
  KvRecord flag;
  flag.key = std::string(rollout::flag_key);
  flag.value = "true";  // the phase decides
  entries.push_back(std::move(flag));
  world_->kv().restore(entries);
}

void SimulatedSystem::run(const std::function<void(Runtime&)>& body) {
  for (std::size_t i = 0; i < sites_.size(); ++i) {
    Site& site = *sites_[i];
    const auto& process =
        world_->start("api-" + std::to_string(i + 1), site.location, scenarios::no_limits(),
                      [this, &site](Isolate& isolate) { keep_house(site, isolate); });
    latency_.place(process, site.location);
  }
  latency_.begin(world_->kv());
  const Usage before = usage();
  world_->start("load", 0, scenarios::no_limits(), [&](Isolate& isolate) {
    isolate.runtime.sleep(idle_time);
    services_.idle = usage() - before;
    services_.idled = idle_time;
    begin_counting();
    body(isolate.runtime);
    const sim::Quiet quiet;
    services_.used = usage() - at_start_;
    services_.ran = world_->scheduler().now() - started_;
    over_ = true;
  });
  if (!profile_.rollout.empty()) {
    world_->start("operator", 0, scenarios::no_limits(),
                  [this](Isolate& isolate) { operate(isolate); });
  }
  world_->run();
}

void SimulatedSystem::keep_house(Site& site, Isolate& isolate) {
  site.database =
      std::make_unique<WatchedDatabase>(isolate.d1, isolate.runtime, services_.d1_calls);
  site.system = std::make_unique<api::System>(isolate.kv, *site.database, isolate.provider,
                                              isolate.runtime, isolate.telemetry, system_options());
  sim::happens_before(&site);
  while (!is_over()) {
    isolate.runtime.sleep(housekeeping);
    site.system->tick();
  }
  isolate.runtime.sleep(deferred_max);
}

void SimulatedSystem::operate(Isolate& isolate) {
  isolate.runtime.sleep(idle_time);
  const Duration started = isolate.runtime.now();
  for (const RolloutStep& step : profile_.rollout) {
    isolate.runtime.sleep(std::max(started + step.at - isolate.runtime.now(), Duration{0}));
    if (is_over()) return;
    move_to(isolate.d1, step.phase, step.percent);
  }
}

// Without the gates between the phases: a load asks how fast each is, not whether it may be.
void SimulatedSystem::move_to(Database& database, Phase phase, int percent) {
  rollout::PhaseStore store(database);
  constexpr int steps_max = 20;
  for (int i = 0; i < steps_max; ++i) {
    const auto state = store.read();
    if (!state) continue;  // D1 is busy: again
    {
      const sim::Quiet quiet;
      d1_percent_ = percent_of(*state);
    }
    if (state->phase == phase && (phase != Phase::d1_reads || state->percent == percent)) return;
    static_cast<void>(store.change(state->revision, next_move(state->phase, phase, percent)));
  }
}

bool SimulatedSystem::is_over() const {
  const sim::Quiet quiet;
  return over_;
}

void SimulatedSystem::begin_counting() {
  const sim::Quiet quiet;
  at_start_ = at_slice_ = usage();
  started_ = world_->scheduler().now();
  services_.d1_calls = {};
}

void SimulatedSystem::end_slice() {
  const sim::Quiet quiet;
  const Usage now = usage();
  services_.series.push_back(now - at_slice_);
  services_.d1_percent.push_back(d1_percent_);
  at_slice_ = now;
}

Reply SimulatedSystem::ask(const Request& request) {
  const Site& site = *sites_[next_site()];
  sim::happens_after(&site);
  const bool is_search = request.route == Route::search;
  const api::HttpRequest http = to_http(request, is_search ? "" : token_of(request.user));
  const bool remembered =
      is_search && world_->kv().remembers(site.location, lookup::entry_key(request.isbn));
  const api::HttpResponse response = site.system->api().handle(http);
  Reply reply = read_reply(request, response.status, response.body);
  if (remembered && reply.tier == Tier::kv) reply.tier = Tier::cached;
  return reply;
}

std::size_t SimulatedSystem::next_site() {
  const sim::Quiet quiet;
  return routing_.below(sites_.size());
}

const std::string& SimulatedSystem::token_of(const std::string& user) {
  const sim::Quiet quiet;
  std::string& token = tokens_[user];
  if (token.empty()) {
    constexpr std::int64_t far_away = 4'000'000'000;
    token = api::mint_user_token(user_secret, user, far_away);
  }
  return token;
}

Usage SimulatedSystem::usage() {
  const fakes::KvOperationCounts& kv = world_->kv().counts();
  const fakes::D1Counts& d1 = world_->d1().counts();
  Usage usage;
  usage.kv_reads = kv.get + kv.get_many_keys;
  usage.kv_writes = kv.put;
  usage.kv_deletes = kv.remove;
  usage.kv_lists = kv.list;
  usage.d1_queries = d1.statements;
  usage.d1_rows_read = d1.rows_read;
  usage.d1_rows_written = d1.rows_written;
  usage.provider_calls = world_->provider().calls();
  return usage;
}

Services SimulatedSystem::services() {
  services_.kv_bytes = 0;
  for (const KvRecord& entry : world_->kv().entries()) {
    services_.kv_bytes +=
        static_cast<std::int64_t>(entry.key.size() + entry.value.size() + entry.metadata.size());
  }
  services_.d1_bytes = world_->d1().size_bytes();
  return services_;
}

}  // namespace cutover::load
