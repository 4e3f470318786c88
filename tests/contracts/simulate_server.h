// The simulated services as Cloudflare's API on a real socket (fakes/cloudflare), for what reaches
// its stores over HTTP.
//
// Faults, when they are on, strike a share of all calls: refusals, lost requests and lost answers,
// resets, short and empty pages, stale answers, refused cursors.
#pragma once

#include <memory>

#include "scenarios/final_state.h"
#include "tests/contracts/cloudflare_stands.h"

namespace cutover::contracts {

class SimulateServer : public CloudflareServer {
 public:
  // So many of 1,000 calls meet a fault from now on; 0: none.
  virtual void set_faults(std::uint64_t per_mille) = 0;
  [[nodiscard]] virtual std::uint64_t faults_seen() = 0;
  [[nodiscard]] virtual scenarios::FinalState final_state() = 0;
};

// With a fresh namespace and a fresh database, without faults and without a limit of requests.
[[nodiscard]] std::unique_ptr<SimulateServer> start_simulate();

}  // namespace cutover::contracts
