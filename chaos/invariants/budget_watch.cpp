// Budgets: no invocation asks for more than it has. A call that the platform refuses for lack of
// budget never reaches a service, so it has an answer and no call.
//
// What repeating failed calls costs cannot be known before, so an invocation in which something
// failed may run out. It must lose nothing by that, which the other invariants see.

#include <map>
#include <string>
#include <utility>

#include "chaos/invariants/watch.h"

namespace cutover::chaos {
namespace {

constexpr std::string_view refusal = "Too many API requests by single Worker invocation.";

class BudgetWatch final : public Watch {
 public:
  void saw(const sim::EventView& event, std::string_view role) override {
    const bool fault = event.kind == sim::EventKind::fault;
    if (!fault && (event.kind != sim::EventKind::answer || event.result == "ok")) return;
    bool& disturbed = disturbed_[{event.process, event.incarnation}];
    if (fault || event.result.find(refusal) == std::string_view::npos) {
      disturbed = true;
    } else if (!disturbed) {
      add("budgets", role, "asked for more than its invocation has: " + std::string(event.what));
    }
  }

 private:
  // Invocations in which a call failed: a process and its incarnation are one here.
  std::map<std::pair<std::uint32_t, std::uint32_t>, bool> disturbed_;
};

}  // namespace

std::unique_ptr<Watch> make_budget_watch() {
  return std::make_unique<BudgetWatch>();
}

}  // namespace cutover::chaos
