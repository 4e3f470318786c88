// The list of all invariants, in the order of DESIGN section 6, and the judgement.

#include <array>

#include "chaos/invariants/checks.h"
#include "chaos/invariants/invariants.h"
#include "chaos/invariants/sequel.h"

namespace cutover::chaos {
namespace {

constexpr std::array<Invariant, 31> all = {{
    {"progress", "the world never gets stuck, and a run's progress never goes back",
     check_progress},
    {"liveness", "after the calm the migration ends within a bound", check_liveness},
    {"conservation", "every listed key ends in exactly one fate, and the fates add up, always",
     check_conservation},
    {"complete_means_complete", "a run that says complete saw every key and left none pending",
     check_complete},
    {"convergence", "D1 is what the reference transform makes of the sources", check_convergence},
    {"no_lost_update", "a newer value in D1 is never replaced by an older one", check_lost_updates},
    {"no_lost_library", "a user's entry never disappears unless the user removed it",
     check_libraries},
    {"library_model", "an entry is what its user's requests made of it, field by field and dated",
     check_library_model},
    {"d1_before_kv", "a book is in D1 before it is in KV, unless D1 refused every try", nullptr},
    {"true_answers", "every answer is a value that some tier held for this ISBN",
     check_true_answers},
    {"same_answer", "one version of a book looks the same from every tier", check_same_answer},
    {"not_found", "a book that somebody knows is never not found, one that nobody knows always is",
     check_not_found},
    {"health", "no answer is a 500, and after the calm every search is answered", check_health},
    {"phase", "while the phase forbids it, and a bound after that, D1 answers nobody", check_phase},
    {"breaker", "a breaker does not stay open after health returned", check_breaker},
    {"api_contract", "every request gets the status that is right for it, wrong ones too",
     check_api_contract},
    {"shelf_pages", "a page of a shelf holds only what was asked for, newest first",
     check_shelf_pages},
    {"budgets", "no invocation asks for more than it has", nullptr},
    {"privacy", "no token, secret or stored value is in a log, the history or a refusal",
     check_privacy},
    {"idempotence", "a further run, undisturbed, changes nothing but its own records", nullptr},
    {"resumability", "an interrupted run ends where an uninterrupted one ends, totals included",
     nullptr},
    {"dry_run", "a dry run writes nothing, and its totals are those of the real run", nullptr},
    {"status", "the status of the migration is what the ledger says", nullptr},
    {"shelf_filters", "filters and pages of a shelf give exactly what a model of the shelf gives",
     nullptr},
    {"degradation", "with any backend down, what the others can answer is answered", nullptr},
    {"one_call", "many who miss one ISBN at once cost one call of the provider", nullptr},
    {"bounded_staleness", "no answer that is not marked stale is older than the stated bound",
     nullptr},
    {"gate", "reads do not move to D1 before what must be done is done", nullptr},
    {"flag", "after the stated bound no read contradicts the flag", nullptr},
    {"rollback", "a rollback loses nothing that was answered, and a second cutover converges",
     nullptr},
    {"honest_validation", "a clean end is found clean, and whatever was altered is reported",
     nullptr},
}};

}  // namespace

std::span<const Invariant> invariants() {
  return all;
}

std::vector<Violation> judge(const Aftermath& aftermath) {
  std::vector<Violation> found;
  // What a world left behind that broke down in the middle says nothing.
  if (!aftermath.broke_down.empty()) return check_progress(aftermath);
  for (const Invariant& invariant : all) {
    if (invariant.check == nullptr) continue;
    auto violations = invariant.check(aftermath);
    found.insert(found.end(), violations.begin(), violations.end());
  }
  found.insert(found.end(), aftermath.seen.begin(), aftermath.seen.end());
  // A world that is wrong already has nothing to say about what comes after.
  if (found.empty() && sequel_is_due(aftermath.played)) return play_sequel(aftermath);
  return found;
}

}  // namespace cutover::chaos
