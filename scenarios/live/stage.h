// Stage: one simulated world with the live system in it, played by a script.
//
// Isolates at some locations serve requests: each has the whole System, or the version before the
// migration. People ask them without waiting for one another; the operator is the script, and acts
// through the HTTP API as a person does, at one isolate after the other. Everything is noted.
//
// Same options and script, same history. One OS thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/api/system.h"
#include "scenarios/live/crowd.h"
#include "scenarios/live/meter.h"
#include "scenarios/live/oracle.h"
#include "scenarios/live/troubles.h"
#include "scenarios/world.h"

namespace cutover::scenarios {

class Operator;

enum class Version : std::uint8_t { previous, with_d1 };

// Changes an answer on its way to the client: a version of the code that breaks the contract.
using Breakage = std::function<void(const api::HttpRequest&, api::HttpResponse&)>;

struct StageOptions {
  std::uint64_t seed = 1;
  std::vector<KvRecord> sources;  // KV's entries before the migration
  // Books that the provider has and KV does not. It has those that the crowd asks for as well.
  std::vector<KvRecord> unlisted;
  std::size_t isolates = 2;
  std::size_t locations = 2;
  api::SystemOptions system;  // live_options() and what the script wants otherwise
  CrowdOptions crowd;
  double requests_per_second = 2;  // of all isolates together; 0: nobody asks
  Duration housekeeping = std::chrono::seconds(1);
  UnixTime start{1'764'000'000'000'000};  // 2025-11-24T16:00:00Z
};

// Options of a System with the tokens of these worlds.
[[nodiscard]] api::SystemOptions live_options();
inline constexpr const char* live_admin_token = "the operator's token of a rehearsal";
inline constexpr const char* live_user_secret = "the users' secret of a rehearsal";

class Stage {
 public:
  explicit Stage(StageOptions options);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  // Starts the isolates and the script; returns when the script has ended and all that was deferred
  // is done. Again: new isolates in the same world.
  void play(const std::function<void(Operator&)>& script);

  // ---- From a script ----
  // Sends a request to the next isolate in turn and waits for its answer. `took`: at that isolate.
  api::HttpResponse send(Isolate& sender, const api::HttpRequest& request, Duration& took);
  // Replaces every isolate, one after the other, within some seconds.
  void deploy(Version version, Breakage breakage = nullptr);
  // What each isolate would do for this ISBN now. May switch.
  [[nodiscard]] std::vector<lookup::ReadPlan> plans(const books::Isbn& isbn);
  // Is some isolate's breaker around D1 in this state?
  [[nodiscard]] bool some_d1_breaker_is(rollout::BreakerState state) const;
  void set_requests_per_second(double rate);
  void set_housekeeping(Duration every);

  [[nodiscard]] World& world() { return *world_; }
  [[nodiscard]] Duration now() { return world_->scheduler().now(); }
  [[nodiscard]] Troubles& troubles() { return troubles_; }
  [[nodiscard]] Oracle& oracle() { return oracle_; }
  [[nodiscard]] Meter& meter() { return meter_; }
  [[nodiscard]] Crowd& crowd() { return crowd_; }
  [[nodiscard]] const StageOptions& options() const { return options_; }

 private:
  class Site;
  // Handed over to the site and back as by a network: what was done before is seen after.
  struct Job {
    api::HttpRequest request;
    std::optional<api::HttpResponse> answer;
    Duration took{0};
  };
  void stock_provider();
  void start_site(std::size_t number);

  StageOptions options_;
  Troubles troubles_;
  Oracle oracle_;
  Meter meter_;
  Crowd crowd_;
  std::unique_ptr<World> world_;
  std::vector<Site*> sites_;                            // by number; null: being replaced
  std::vector<std::deque<std::shared_ptr<Job>>> jobs_;  // of each site
  std::size_t turn_ = 0;
  bool over_ = false;
  Version version_ = Version::with_d1;
  Breakage breakage_;
  std::int64_t deploys_ = 0;
};

}  // namespace cutover::scenarios
