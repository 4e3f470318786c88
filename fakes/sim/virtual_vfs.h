// VirtualTimeVfs: gives SQLite the simulated world's clock, so that DEFAULT (unixepoch()) and
// strftime('now') follow virtual time, and a world stays a function of its seed (DESIGN section 2).
//
// Everything else goes to SQLite's default VFS. Nothing here switches: SQLite never waits in a
// simulation (latency is spent before and after a statement). SQL's own random() is seeded once per
// process by SQLite and does not follow the world's seed: do not use it in what is simulated.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/ports/random.h"
#include "core/ports/runtime.h"
#include "fakes/sim/scheduler.h"

namespace cutover::sim {

class VirtualTimeVfs {
 public:
  // Registers itself under a name of its own. Must outlive the connections that use it, as must
  // what `wall` reads.
  VirtualTimeVfs(std::function<UnixTime()> wall, const RandomStream& random);
  explicit VirtualTimeVfs(Scheduler& scheduler);  // its wall clock and its stream "sqlite"
  ~VirtualTimeVfs();
  VirtualTimeVfs(const VirtualTimeVfs&) = delete;
  VirtualTimeVfs& operator=(const VirtualTimeVfs&) = delete;

  // For sqlite3_open_v2 and SQLite::Database.
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::string name_;
};

}  // namespace cutover::sim
