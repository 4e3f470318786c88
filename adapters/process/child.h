// Child: runs another program to its end and gives what it printed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <tl/expected.hpp>

namespace cutover::process {

struct ChildEnd {
  int code = 0;  // of its exit; 128 + N when signal N ended it
  std::string output;
  std::int64_t peak_bytes = 0;  // of its resident memory, seen every 5 ms; 0 when it was never seen
};

// `words`: the program's path and its arguments. Its errors go where ours go. Blocks; any thread.
// The error names the program and what the system says of it.
tl::expected<ChildEnd, std::string> run_child(const std::vector<std::string>& words);

}  // namespace cutover::process
