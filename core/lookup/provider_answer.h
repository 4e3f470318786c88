// What the provider says about one ISBN, sorted: a book, no such book, or a failure (plan defects
// R01, R09, R14).
//
// Another edition than the one asked for is "no such book". An answer that makes no sense is a
// failure, `malformed`: it says nothing about the book.
#pragma once

#include <variant>

#include "core/lookup/tiers.h"

namespace cutover::lookup {

struct NoSuchBook {};
using ProviderAnswer = std::variant<books::BookRow, NoSuchBook, Failure>;

// Asks once, and once more after a short pause when the trouble is of the kind that passes within
// one (503 backendFailed), unless `deadline` (Runtime::now()) is too near. Switches.
ProviderAnswer ask_provider(Tiers& tiers, const books::Isbn& isbn, Duration deadline);

}  // namespace cutover::lookup
