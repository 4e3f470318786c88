// What the tests of whole runs share: a fault plan that counts, and small budgets.
#pragma once

#include <string>

#include "fakes/sim/gate.h"
#include "scenarios/migration.h"

namespace cutover::scenarios {

// Counts the calls of one role and leaves them alone.
class CallCount final : public sim::FaultPlan {
 public:
  explicit CallCount(std::string role) : role_(std::move(role)) {}

  sim::Decision decide(const sim::Process& process, const sim::Call&, std::uint64_t,
                       Duration) override {
    if (process.role() == role_) ++calls_;
    return sim::Ending::applied;
  }

  [[nodiscard]] std::uint64_t calls() const { return calls_; }

 private:
  std::string role_;
  std::uint64_t calls_ = 0;
};

// Pages of 50 keys, chunks of 20, and a budget of about two chunks an invocation.
inline MigrationPlan small_plan() {
  MigrationPlan plan;
  plan.options.chunk_keys = 20;
  plan.options.read.page_keys = 50;
  plan.options.read.reads_in_flight = 2;
  plan.invocation = {1000, 200, 70, std::chrono::minutes(15)};
  return plan;
}

}  // namespace cutover::scenarios
