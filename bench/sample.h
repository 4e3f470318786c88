// The real books that are measured on: the project's sample as KV entries (samples/README.md).
#pragma once

#include <vector>

#include "core/ports/kv_store.h"

namespace cutover::bench {

// Sorted by key, each key once. Read at the first call; ends the program with code 2 where the file
// cannot be read. Any thread.
[[nodiscard]] const std::vector<KvRecord>& sample();

}  // namespace cutover::bench
