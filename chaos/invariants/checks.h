// The checks of the end of a run, one function for each invariant that needs one (list.cpp).
// Outside of virtual time; none changes anything.
#pragma once

#include <vector>

#include "chaos/storm_run.h"

namespace cutover::chaos {

// migration_end.cpp
std::vector<Violation> check_progress(const Aftermath& aftermath);
std::vector<Violation> check_liveness(const Aftermath& aftermath);
std::vector<Violation> check_conservation(const Aftermath& aftermath);
std::vector<Violation> check_complete(const Aftermath& aftermath);
// convergence.cpp
std::vector<Violation> check_convergence(const Aftermath& aftermath);
// lost_update.cpp
std::vector<Violation> check_lost_updates(const Aftermath& aftermath);
// libraries.cpp
std::vector<Violation> check_libraries(const Aftermath& aftermath);
std::vector<Violation> check_library_model(const Aftermath& aftermath);
// answers.cpp
std::vector<Violation> check_true_answers(const Aftermath& aftermath);
std::vector<Violation> check_same_answer(const Aftermath& aftermath);
std::vector<Violation> check_not_found(const Aftermath& aftermath);
std::vector<Violation> check_health(const Aftermath& aftermath);
std::vector<Violation> check_phase(const Aftermath& aftermath);
std::vector<Violation> check_breaker(const Aftermath& aftermath);
// api_contract.cpp
std::vector<Violation> check_api_contract(const Aftermath& aftermath);
std::vector<Violation> check_shelf_pages(const Aftermath& aftermath);
// privacy.cpp
std::vector<Violation> check_privacy(const Aftermath& aftermath);

}  // namespace cutover::chaos
