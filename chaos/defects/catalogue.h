// Catalogue: the planted defects, as their patch files describe them.
//
// A patch begins with a header of "name: text" lines, up to the first empty one; a line that begins
// with a space goes on with the one before:
//
//   breaks:    A resume forgets the place in the listing and starts over.
//   from:      K01
//   scenario:  migration
//   case:      { "world": { "keys": 20 } }
//   caught-by: conservation, complete_means_complete
//
// `from` names entries of the plan's defects, or "usual" for what everybody gets wrong once. `case`
// may be left out: whatever a case file may say of a run, laid over the scenario's own. `caught-by`
// says which invariants are expected to find it; any other real one counts as well.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "chaos/storm_run.h"

namespace cutover::chaos {

struct Defect {
  std::string name;  // of the patch, without its ending
  std::string breaks;
  std::vector<std::string> from;
  StormCase played;  // its seed is the first one
  std::vector<std::string> caught_by;
  std::vector<std::string> files;  // that it patches, from the project's root
};

// The error names the patch and what is wrong with it.
[[nodiscard]] tl::expected<Defect, std::string> read_defect(const std::filesystem::path& patch);
[[nodiscard]] tl::expected<Defect, std::string> defect_from_text(std::string name,
                                                                 std::string_view text);

// Every *.patch of the folder, by name.
[[nodiscard]] tl::expected<std::vector<Defect>, std::string> read_catalogue(
    const std::filesystem::path& folder);

}  // namespace cutover::chaos
