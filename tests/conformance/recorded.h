// Recorded sequences: operations, and what workerd answered, in recorded/*.jsonl.
//
// A line is {"begin": "title"}, with which a new sequence begins on empty stores, or {"op": {...},
// "answer": {...}}. An operation without an answer is one that was added by hand and waits to be
// recorded.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/conformance/json_values.h"

namespace cutover::conformance {

struct Recording {
  std::string title;
  std::vector<Json> operations;
  std::vector<Json> answers;  // null: not recorded yet
};

struct RecordedFile {
  std::filesystem::path path;
  bool is_kv = false;  // else D1
  std::vector<Recording> recordings;
};

// All of them. A file that cannot be read is a broken invariant: it is ours.
[[nodiscard]] std::vector<RecordedFile> recorded_files();

void save(const RecordedFile& file);

}  // namespace cutover::conformance
