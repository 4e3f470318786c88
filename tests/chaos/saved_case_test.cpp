// Made by `cutover replay --test` from a case that once failed.

#include <gtest/gtest.h>

#include "chaos/show/account.h"

namespace cutover::chaos {
namespace {

constexpr const char* json = R"json({
  "cutoverCase": 1,
  "scenario": "migration",
  "seed": 5,
  "world": {
    "keys": 20,
    "writers": 0,
    "readers": 0
  },
  "faults": [
    {
      "role": "migrator",
      "site": "d1.batch",
      "key": "UPDATE MigrationLease",
      "occurrence": 1,
      "fault": "lost_after",
      "size": 0
    }
  ],
  "signature": "convergence"
}
)json";

TEST(SavedCase, MigrationOfSeed5HoldsConvergence) {
  const auto file = case_from_json(json);
  ASSERT_TRUE(file.has_value()) << file.error();
  const Played played = play_and_note(*file);
  for (const Violation& violation : played.result.violations) {
    ADD_FAILURE() << violation.invariant << " " << violation.about << ": " << violation.text;
  }
  // When none of the faults meets its call any more, this shows nothing.
  EXPECT_TRUE(file->faults.empty() || played.unmatched.size() < file->faults.size());
}

}  // namespace
}  // namespace cutover::chaos
