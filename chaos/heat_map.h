// The heat map of an exploration: one HTML file without scripts or network, for people.
#pragma once

#include <string>
#include <vector>

#include "chaos/explore.h"

namespace cutover::chaos {

// One table for each exploration: rows and columns as in Explored::heat; each cell says how many
// were played and how many survived, and its colour shows the share.
[[nodiscard]] std::string heat_map_html(const std::vector<Explored>& explored);

}  // namespace cutover::chaos
