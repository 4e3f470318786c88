// Corpus: cases that failed once, and other cases worth a look. A campaign plays them before its
// seeds: each must hold now, and one that does not is a regression. chaos/corpus/ holds the
// project's own; a campaign's failures, once repaired, belong there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "chaos/case_file.h"

namespace cutover::chaos {

struct CorpusCase {
  std::string name;  // of the file, without its folder
  CaseFile file;
};

// A case that must hold and does not.
struct Regression {
  std::string name;
  std::string signature;
  std::vector<Violation> violations;  // the first 20

  friend bool operator==(const Regression&, const Regression&) = default;
};

// Every *.json of the folder, in the order of their names; at most 10,000. The error names the
// file and what is wrong in it.
[[nodiscard]] tl::expected<std::vector<CorpusCase>, std::string> read_corpus(
    const std::string& folder);

// Nothing when it holds. A decision whose call never comes is no failure: the program may have
// changed since, and the case is then worth less (`unmatched_in`).
[[nodiscard]] std::optional<Regression> play_corpus_case(const CorpusCase& one);

// The decisions that do not happen any more, one line each.
[[nodiscard]] std::vector<std::string> unmatched_in(const CorpusCase& one);

}  // namespace cutover::chaos
