// Site: one isolate on the stage: its version of the code, the requests that reach it, and its
// housekeeping. Lives from a deploy to the next, or to the end of the play.
#pragma once

#include <memory>

#include "core/api/system.h"
#include "scenarios/live/previous_version.h"
#include "scenarios/live/stage.h"

namespace cutover::scenarios {

class Stage::Site {
 public:
  Site(Stage& stage, Isolate& isolate, std::size_t number);
  ~Site();
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  // Until a deploy or the end of the play. Switches.
  void serve();

  [[nodiscard]] api::System* system() { return system_.get(); }  // null: the previous version

 private:
  api::HttpResponse handle(const api::HttpRequest& request);
  void ask(const Wish& wish);
  void answer_jobs(TaskGroup& group);
  [[nodiscard]] double requests_per_second() const;
  [[nodiscard]] Duration until_housekeeping() const;
  [[nodiscard]] Duration until_next_request(double rate);
  [[nodiscard]] bool goes_on() const;
  std::uint64_t random() { return isolate_.runtime.random_number("crowd"); }

  Stage& stage_;
  Isolate& isolate_;
  std::size_t number_;
  std::int64_t deploy_;  // that brought this version
  Breakage breakage_;
  std::unique_ptr<api::System> system_;
  std::unique_ptr<PreviousVersion> previous_;
};

}  // namespace cutover::scenarios
