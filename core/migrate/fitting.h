// How many items go into one transaction.
#pragma once

#include <cstddef>
#include <span>

#include "core/migrate/source_reader.h"

namespace cutover::migrate {

// How many of the leading items: at most `bytes_max` bytes of rows (but always one item), and no
// ISBN twice, so that each outcome is what it would be if the keys came one by one. 0 for none.
[[nodiscard]] std::size_t fitting(std::span<const Item> items, std::size_t bytes_max);

}  // namespace cutover::migrate
