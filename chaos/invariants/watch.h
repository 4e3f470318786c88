// Watch: an invariant that looks while the run goes on, event by event.
//
// A `call` event is recorded at the very instant at which the service did it, so a watch sees the
// services exactly as they were then. It reads them directly, outside of virtual time; it must
// change nothing, must not switch, and keeps no text of an event.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "chaos/storm_run.h"
#include "fakes/sim/history.h"

namespace cutover::chaos {

class Watch {
 public:
  Watch() = default;
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  virtual ~Watch() = default;

  // `role` is that of the event's process; empty when there is none.
  virtual void saw(const sim::EventView& event, std::string_view role) = 0;

  [[nodiscard]] const std::vector<Violation>& found() const { return found_; }

 protected:
  void add(std::string_view invariant, std::string_view about, std::string text);

 private:
  std::vector<Violation> found_;  // the first few: one is enough to fail
};

// ledger_watch.cpp: after each chunk of a migrator, conservation, no_lost_update and progress.
std::unique_ptr<Watch> make_ledger_watch(scenarios::World& world);
// order_watch.cpp: d1_before_kv.
std::unique_ptr<Watch> make_order_watch(scenarios::World& world);
// privacy.cpp: in every text of an event.
std::unique_ptr<Watch> make_privacy_watch();
// budget_watch.cpp
std::unique_ptr<Watch> make_budget_watch();

// All watches of one world. It must outlive the recording of the history that it observes.
class Watches final : public sim::HistoryObserver {
 public:
  explicit Watches(scenarios::World& world);
  ~Watches() override;
  void happened(const sim::EventView& event) override;
  [[nodiscard]] std::vector<Violation> found() const;
  // ISBNs of which a fault made the provider say something untrue.
  [[nodiscard]] const std::set<std::string>& forgotten() const { return forgotten_; }

 private:
  void note_fault(const sim::EventView& event);

  scenarios::World& world_;
  std::set<std::string> forgotten_;
  std::vector<std::unique_ptr<Watch>> watches_;
  std::vector<std::string> roles_;  // by the process's number
};

}  // namespace cutover::chaos
