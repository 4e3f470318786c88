// A simulated world for the rollout: D1, KV with its caches, isolates that hold a Rollout each, and
// shortcuts through the phases.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "core/rollout/rollout.h"
#include "scenarios/direct_database.h"
#include "scenarios/generate.h"
#include "scenarios/migration.h"
#include "scenarios/world.h"
#include "tests/core/migrate/hooked.h"
#include "tests/core/rollout/mocks.h"

namespace cutover::rollout {

inline books::Isbn isbn_of(std::uint64_t index) {
  return books::Isbn::parse(scenarios::isbn13_of(index))->isbn;
}

class Site : public testing::Test {
 protected:
  explicit Site(bool with_schema = true) : world(world_options(), no_faults), d1(world.d1()) {
    if (with_schema) scenarios::apply_schema(world);
  }

  // One isolate with its rollout, its ports open to hooks.
  struct Here {
    Here(Site& site, scenarios::Isolate& in)
        : isolate(in),
          kv(in.kv, site.kv_hooks),
          d1(in.d1, site.d1_hooks),
          rollout(kv, d1, in.runtime, in.telemetry, site.options) {}
    scenarios::Isolate& isolate;
    migrate::HookedKv kv;
    migrate::HookedDatabase d1;
    Rollout rollout;
  };

  void in_isolate(const std::function<void(Here&)>& body, std::size_t location = 0,
                  const std::string& role = "isolate") {
    start(body, location, role);
    world.run();
  }
  void start(std::function<void(Here&)> body, std::size_t location, const std::string& role) {
    world.start(role, location, scenarios::no_limits(),
                [this, body = std::move(body)](scenarios::Isolate& isolate) {
                  Here here(*this, isolate);
                  body(here);
                });
  }

  // Straight into the state, past gates: for tests of what comes after.
  RolloutState stand_at(Phase phase, int percent = 0) {
    PhaseStore store(d1);
    auto state = store.read();
    for (int step = static_cast<int>(state->phase) + 1; step <= static_cast<int>(phase); ++step) {
      const auto next = static_cast<Phase>(step);
      const int at = next == Phase::d1         ? 100
                     : next == Phase::d1_reads ? (percent > 0 ? percent : 100)
                                               : 0;
      const auto moved = store.change(state->revision, {next, at, false, "test", "", ""});
      EXPECT_TRUE(moved && moved->changed == PhaseStore::Changed::done);
      state = moved->state;
    }
    return *state;
  }

  // KV's flag, seen at once by locations that have not read it yet.
  void set_flag(const std::string& text) {
    world.kv().load({std::string(flag_key), text, std::nullopt, ""});
  }

  void sql(const std::string& text) {
    const auto done = d1.query({text, {}});
    ASSERT_TRUE(done) << describe(done.error());
  }
  std::int64_t number(const std::string& text) {
    const auto found = d1.query({text, {}});
    return found && !found->rows.empty() ? as_int(found->rows[0][0]) : -1;
  }
  // How often the world's history holds this event with this text in its fields.
  std::int64_t events(std::string_view name, std::string_view text = "") {
    std::int64_t found = 0;
    for (const sim::Event& event : world.scheduler().history().events()) {
      const bool is_it = event.what == name && event.result.find(text) != std::string::npos;
      found += is_it ? 1 : 0;
    }
    return found;
  }
  // A run as the migrator leaves it; it begins now.
  void add_run(const std::string& state = "complete", std::int64_t pending = 0,
               std::int64_t failed = 0) {
    sql("INSERT INTO MigrationRuns (run_id, source, state, pending, failed) "
        "SELECT 'run-' || (count(*) + 1), 's', '" +
        state + "', " + std::to_string(pending) + ", " + std::to_string(failed) +
        " FROM MigrationRuns");
  }

  static scenarios::WorldOptions world_options() {
    scenarios::WorldOptions options;
    options.keep = sim::History::Keep::events;
    return options;
  }

  sim::FaultPlan no_faults;
  scenarios::World world;
  scenarios::DirectDatabase d1;
  migrate::DatabaseHooks d1_hooks;
  migrate::KvHooks kv_hooks;
  RolloutOptions options;
};

class SiteWithoutSchema : public Site {
 protected:
  SiteWithoutSchema() : Site(false) {}
};

}  // namespace cutover::rollout
