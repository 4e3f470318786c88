#include "chaos/weather.h"

#include <algorithm>
#include <memory>

#include "chaos/migration_driver.h"
#include "chaos/storm_run.h"
#include "chaos/traffic.h"
#include "core/store/schema_migrations.h"
#include "fakes/sim/sanitizers.h"

namespace cutover::chaos {
namespace {

using scenarios::Isolate;
using scenarios::World;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A deploy lets requests that are under way go on for so long.
constexpr Duration grace = seconds(30);

Service service_named(const std::string& name) {
  if (name == "kv") return Service::kv;
  return name == "d1" ? Service::d1 : Service::provider;
}

// What the weather does to a service, or notes for the judges, is no race of the core.
void quietly(const std::function<void()>& what) {
  const sim::Quiet quiet;
  what();
}

// Does something at a moment, in a process of its own.
void at(World& world, Duration when, std::function<void(Isolate&)> what) {
  world.start("weather", 0, scenarios::no_limits(),
              [&world, when, what = std::move(what)](Isolate& self) {
                self.runtime.sleep(std::max(Duration{0}, when - world.scheduler().now()));
                what(self);
              });
}

}  // namespace

sim::Decision Weather::decide(const sim::Process& process, const sim::Call& call,
                              std::uint64_t ordinal, Duration now) {
  sim::Decision decision = plan_.decide(process, call, ordinal, now);
  if (now >= out_until_[static_cast<std::size_t>(call.service)]) return decision;
  decision = sim::Decision(sim::Ending::rejected, FailureKind::unavailable);
  decision.name = row_of(Happen::outage).name;
  return decision;
}

void Weather::begin(World& world, const StormCase& played, Aftermath& aftermath) {
  world_ = &world;
  played_ = &played;
  aftermath_ = &aftermath;
  for (const Happening& happening : played.happenings) {
    const Duration when = milliseconds(happening.at_ms);
    if (happening.what == Happen::time_travel) {
      const Duration back = std::min<Duration>(when, seconds(happening.amount));
      at(world, when - back, [this](Isolate&) { take_bookmark(); });
    }
    at(world, when, [this, &happening](Isolate& self) { happen(happening, self); });
  }
}

void Weather::happen(const Happening& happening, Isolate& self) {
  world_->scheduler().record(self.process, sim::EventKind::mark, "happening", describe(happening),
                             row_of(happening.what).name);
  const Duration length = seconds(happening.amount);
  switch (happening.what) {
    case Happen::outage: {
      const sim::Quiet quiet;
      Duration& until = out_until_[static_cast<std::size_t>(service_named(happening.target))];
      until = std::max(until, world_->scheduler().now() + length);
      break;
    }
    case Happen::brown_out:
      quietly([this] { world_->kv().set_brown_out(true); });
      self.runtime.sleep(length);
      quietly([this] { world_->kv().set_brown_out(false); });
      break;
    case Happen::full_database:
      quietly([this] { world_->d1().set_full(true); });
      self.runtime.sleep(length);
      quietly([this] { world_->d1().set_full(false); });
      break;
    case Happen::export_running:
      quietly([this] { world_->d1().set_export_running(true); });
      self.runtime.sleep(length);
      quietly([this] { world_->d1().set_export_running(false); });
      break;
    case Happen::evict:
      if (!evict(happening.target)) quietly([&] { idle_.push_back(happening); });
      break;
    case Happen::deploy: deploy(self); break;
    case Happen::double_start: start_migration(migrate::Begin::fresh); break;
    case Happen::start_again: start_migration(migrate::Begin::resume); break;
    case Happen::pause: pause(self); break;
    case Happen::time_travel: set_back(); break;
    case Happen::schema_again:
      static_cast<void>(store::apply(self.d1, store::embedded_migrations(), false));
      break;
    case Happen::flag:
      static_cast<void>(
          self.kv.put("feature:enable_d1_reads", std::to_string(happening.amount) + "%", {}));
      break;
    case Happen::write_book:
      write_book(*world_, self, happening.target, happening.amount, *aftermath_);
      break;
    case Happen::read_book: static_cast<void>(self.kv.get("book:isbn:" + happening.target)); break;
    case Happen::rollback:
      request_by_hand(self, "/admin/rollback", R"({"reason":"the weather"})");
      break;
    case Happen::invalidate:
      request_by_hand(self, "/admin/invalidate", R"({"isbn":")" + happening.target + R"("})");
      break;
    case Happen::clear_cache:
      request_by_hand(self, "/admin/invalidate", R"({"prefix":"book:isbn:"})");
      break;
  }
}

bool Weather::evict(const std::string& role) {
  sim::Process* process = world_->newest(role);
  if (process == nullptr || !process->alive()) return false;
  world_->scheduler().kill(*process);
  return true;
}

// What runs may go on for a while beside what replaces it, and is ended then.
void Weather::deploy(Isolate& self) {
  quietly([this] { aftermath_->live.deploys += 1; });
  std::vector<std::pair<sim::Process*, std::uint32_t>> old;
  for (const std::string& role : world_->roles()) {
    const bool deployed = role.starts_with("api-") || role.starts_with("migrator");
    sim::Process* process = world_->newest(role);
    if (deployed && process->alive()) old.emplace_back(process, process->incarnation());
  }
  self.runtime.sleep(grace);
  for (const auto& [process, incarnation] : old) {
    if (process->alive() && process->incarnation() == incarnation) {
      world_->scheduler().kill(*process);
    }
  }
}

void Weather::start_migration(migrate::Begin begin) {
  quietly([this] { aftermath_->finished = false; });
  start_migration_driver(*world_, *played_, "migrator-by-hand", 0, begin, *aftermath_);
}

void Weather::pause(Isolate& self) {
  const RetryPolicy retry;
  migrate::Ledger ledger(self.d1, self.runtime, self.telemetry, retry);
  static_cast<void>(ledger.request_pause());
}

void Weather::take_bookmark() {
  const sim::Quiet quiet;
  bookmark_ = world_->d1().bookmark();
  bookmarked_at_ = world_->scheduler().now();
}

// Calls that wait are sent away, what was confirmed since the bookmark is gone, and a migration
// that was over may not be any more.
void Weather::set_back() {
  if (!restore()) return;
  start_migration(migrate::Begin::resume);
}

bool Weather::restore() {
  const sim::Quiet quiet;
  // In the world's first moment both come at once, in any order.
  if (bookmark_.empty()) take_bookmark();
  if (!world_->d1().restore_to(bookmark_)) return false;  // too many restores in a short time
  world_->d1().queue().reset();
  aftermath_->restored_at = world_->scheduler().now();
  std::erase_if(aftermath_->acknowledged,
                [this](const Acknowledged& write) { return write.at >= bookmarked_at_; });
  return true;
}

}  // namespace cutover::chaos
