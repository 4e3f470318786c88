// WorkerFolder: a team's Worker as it lies in its folder: what wrangler.jsonc says of it, its
// modules and its migrations (docs/WORKER.md has the contract).
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace cutover::worker {

struct NamedText {
  std::string name;
  std::string text;
};

struct WorkerFolder {
  std::string name;
  std::string compatibility_date;
  std::vector<std::string> compatibility_flags;
  std::vector<NamedText> modules;  // .js and .mjs below main's folder, main first; names relative
  std::vector<std::string> kv_bindings;
  std::vector<std::string> d1_bindings;
  std::vector<NamedText> variables;   // of `vars`; what is no text, as JSON
  std::vector<NamedText> migrations;  // .sql in the order of their names
};

inline constexpr std::size_t worker_files_max = 1'000;
inline constexpr std::size_t worker_bytes_max = 32U << 20;  // of all files together

// The error names the file and what to do. One KV and one D1 binding at least must be there.
tl::expected<WorkerFolder, std::string> read_worker(const std::string& folder);

}  // namespace cutover::worker
