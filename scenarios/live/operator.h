// Operator: the person at the console of a play: everything goes through the HTTP API, answered by
// one of the isolates that serve people too, so gates see what their guards and shadow reads saw.
//
// Every call may switch. What is refused is an answer, never an error of the scenario.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/api/http_message.h"
#include "core/rollout/phase_store.h"
#include "scenarios/live/stage.h"

namespace cutover::scenarios {

class Operator {
 public:
  Operator(Stage& stage, Isolate& isolate) : stage_(stage), isolate_(isolate) {}

  void wait(Duration duration) { isolate_.runtime.sleep(duration); }
  [[nodiscard]] Duration now() { return stage_.now(); }
  // The ports of the operator's own machine, for work that no route offers.
  [[nodiscard]] Isolate& isolate() { return isolate_; }

  // Any request, as it stands.
  api::HttpResponse send(const api::HttpRequest& request) {
    return stage_.send(isolate_, request, took_);
  }
  [[nodiscard]] Duration took() const { return took_; }  // of the last request, at its isolate
  api::HttpResponse admin(const std::string& method, const std::string& path,
                          const std::string& body = "", api::Pairs query = {});
  api::HttpResponse search(const std::string& isbn);

  // True: done. A move that its gate refuses is false; `refusal()` has the last refused answer.
  bool move(std::string_view phase, int percent = 0);
  bool set_flag(const std::string& value);
  bool roll_back(const std::string& reason);
  bool allow_writes();
  bool migrate();  // a new run, until it is complete; false: it failed, or ten minutes went by
  bool compare();  // false: it could not be finished, or something differs
  bool invalidate(const std::string& isbn);
  [[nodiscard]] const std::string& refusal() const { return refusal_; }

  // As the service tells them: the phase's name, the percentage in force, and whether writes are
  // stopped. Empty name: no answer.
  struct Standing {
    std::string phase;
    int percent = 0;
    bool writes_stopped = false;
  };
  Standing standing();

  // The whole way forward with every gate, from wherever it stands, as far as this phase.
  // False: a gate stayed closed.
  bool advance_to(rollout::Phase phase, int percent = 100);

 private:
  bool done(const api::HttpResponse& answer);
  bool compare_afresh();

  Stage& stage_;
  Isolate& isolate_;
  std::string refusal_;
  Duration took_{0};
};

}  // namespace cutover::scenarios
