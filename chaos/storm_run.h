// StormRun: one world under faults: a migration beside live readers and writers at several
// locations, a storm, then calm, then judgement.
//
// A run is a pure function of its case and of the fault plan. What must hold is in
// invariants/invariants.h; DESIGN section 6 numbers it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chaos/live_system.h"
#include "chaos/storm_case.h"
#include "chaos/weather.h"
#include "core/migrate/fate.h"
#include "scenarios/migration.h"
#include "scenarios/world.h"

namespace cutover::chaos {

struct Violation {
  std::string invariant;  // static names: "conservation", ... ; the failure's signature
  std::string about;      // a key, or empty
  std::string text;       // what was found, for people

  friend bool operator==(const Violation&, const Violation&) = default;
};

// A value that a live writer got D1's word for.
struct Acknowledged {
  std::string isbn;
  std::int64_t source_time = 0;  // milliseconds
  Duration at{0};                // of the world's time
  std::string title = {};
};

// What a run left behind, for the invariants.
struct Aftermath {
  const StormCase& played;
  scenarios::World& world;
  std::vector<KvRecord> sources;  // as they stood before the run
  // ISBNs that live traffic may have written, and the titles that it may have given them.
  std::map<std::string, std::set<std::string>> written;
  std::vector<Acknowledged> acknowledged;
  bool finished = false;  // a migrator said complete, or failed
  scenarios::MigrationResult migration;
  LiveRecord live;
  Duration restored_at{-1};          // when D1 was last set back; negative: never
  std::vector<Violation> seen = {};  // by the watches, while the run went on
  std::string broke_down = {};       // why the world could not go on: a deadlock, an exception
};

struct StormResult {
  std::string digest;  // of the whole history
  std::uint64_t events = 0;
  std::uint64_t calls = 0;
  Duration virtual_time{0};
  std::vector<Violation> violations;
  std::map<std::string, std::int64_t> fates;  // of the last run
  std::vector<Happening> idle;                // happenings that found nothing to befall
  std::vector<sim::Deviation> deviations;     // of a seeded schedule, when they are noted
  std::vector<sim::Deviation> unmatched;      // listed deviations that did not come about

  // What went wrong, without particulars: the names of the invariants, "" when all hold.
  [[nodiscard]] std::string signature() const;
};

class Watches;

class StormRun {
 public:
  // `plan` must outlive the run.
  StormRun(const StormCase& played, sim::FaultPlan& plan,
           sim::History::Keep keep = sim::History::Keep::digest_only,
           sim::Scheduler::Mode mode = sim::Scheduler::Mode::fibers, bool note_deviations = false);
  ~StormRun();

  // Plays and judges. Once. Without a history (Keep::nothing, for benchmarks) nobody watches and
  // nobody judges either: the result has no digest and no violations.
  StormResult play();

  [[nodiscard]] const sim::History& history() const { return world_->scheduler().history(); }
  // Before play(): hears every event of the run.
  void observe(sim::HistoryObserver& observer) { world_->scheduler().history().observe(observer); }
  // Before play(): looks at what the run left behind before it is judged, because the judgement may
  // let the world live on. Not called when the world broke down. It must not switch.
  void at_end(std::function<void(const Aftermath& end)> look) { at_end_ = std::move(look); }

 private:
  void stock_provider();

  StormCase played_;
  Weather weather_;
  bool judged_;
  std::unique_ptr<scenarios::World> world_;
  std::unique_ptr<Aftermath> aftermath_;
  std::unique_ptr<Watches> watches_;
  std::function<void(const Aftermath& end)> at_end_;
};

}  // namespace cutover::chaos
