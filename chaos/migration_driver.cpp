#include "chaos/migration_driver.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "chaos/storm_run.h"
#include "core/ports/retry.h"
#include "fakes/sim/sanitizers.h"

namespace cutover::chaos {
namespace {

using migrate::Begin;
using migrate::StepEnd;
using scenarios::Isolate;
using scenarios::World;
using std::chrono::milliseconds;
using std::chrono::seconds;

// After the calm every migration must be over within this (liveness).
constexpr Duration patience = std::chrono::hours(2);

migrate::MigratorOptions migrator_options() {
  migrate::MigratorOptions options;
  options.chunk_keys = 15;
  options.read.page_keys = 40;
  options.read.reads_in_flight = 2;
  options.lease_seconds = 30;
  return options;
}

class Driver {
 public:
  Driver(World& world, Isolate& self, const StormCase& played, std::string role,
         std::size_t location, Aftermath& aftermath)
      : world_(world),
        self_(self),
        played_(played),
        role_(std::move(role)),
        location_(location),
        aftermath_(aftermath) {}

  void drive(Begin begin) {
    const Duration give_up_at = calm() + patience;
    while (!finished() && world_.scheduler().now() < give_up_at) {
      const Duration asked = world_.scheduler().now();
      const auto report = invoke(begin);
      begin = Begin::resume;
      if (!report || !take(*report, asked)) {
        self_.runtime.sleep(seconds(1));
        continue;
      }
      switch (report->end) {
        case StepEnd::complete: break;
        case StepEnd::failed: try_failed_keys_again(report->run->run_id); break;
        case StepEnd::nothing: begin = Begin::fresh; break;
        case StepEnd::paused: self_.runtime.sleep(seconds(5)); break;
        default: self_.runtime.sleep(std::min<Duration>(report->wait, seconds(10)));
      }
    }
  }

 private:
  // What drivers share is the harness's own, and no race of the core.
  [[nodiscard]] bool finished() const {
    const sim::Quiet quiet;
    return aftermath_.finished;
  }

  // False when D1 was set back since it was asked: then the report is about what is gone.
  bool take(const migrate::StepReport& report, Duration asked) {
    const sim::Quiet quiet;
    if (asked <= aftermath_.restored_at) return false;
    if (report.run) aftermath_.migration.run = *report.run;
    aftermath_.migration.end = report.end;
    aftermath_.finished = aftermath_.finished || report.end == StepEnd::complete;
    return true;
  }

  [[nodiscard]] Duration calm() const { return seconds(played_.storm_seconds); }

  // One invocation of the platform; nothing when it died or a service failed.
  std::optional<migrate::StepReport> invoke(Begin begin) {
    scenarios::MigrationResult& result = aftermath_.migration;
    count(result.invocations);
    // Shared with the invocation, which may outlive this driver's interest in it.
    const auto report = std::make_shared<std::optional<Outcome<migrate::StepReport>>>();
    const auto d1_queries = static_cast<std::int64_t>(played_.d1_queries);
    Budget budget{1000, 200, d1_queries, std::chrono::minutes(15)};
    if (played_.d1_queries == StormCase::ample) {
      budget = {d1_queries, d1_queries, d1_queries, std::chrono::hours(24)};
    }
    const sim::Process& process =
        world_.start(role_, location_, budget, [begin, report](Isolate& isolate) {
          migrate::Migrator migrator(isolate.kv, isolate.d1, isolate.runtime, isolate.telemetry,
                                     migrator_options());
          auto outcome = migrator.step(begin);
          {
            const sim::Quiet quiet;
            *report = std::move(outcome);
          }
          sim::happens_before(report.get());
        });
    const auto is_over = [&] {
      const sim::Quiet quiet;
      return !world_.runs(process) || *report;
    };
    while (!is_over()) self_.runtime.sleep(milliseconds(25));
    sim::happens_after(report.get());
    if (*report && **report) {
      note(name_of((**report)->end));
      return std::move(***report);
    }
    note(*report ? "service_failed" : "killed");
    count(*report ? result.failures : result.kills);
    return std::nullopt;
  }

  static void count(std::int64_t& of_all_drivers) {
    const sim::Quiet quiet;
    of_all_drivers += 1;
  }

  // For the reach of campaigns, and for people who read histories.
  void note(std::string_view end) {
    world_.scheduler().record(self_.process, sim::EventKind::mark, "step", role_, end);
  }

  // An operator looks into it once the storm is over.
  void try_failed_keys_again(const std::string& run_id) {
    const Duration until_calm = calm() - world_.scheduler().now();
    self_.runtime.sleep(std::max<Duration>(until_calm, seconds(1)));
    const RetryPolicy retry;
    migrate::Ledger ledger(self_.d1, self_.runtime, self_.telemetry, retry);
    static_cast<void>(ledger.retry_failed(run_id));
  }

  World& world_;
  Isolate& self_;
  const StormCase& played_;
  std::string role_;
  std::size_t location_;
  Aftermath& aftermath_;
};

}  // namespace

void start_migration_driver(World& world, const StormCase& played, const std::string& role,
                            std::size_t location, Begin begin, Aftermath& aftermath) {
  world.start("driver", location, scenarios::no_limits(),
              [&world, &played, &aftermath, role, location, begin](Isolate& self) {
                Driver(world, self, played, role, location, aftermath).drive(begin);
              });
}

}  // namespace cutover::chaos
