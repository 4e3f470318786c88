// docs/FAULTS.md is written from the tables of faults, happenings and scenarios.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "chaos/storm_case.h"
#include "fakes/faults/fault_table.h"

namespace cutover::chaos {
namespace {

std::string page() {
  std::ostringstream text;
  text << "# What may go wrong\n\nWritten from the tables in the code; a test holds it against "
          "them.\n\n## To a call\n\nNames as in case files. \"Kind\" is what the caller gets, "
          "where it gets a failure.\n\n| fault | at | what happens | kind |\n|---|---|---|---|\n";
  for (const faults::FaultRow& row : faults::fault_table()) {
    const bool fails =
        row.position == faults::Position::rejected || row.position == faults::Position::answer_lost;
    text << "| `" << row.name << "` | " << name_of(row.where) << " | " << row.meaning << " | "
         << (fails ? name_of(row.kind) : "") << " |\n";
  }
  text
      << "\n## To the world\n\n| happening | target | amount | what happens |\n|---|---|---|---|\n";
  for (const HappenRow& row : happen_table()) {
    text << "| `" << row.name << "` | " << row.target << " | " << row.unit << " | " << row.meaning
         << (row.live_only ? "; in live scenarios" : "") << " |\n";
  }
  text << "\n## Scenarios\n\n| scenario | what is played |\n|---|---|\n";
  for (const Scenario& scenario : scenarios()) {
    text << "| `" << scenario.name << "` | " << scenario.meaning << " |\n";
  }
  return text.str();
}

TEST(FaultPage, IsWrittenFromTheTables) {
  const std::string path = std::string(CUTOVER_SOURCE_DIR) + "/docs/FAULTS.md";
  if (const char* update = std::getenv("CUTOVER_UPDATE_GOLDEN"); update != nullptr) {
    std::ofstream(path, std::ios::binary) << page();
  }
  std::ostringstream standing;
  standing << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_EQ(standing.str(), page()) << "run this test with CUTOVER_UPDATE_GOLDEN=1";
}

}  // namespace
}  // namespace cutover::chaos
