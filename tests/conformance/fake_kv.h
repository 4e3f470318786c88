// FakeKv: the simulated KV, answering the operations that the bridge answers.
//
// In its strongest form, which is all that a local simulator has: no faults, latency zero, nothing
// remembered by a location, lists without lag or tombstones, no limit of one write a second.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "fakes/kv/kv_client.h"
#include "tests/conformance/json_values.h"

namespace cutover::conformance {

class FakeKv {
 public:
  FakeKv();

  [[nodiscard]] Json answer(const Json& operation);
  // The clock, in ms since 1970. Only "wait" moves it.
  [[nodiscard]] std::int64_t now() const;

 private:
  [[nodiscard]] Json get(const Json& operation);
  [[nodiscard]] Json get_many(const Json& operation);
  [[nodiscard]] Json put(const Json& operation);
  [[nodiscard]] Json list(const Json& operation);
  void run(std::function<void()> body);  // in a task of the world

  sim::Scheduler scheduler_;
  sim::FaultPlan plan_;
  sim::Gate gate_;
  fakes::KvService service_;
  sim::Process& process_;
  fakes::KvClient client_;
  std::string cursor_;  // of the last list
};

}  // namespace cutover::conformance
