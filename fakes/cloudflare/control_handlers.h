// The control API, /_cutover/...: what a test or an operator does to the simulated world that no
// client of Cloudflare can: load data, set faults, move time, read the history, start anew.
//
// Answers are plain JSON; an error is {"error": "..."}. docs/SIMULATE.md has the table.
#pragma once

#include "fakes/cloudflare/json_input.h"
#include "fakes/cloudflare/routes.h"

namespace cutover::simulate {

Answer show_state(Desk& desk, const Asked& asked);
Answer reset_world(Desk& desk, const Asked& asked);
Answer move_time(Desk& desk, const Asked& asked);
Answer set_limits(Desk& desk, const Asked& asked);
Answer read_history(Desk& desk, const Asked& asked);

Answer show_faults(Desk& desk, const Asked& asked);
Answer set_faults(Desk& desk, const Asked& asked);
Answer clear_faults(Desk& desk, const Asked& asked);

Answer load_dump(Desk& desk, const Asked& asked);
Answer load_books(Desk& desk, const Asked& asked);

// The provider knows this book from now on. `book` is one element of what load_books takes.
void teach_book(Cloud& cloud, const std::string& isbn, const Json& book);

[[nodiscard]] api::HttpResponse control_error(const ApiError& error);

}  // namespace cutover::simulate
