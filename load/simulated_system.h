// SimulatedSystem: BooksTrack as it goes live, in one simulated world: isolates at several
// locations with the whole of core/api, before the simulated KV, D1 and provider. A load is run in
// it, in virtual time.
//
// At the start KV has the dump's entries, whose lives end evenly within `kv_life`, as they do some
// time after their writing. From the phase `reconcile` on, D1 has what the migrator made of them.
// One world, one thread; use it for one load.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/api/system.h"
#include "load/catalogue.h"
#include "load/latency_plan.h"
#include "load/profile.h"
#include "load/request_source.h"
#include "load/result.h"
#include "load/server.h"
#include "scenarios/generate.h"
#include "scenarios/world.h"

namespace cutover::load {

class SimulatedSystem final : public Server {
 public:
  // All must outlive the system.
  SimulatedSystem(const Profile& profile, const Catalogue& catalogue, std::uint64_t seed);
  ~SimulatedSystem() override;

  // Users who have shelves; from it, and the catalogue, the load's requests are drawn.
  [[nodiscard]] const std::vector<std::string>& users() const { return users_; }

  // Fills the stores, migrates if the phase needs it, and moves the rollout there.
  void prepare(rollout::Phase phase, const RequestSource& source);

  // Lets the isolates idle for a while, then runs `body` in a process of its own, and the profile's
  // rollout steps beside it, and ends when all have ended. Afterwards services() says what was
  // used.
  void run(const std::function<void(Runtime&)>& body);

  // For `body`: what is counted begins here, and a slice of the series ends here.
  void begin_counting();
  void end_slice();

  Reply ask(const Request& request) override;

  [[nodiscard]] Services services();

 private:
  class WatchedDatabase;
  struct Site;

  void fill_kv();
  void keep_house(Site& site, scenarios::Isolate& isolate);
  void operate(scenarios::Isolate& isolate);
  void move_to(Database& database, rollout::Phase phase, int percent);
  [[nodiscard]] bool is_over() const;
  std::size_t next_site();
  const std::string& token_of(const std::string& user);
  [[nodiscard]] Usage usage();

  const Profile& profile_;
  const Catalogue& catalogue_;
  const std::uint64_t seed_;
  LatencyPlan latency_;
  std::unique_ptr<scenarios::World> world_;
  std::vector<std::string> users_;
  std::vector<scenarios::GeneratedShelf> shelves_;
  std::vector<std::unique_ptr<Site>> sites_;
  RandomStream routing_;
  std::map<std::string, std::string> tokens_;  // by user
  Services services_;
  Usage at_start_;
  Duration started_{0};
  Usage at_slice_;
  int d1_percent_ = 0;
  bool over_ = false;
};

}  // namespace cutover::load
