// FakeD1: the simulated D1, answering the operations that the bridge answers. No faults, and time
// stands still.
#pragma once

#include <functional>

#include "fakes/d1/d1_client.h"
#include "fakes/sim/virtual_vfs.h"
#include "tests/conformance/json_values.h"

namespace cutover::conformance {

class FakeD1 {
 public:
  FakeD1();

  [[nodiscard]] Json answer(const Json& operation);

  // The port itself, for tests that hand it to the core.
  void with_database(const std::function<void(Database&)>& body);

 private:
  [[nodiscard]] Json query(const Json& operation);
  [[nodiscard]] Json batch(const Json& operation);
  [[nodiscard]] Json exec(const Json& operation);

  sim::Scheduler scheduler_;
  sim::VirtualTimeVfs vfs_;
  sim::FaultPlan plan_;
  sim::Gate gate_;
  fakes::D1Service service_;
  sim::Process& process_;
  fakes::D1Client client_;
};

}  // namespace cutover::conformance
