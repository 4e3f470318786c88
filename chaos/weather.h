// Weather: makes the happenings of a case come true in its world.
//
// An outage is decided here, call by call, before the fault plan is asked; everything else is done
// to the world by a process of its own when its time comes.
#pragma once

#include <array>
#include <vector>

#include "chaos/happening.h"
#include "core/migrate/migrator.h"
#include "fakes/sim/gate.h"

namespace cutover::scenarios {
class World;
struct Isolate;
}  // namespace cutover::scenarios

namespace cutover::chaos {

struct Aftermath;
struct StormCase;

class Weather final : public sim::FaultPlan {
 public:
  // `plan` decides about the calls that no outage hits; it must outlive this.
  explicit Weather(sim::FaultPlan& plan) : plan_(plan) {}

  sim::Decision decide(const sim::Process& process, const sim::Call& call, std::uint64_t ordinal,
                       Duration now) override;

  // Starts what brings the happenings about. All three must outlive the world's run.
  void begin(scenarios::World& world, const StormCase& played, Aftermath& aftermath);

  // Happenings that found nothing to befall: the role was not there, no migration was at work.
  [[nodiscard]] const std::vector<Happening>& idle() const { return idle_; }

 private:
  void happen(const Happening& happening, scenarios::Isolate& self);
  bool evict(const std::string& role);
  void deploy(scenarios::Isolate& self);
  void start_migration(migrate::Begin begin);
  void pause(scenarios::Isolate& self);
  void take_bookmark();
  void set_back();
  bool restore();  // false: there were too many in a short time

  sim::FaultPlan& plan_;
  scenarios::World* world_ = nullptr;
  const StormCase* played_ = nullptr;
  Aftermath* aftermath_ = nullptr;
  std::array<Duration, 3> out_until_{};  // by service
  std::string bookmark_;                 // for the next time travel; empty: none was taken
  Duration bookmarked_at_{0};
  std::vector<Happening> idle_;
};

}  // namespace cutover::chaos
