// Another project's test against the simulated KV: two locations, one of which remembers too long.

#include <cstdio>

#include "fakes/kv/kv_client.h"
#include "fakes/kv/kv_service.h"
#include "fakes/sim/gate.h"
#include "fakes/sim/scheduler.h"

int main() {
  using namespace cutover;
  sim::Scheduler world({});
  sim::FaultPlan no_faults;
  sim::Gate gate(world, no_faults);
  fakes::KvService service(world, {});
  sim::Process& process = world.start_process("worker");
  world.begin_invocation(process, Budget{});
  bool remembered = false;
  world.spawn(process, "main", [&] {
    fakes::KvClient here(service, gate, process, 0);
    fakes::KvClient there(service, gate, process, 1);
    const auto before = there.get("flag");  // absent, and remembered as absent
    const auto put = here.put("flag", "on", {});
    const auto after = there.get("flag");
    remembered = before && put && after && !after->has_value();
  });
  world.run();
  std::puts(remembered ? "the other location still says: absent" : "unexpected");
  return remembered ? 0 : 1;
}
