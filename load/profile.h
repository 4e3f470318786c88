// Profile: what a load is: how many, of what, for how long, and what must hold. A plain value; its
// defaults are the plan's load test (plan 2.4, R4.3), as in profiles/plan.toml. The file's reader
// is profile_file.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/rollout/phase_store.h"
#include "load/distributions.h"
#include "load/stages.h"
#include "load/threshold.h"

namespace cutover::load {

// virtual_users: a closed loop. Each user sends, waits for the answer, thinks, and sends again; a
// slow server is asked less often.
// arrivals: an open loop. Requests are due at their own times, whatever the server does, and their
// duration counts from when they were due: a stall is not hidden.
enum class Executor : std::uint8_t { virtual_users, arrivals };

// Of arrivals: all alike, or as independent people come (exponential gaps).
enum class Spacing : std::uint8_t { even, poisson };

// Shares of each kind of request; only their ratios count.
struct Mix {
  double search_known = 1;
  double search_fresh = 0;    // books that only the provider knows at first; simulation only
  double search_unknown = 0;  // books that nobody has
  double library_read = 0;
  double library_write = 0;

  friend bool operator==(const Mix&, const Mix&) = default;
};

// How long the simulated services take. Sources: docs/LOAD.md.
struct LatencyModel {
  LatencyPair kv_cached{std::chrono::milliseconds(1), std::chrono::milliseconds(5)};
  LatencyPair kv_cold{std::chrono::milliseconds(100), std::chrono::milliseconds(400)};
  LatencyPair kv_write{std::chrono::milliseconds(150), std::chrono::milliseconds(400)};
  LatencyPair d1{std::chrono::milliseconds(20), std::chrono::milliseconds(60)};  // the way there
  LatencyPair provider{std::chrono::milliseconds(200), std::chrono::milliseconds(800)};
  Duration d1_read{500};    // in D1's one queue, each statement
  Duration d1_write{4000};  // the same

  friend bool operator==(const LatencyModel&, const LatencyModel&) = default;
};

// A change of the rollout while the load runs; simulation only.
struct RolloutStep {
  Duration at{0};
  rollout::Phase phase = rollout::Phase::kv_only;
  int percent = 0;  // in d1_reads

  friend bool operator==(const RolloutStep&, const RolloutStep&) = default;
};

struct Profile {
  std::string name = "plan";
  Executor executor = Executor::virtual_users;
  Spacing spacing = Spacing::even;
  std::vector<Stage> stages = {{std::chrono::seconds(30), 50},
                               {Duration{0}, 100},
                               {std::chrono::minutes(1), 100},
                               {std::chrono::seconds(30), 0}};
  Duration think = std::chrono::seconds(1);  // of a virtual user, after each answer
  std::size_t connections = 100;             // of arrivals: so many under way at most; 1 to 1,000
  Duration warm_up{0};                       // requests due before are sent, and not counted
  Mix mix;
  double popularity = 0.8;  // Zipf's exponent over the known books; 0: all alike
  std::vector<Threshold> thresholds = plan_thresholds();
  LatencyModel latency;

  // Simulation only.
  std::size_t locations = 4;                  // each with its own KV cache
  std::size_t isolates = 1;                   // at each location
  double kv_share = 1;                        // of the known books, those that KV has at the start
  Duration kv_life = std::chrono::hours(24);  // ... their lives end evenly within this
  std::size_t fresh_books = 2000;             // how many different ones
  std::vector<RolloutStep> rollout;

  [[nodiscard]] static std::vector<Threshold> plan_thresholds();
  friend bool operator==(const Profile&, const Profile&) = default;
};

}  // namespace cutover::load
