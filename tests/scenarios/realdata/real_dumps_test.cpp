// The acceptance run on the real dumps beside the project: no crash, every record accounted for,
// everything that was left out or altered explained, and as many rows as the transform makes.
// A dump that is not there is skipped, visibly.
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>

#include "adapters/dump/dump_reader.h"
#include "tests/adapters/sqlite/temporary_directory.h"
#include "tests/scenarios/runs/quiet_progress.h"

namespace cutover::scenarios {
namespace {

struct RealDump {
  const char* folder;
  std::uint64_t rows;  // records that make a row, before two keys of one ISBN are folded
};

// The name that ctest lists.
void PrintTo(const RealDump& dump, std::ostream* out) {
  *out << dump.folder;
}

constexpr RealDump real_dumps[] = {
    {"book-crossing-latin1", 3563}, {"book-crossing", 27108}, {"goodbooks-10k", 9290},
    {"goodreads-exports", 657},     {"google-7k", 6810},      {"google-books-responses", 119},
    {"mongo-books", 410},           {"open-library", 322}};

const std::filesystem::path data_folder = CUTOVER_SOURCE_DIR "/../shared/data";

// The first of these names that is there.
std::optional<std::string> file_in(const std::filesystem::path& folder,
                                   std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (std::filesystem::exists(folder / name)) return (folder / name).string();
  }
  return std::nullopt;
}

std::uint64_t count_of(const reports::Report& report, std::initializer_list<const char*> fates) {
  std::uint64_t count = 0;
  for (const char* fate : fates) {
    for (const reports::Fate& one : report.fates) count += one.fate == fate ? one.count : 0;
  }
  return count;
}

std::uint64_t found(const reports::Report& report, std::string_view reason) {
  for (const reports::FindingGroup& group : report.rejections) {
    if (group.reason == reason) return group.count;
  }
  return 0;
}

// Usable or not.
std::uint64_t records_in(const std::string& dump) {
  auto reader = dump::DumpReader::open(dump, 1'764'000'000);
  std::uint64_t count = 0;
  while (reader && (*reader)->next()) ++count;
  return count;
}

class RealDumps : public ::testing::TestWithParam<RealDump> {};

TEST_P(RealDumps, R8_13_EveryRecordIsAccountedForAndExplained) {
  const std::filesystem::path folder = data_folder / GetParam().folder;
  const auto dump = file_in(folder, {"kv.ndjson.gz", "kv.json.gz"});
  if (!dump) GTEST_SKIP() << "the real dump is not there: " << folder;
  const TemporaryDirectory directory;
  VerifyOptions options;
  options.dump = *dump;
  options.library = file_in(folder, {"user_library.csv.gz"});
  options.out_directory = directory.file("");
  options.interrupted_runs = 1;
  reports::KeyList left_out;
  options.left_out_keys = &left_out;
  QuietProgress progress;
  const auto report = verify(options, progress);
  ASSERT_TRUE(report.has_value()) << report.error();

  EXPECT_EQ(reports::contradictions(*report), std::vector<std::string>());
  for (const reports::Step& step : report->steps) {
    if (step.name == "run the plan's queries") continue;  // a time, which no test asserts
    EXPECT_EQ(step.verdict, reports::Verdict::pass) << step.name << ": " << step.what_happened;
  }
  EXPECT_EQ(reports::fates_total(*report), report->listed);
  // All keys of these dumps are book keys, so what is not listed was unusable, repeated or expired.
  EXPECT_EQ(report->listed + found(*report, "unusable_record") + found(*report, "repeated_key") +
                found(*report, "expired_before_rehearsal"),
            records_in(*dump));
  EXPECT_EQ(count_of(*report, {"inserted", "updated", "unchanged", "superseded"}), GetParam().rows);
  EXPECT_EQ(count_of(*report, {"failed", "pending"}), 0U);
  std::uint64_t left_out_or_altered = 0;
  for (const auto* groups : {&report->rejections, &report->alterations}) {
    for (const reports::FindingGroup& group : *groups) {
      left_out_or_altered += group.count;
      EXPECT_NE(group.meaning, "") << group.reason;
      EXPECT_FALSE(group.examples.empty()) << group.reason;
    }
  }
  EXPECT_EQ(left_out.rows(), left_out_or_altered);
  EXPECT_EQ(left_out.left_out(), 0U);
}

INSTANTIATE_TEST_SUITE_P(, RealDumps, ::testing::ValuesIn(real_dumps), [](const auto& dump) {
  std::string name = dump.param.folder;
  for (char& letter : name) letter = letter == '-' ? '_' : letter;
  return name;
});

}  // namespace
}  // namespace cutover::scenarios
