// Lab: one isolate of the live system under exactly counted requests, for limits that must be met
// to the request. The rollout stands at d1 from the start.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/api/system.h"
#include "scenarios/live/live_books.h"
#include "scenarios/live/meter.h"
#include "scenarios/live/troubles.h"
#include "scenarios/world.h"

namespace cutover::scenarios {

class Lab {
 public:
  // `rare`: books that stand in D1 and not in KV.
  Lab(std::uint64_t seed, std::uint64_t rare, const api::SystemOptions& options);
  ~Lab();
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  // Plays the script in the isolate, with housekeeping each second, until it ends.
  void play(const std::function<void(Lab&)>& script);

  // ---- From the script ----
  enum class Ask : std::uint8_t {
    popular,  // KV has it
    rare,     // D1 has it; each book once
    broken,   // nobody has it, and the provider fails: a server error
  };
  // So many requests a second, evenly, for so long. One of `broken_in` is broken; 0: none.
  void load(int per_second, Duration length, std::uint64_t broken_in = 0, Ask ask = Ask::popular);
  void burst(int requests, Ask ask);  // at once
  api::HttpResponse send(const api::HttpRequest& request) { return system_->api().handle(request); }
  void wait(Duration duration) { isolate_->runtime.sleep(duration); }

  [[nodiscard]] Duration now() { return world_->scheduler().now(); }
  [[nodiscard]] World& world() { return *world_; }
  [[nodiscard]] api::System& system() { return *system_; }
  [[nodiscard]] Troubles& troubles() { return troubles_; }
  [[nodiscard]] const Meter& meter() const { return meter_; }
  [[nodiscard]] const LiveBooks& books() const { return books_; }

 private:
  void ask(Ask what);

  LiveBooks books_;
  api::SystemOptions options_;
  Troubles troubles_;
  Meter meter_;
  std::unique_ptr<World> world_;
  Isolate* isolate_ = nullptr;
  api::System* system_ = nullptr;
  TaskGroup* group_ = nullptr;
  std::uint64_t popular_asked_ = 0;
  std::uint64_t rare_asked_ = 0;
  std::uint64_t broken_asked_ = 0;
};

}  // namespace cutover::scenarios
