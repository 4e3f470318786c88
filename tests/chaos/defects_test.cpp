// The catalogue of planted defects: its patches, their headers, and its page in the docs. That each
// is caught is what `cutover defects` shows.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "chaos/defects/catalogue.h"
#include "chaos/defects/hunt.h"
#include "chaos/invariants/invariants.h"

namespace cutover::chaos {
namespace {

const std::filesystem::path root(CUTOVER_SOURCE_DIR);

std::vector<Defect> catalogue(const char* folder = "chaos/defects") {
  auto defects = read_catalogue(root / folder);
  EXPECT_TRUE(defects.has_value()) << defects.error();
  return defects.value_or(std::vector<Defect>());
}

std::string page() {
  std::ifstream in(root / "docs/DEFECTS.md");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string text_of(const std::string& header) {
  return header + "\n--- a/core/books/date.cpp\n+++ b/core/books/date.cpp\n@@ -1 +1 @@\n";
}

constexpr const char* good =
    "breaks:    Dates are\n"
    "           lost.\n"
    "from:      T01, usual\n"
    "scenario:  migration\n"
    "case:      {\"world\": {\"keys\": 7}}\n"
    "caught-by: convergence\n";

// Of severity A or B in the plan's list of defects, without the groups that are about the plan's
// own tests, its premises and its operations (P, X, O but for O11).
constexpr const char* grave[] = {
    "M01", "M03", "M06", "M07", "M09", "M10", "M11", "M12", "M13", "M14", "M17", "M19", "K01",
    "K03", "K04", "K05", "K06", "K07", "K08", "K09", "T01", "T02", "T04", "T05", "T07", "T08",
    "T09", "T10", "T11", "T13", "T14", "V01", "V02", "V03", "V04", "V05", "V06", "V07", "V08",
    "V10", "R06", "R07", "R08", "R09", "R10", "R12", "R15", "W01", "W02", "W03", "W04", "W06",
    "W08", "W11", "W14", "W15", "W16", "U01", "U02", "U05", "U07", "U08", "U09", "U11", "F01",
    "F03", "F04", "F05", "F06", "F10", "F12", "F14", "O11"};

TEST(Defects, TheCatalogueHasAtLeastSixtyAndEachPatchesTheCoreAlone) {
  const auto defects = catalogue();
  EXPECT_GE(defects.size(), 60U);
  for (const Defect& defect : defects) {
    for (const std::string& file : defect.files) {
      EXPECT_TRUE(file.starts_with("core/")) << defect.name;
      EXPECT_TRUE(std::filesystem::exists(root / file)) << defect.name << " patches " << file;
    }
  }
}

TEST(Defects, EachSaysInOneOrTwoSentencesWhatItBreaks) {
  for (const Defect& defect : catalogue()) {
    EXPECT_TRUE(defect.breaks.ends_with(".")) << defect.name;
    EXPECT_LE(defect.breaks.size(), 250U) << defect.name;
    EXPECT_FALSE(defect.from.empty()) << defect.name;
    EXPECT_FALSE(defect.caught_by.empty()) << defect.name;
  }
}

TEST(Defects, EachHasItsRowInTheDocsAndThereIsNoRowWithoutADefect) {
  const std::string text = page();
  std::set<std::string> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("| `")) rows.insert(line.substr(3, line.find('`', 3) - 3));
  }
  for (const Defect& defect : catalogue()) {
    EXPECT_EQ(rows.erase(defect.name), 1U) << "docs/DEFECTS.md has no row for " << defect.name;
    EXPECT_NE(text.find(defect.breaks), std::string::npos)
        << "docs/DEFECTS.md says otherwise than the patch what " << defect.name << " breaks";
  }
  for (const std::string& row : rows) ADD_FAILURE() << "there is no patch " << row;
}

TEST(Defects, EachThatNothingCatchesYetIsNamedWithWhatItNeeds) {
  const std::string text = page();
  for (const Defect& defect : catalogue("chaos/defects/waiting")) {
    EXPECT_NE(text.find("- `" + defect.name + "` ("), std::string::npos) << defect.name;
  }
}

TEST(Defects, EachPlantedRaceIsNamedWithTheFunctionThatItsReportMustName) {
  const std::string text = page();
  const auto races = catalogue("chaos/defects/races");
  EXPECT_GE(races.size(), 3U);
  for (const Defect& race : races) {
    ASSERT_EQ(race.caught_by.size(), 1U) << race.name;
    EXPECT_NE(text.find("- `" + race.name + "`: " + race.breaks + " *Reported in* `" +
                        race.caught_by.front() + "`."),
              std::string::npos)
        << "docs/DEFECTS.md does not say of " << race.name << " what its patch says";
  }
}

TEST(Defects, EveryGraveEntryOfThePlansDefectsIsPlantedOrSaidWhyNot) {
  std::set<std::string> covered;
  for (const char* folder : {"chaos/defects", "chaos/defects/waiting"}) {
    for (const Defect& defect : catalogue(folder)) {
      covered.insert(defect.from.begin(), defect.from.end());
    }
  }
  std::istringstream lines(page());
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("- **")) covered.insert(line.substr(4, 3));
  }
  for (const char* id : grave) {
    EXPECT_TRUE(covered.contains(id))
        << id << " has no patch, and docs/DEFECTS.md does not say why";
  }
}

TEST(Defects, AHeaderGivesTheWorldThatACaseFileWouldGive) {
  const auto defect = defect_from_text("dates-lost", text_of(good));
  ASSERT_TRUE(defect.has_value()) << defect.error();
  EXPECT_EQ(defect->name, "dates-lost");
  EXPECT_EQ(defect->breaks, "Dates are lost.");
  EXPECT_EQ(defect->from, (std::vector<std::string>{"T01", "usual"}));
  EXPECT_EQ(defect->caught_by, std::vector<std::string>{"convergence"});
  EXPECT_EQ(defect->played.keys, 7U);
  EXPECT_EQ(defect->played.readers, StormCase{}.readers);
  EXPECT_EQ(defect->files, std::vector<std::string>{"core/books/date.cpp"});
}

TEST(Defects, ABadHeaderIsRefusedWithThePatchsNameAndWhatIsWrong) {
  const auto error_of = [](std::string header, const std::string& from, const std::string& to) {
    header.replace(header.find(from), from.size(), to);
    const auto defect = defect_from_text("dates-lost", text_of(header));
    return defect ? std::string("accepted") : defect.error();
  };
  EXPECT_EQ(error_of(good, "from:      T01, usual\n", ""),
            "dates-lost.patch: the header has no 'from'");
  EXPECT_EQ(error_of(good, "from:", "form:"),
            "dates-lost.patch: the header has 'form'; it takes breaks, from, scenario, case and "
            "caught-by");
  EXPECT_TRUE(error_of(good, "migration", "emigration")
                  .starts_with("dates-lost.patch: 'case': scenario: there is no scenario "
                               "'emigration'; known are "));
  EXPECT_EQ(error_of(good, "{\"world\"", "\"world\""),
            "dates-lost.patch: 'case' is not a JSON object");
  const std::string elsewhere = std::string(good) + "\n+++ b/fakes/kv/cursor.cpp\n";
  EXPECT_EQ(defect_from_text("dates-lost", elsewhere).error(),
            "dates-lost.patch: patches fakes/kv/cursor.cpp, which is not of the core");
}

TEST(Defects, AHuntGivesTheFirstFailingSeedAndItsSmallestCase) {
  HuntOptions options;
  options.played.scenario = canary_scenario;
  options.played.seed = 5;
  options.played.keys = 6;
  options.played.storm_seconds = 20;
  std::vector<std::uint64_t> begun;
  options.begins = [&begun](std::uint64_t seed) { begun.push_back(seed); };
  const Hunted hunted = hunt(options);
  EXPECT_TRUE(hunted.caught);
  EXPECT_EQ(hunted.runs, 1U);
  EXPECT_EQ(begun, std::vector<std::uint64_t>{5});
  EXPECT_EQ(hunted.signature, "canary");
  EXPECT_TRUE(hunted.same_failure);
  EXPECT_TRUE(hunted.smallest.faults.empty()) << "the canary needs no fault to fail";
}

TEST(Defects, AHuntWithoutAFailureSaysSoAfterAllItsRuns) {
  HuntOptions options;
  options.played.keys = 6;
  options.played.storm_seconds = 20;
  options.runs_max = 3;
  const Hunted hunted = hunt(options);
  EXPECT_FALSE(hunted.caught);
  EXPECT_EQ(hunted.runs, 3U);
}

TEST(Defects, TheCanaryIsNoInvariant) {
  for (const Invariant& invariant : invariants()) EXPECT_NE(invariant.name, canary_scenario);
}

}  // namespace
}  // namespace cutover::chaos
