// Traffic: live writers and readers beside a migration, where there is no whole live system.
#pragma once

#include <cstdint>
#include <string>

#include "scenarios/world.h"

namespace cutover::chaos {

struct Aftermath;
struct StormCase;

// Starts the case's writers and readers. Writers note in the aftermath what they may have written,
// and what D1 confirmed; readers' answers are part of the history, and nobody judges them here.
void start_traffic(scenarios::World& world, const StormCase& played, Aftermath& aftermath);

// Writes one book as the lookup does: D1 first, and KV only with D1's word. Switches. Nothing
// happens when `isbn` is none.
void write_book(scenarios::World& world, scenarios::Isolate& isolate, const std::string& isbn,
                std::uint64_t number, Aftermath& aftermath);

}  // namespace cutover::chaos
