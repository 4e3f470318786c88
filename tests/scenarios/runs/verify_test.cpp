// The acceptance run as a whole: what it says about good, bad, missing and hostile dumps.
#include "scenarios/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/books/sha256.h"
#include "scenarios/generate.h"
#include "tests/adapters/sqlite/temporary_directory.h"
#include "tests/scenarios/runs/quiet_progress.h"

namespace cutover::scenarios {
namespace {

using reports::Verdict;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const char* const sample = CUTOVER_SOURCE_DIR "/samples/google-7k.ndjson.gz";

class Verify : public ::testing::Test {
 protected:
  VerifyOptions options(const std::string& dump) const {
    VerifyOptions options;
    options.dump = dump;
    options.out_directory = directory_.file("");
    options.started = "2025-11-24T16:00:00Z";
    options.tool_version = "test";
    options.command = "cutover verify --dump " + dump;
    options.interrupted_runs = 1;
    return options;
  }

  std::string write_dump(const std::string& text) const {
    const std::string path = directory_.file("dump.ndjson");
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  reports::Report report_on(const std::string& dump) const {
    QuietProgress progress;
    auto report = verify(options(dump), progress);
    EXPECT_TRUE(report.has_value()) << report.error();
    if (!report) return {};
    EXPECT_THAT(reports::contradictions(*report), IsEmpty());
    EXPECT_EQ(reports::fates_total(*report), report->listed);
    return std::move(*report);
  }

  TemporaryDirectory directory_;
};

// {"key":"book:isbn:978...","value":"{\"title\":\"Book 3\"}"} and whatever else the record has.
std::string line(std::uint64_t index, const std::string& more = "") {
  return R"({"key":"book:isbn:)" + isbn13_of(index) + R"(","value":"{\"title\":\"Book )" +
         std::to_string(index) + R"(\"}")" + more + "}\n";
}

std::string lines(std::uint64_t count) {
  std::string text;
  for (std::uint64_t i = 0; i < count; ++i) text += line(i);
  return text;
}

std::uint64_t count_of(const reports::Report& report, std::string_view fate) {
  for (const reports::Fate& one : report.fates) {
    if (one.fate == fate) return one.count;
  }
  return 0;
}

const reports::FindingGroup* group_named(const reports::Report& report, std::string_view reason) {
  for (const reports::FindingGroup& group : report.rejections) {
    if (group.reason == reason) return &group;
  }
  return nullptr;
}

std::string failures_of(const reports::Report& report) {
  std::string text = report.headline;
  for (const reports::Step& step : report.steps) {
    if (step.verdict != Verdict::pass) text += "\n" + step.name + ": " + step.what_happened;
  }
  return text;
}

TEST_F(Verify, PassesTheSampleThatShipsWithEvidenceForEveryRequirement) {
  const reports::Report report = report_on(sample);
  EXPECT_EQ(report.verdict, Verdict::pass) << failures_of(report);
  EXPECT_EQ(report.listed, 6810U);
  EXPECT_EQ(reports::fates_total(report), 6810U);
  EXPECT_EQ(count_of(report, "inserted"), 6810U);
  EXPECT_THAT(report.headline, HasSubstr("All 6,810 keys"));
  EXPECT_FALSE(report.requirements.empty());
  for (const reports::Requirement& requirement : report.requirements) {
    EXPECT_FALSE(requirement.evidence.empty()) << requirement.id;
    EXPECT_EQ(requirement.verdict, Verdict::pass) << requirement.id;
  }
  for (const reports::Criterion& criterion : report.criteria) {
    EXPECT_EQ(criterion.verdict, Verdict::pass) << criterion.id;
  }
  EXPECT_FALSE(report.queries.empty());
  EXPECT_FALSE(report.not_covered.empty());
  EXPECT_TRUE(std::filesystem::exists(directory_.file("kv-backup.ndjson.gz")));
}

TEST_F(Verify, R2_10_FailsADumpWithoutBookKeysAndSaysWhatIsThereInstead) {
  const reports::Report report = report_on(write_dump(R"({"key":"covers:1","value":"x"}
{"key":"covers:2","value":"y"}
)"));
  EXPECT_EQ(report.verdict, Verdict::fail);
  EXPECT_THAT(report.headline, HasSubstr("covers:"));
  EXPECT_THAT(report.headline, HasSubstr("book:isbn:"));
  EXPECT_EQ(report.listed, 0U);
}

TEST_F(Verify, FailsAnEmptyDumpAndSaysSo) {
  const reports::Report report = report_on(write_dump(""));
  EXPECT_EQ(report.verdict, Verdict::fail);
  EXPECT_FALSE(report.headline.empty());
}

TEST_F(Verify, AnswersAMissingDumpWithAnErrorThatNamesIt) {
  QuietProgress progress;
  const auto report = verify(options(directory_.file("no-such-dump.ndjson")), progress);
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error(), HasSubstr("no-such-dump.ndjson"));
}

TEST_F(Verify, AnswersAMissingLibraryWithAnErrorThatNamesIt) {
  QuietProgress progress;
  VerifyOptions with_library = options(write_dump(lines(10)));
  with_library.library = directory_.file("no-such-library.csv");
  const auto report = verify(with_library, progress);
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error(), HasSubstr("no-such-library.csv"));
}

// One of everything that a dump may have wrong, beside 150 good records: few enough to pass.
TEST_F(Verify, R8_13_ExplainsRepeatedKeysBrokenLinesAndExpiredEntries) {
  const std::string dump =
      lines(150) + line(3) + "this is no JSON\n{\"value\":\"without a key\"}\n" +
      line(200, R"(,"expiration":1763999999)") + line(201, R"(,"expiration":1764000000)") +
      line(202, R"(,"expiration":1765000000)") +
      R"({"key":"book:isbn:NOT_AN_ISBN","value":"{\"title\":\"x\"}"})" + "\n";
  const reports::Report report = report_on(write_dump(dump));
  EXPECT_EQ(report.verdict, Verdict::pass) << failures_of(report);
  EXPECT_EQ(report.listed, 152U) << "150, the one that has not expired, and the one without ISBN";
  EXPECT_EQ(count_of(report, "inserted"), 151U);
  EXPECT_EQ(count_of(report, "rejected"), 1U);
  const struct {
    const char* reason;
    std::uint64_t count;
  } expected[] = {{"repeated_key", 1},
                  {"unusable_record", 2},
                  {"expired_before_rehearsal", 2},
                  {"rejected: isbn_malformed", 1}};
  for (const auto& [reason, count] : expected) {
    const reports::FindingGroup* group = group_named(report, reason);
    ASSERT_NE(group, nullptr) << reason;
    EXPECT_EQ(group->count, count) << reason;
    EXPECT_EQ(group->examples.size(), count) << reason;
    EXPECT_NE(group->meaning, "") << reason;
  }
  EXPECT_EQ(group_named(report, "repeated_key")->examples[0].key, "book:isbn:" + isbn13_of(3));
  EXPECT_THAT(group_named(report, "unusable_record")->examples[0].detail, HasSubstr("line 152"));
}

// Rows that have nothing but a title are damaged, found and judged like any other; so are ten rows
// of which one makes no row, but then too little of the source is in D1.
TEST_F(Verify, JudgesBarebonesRowsAndFailsWhenTooFewOfThemAreInD1) {
  const reports::Report good = report_on(write_dump(lines(10)));
  EXPECT_EQ(good.verdict, Verdict::pass) << failures_of(good);
  const reports::Report bad = report_on(write_dump(
      lines(10) + R"({"key":"book:isbn:NOT_AN_ISBN","value":"{\"title\":\"x\"}"})" + "\n"));
  EXPECT_EQ(bad.verdict, Verdict::fail);
  EXPECT_THAT(bad.headline, HasSubstr("above 99 %"));
  EXPECT_THAT(bad.headline, HasSubstr("10 of 11"));
}

// The last record of a key is the one in KV, as a bulk put would leave it.
TEST_F(Verify, TakesTheLastOfTwoRecordsOfOneKey) {
  const reports::Report report =
      report_on(write_dump(line(1) + R"({"key":"book:isbn:)" + isbn13_of(1) +
                           R"(","value":"null"})"
                           "\n" +
                           line(2)));
  EXPECT_EQ(report.listed, 2U);
  EXPECT_EQ(count_of(report, "inserted"), 1U);
  EXPECT_EQ(count_of(report, "empty"), 1U);
}

TEST_F(Verify, R8_13_NamesTheKeyWhoseRowAPreferredKeyReplaced) {
  const reports::Report report = report_on(write_dump(
      lines(10) + R"({"key":"book:isbn:0439708184","value":"{\"title\":\"ten\"}"})" + "\n" +
      R"({"key":"book:isbn:9780439708180","value":"{\"title\":\"thirteen\"}"})" + "\n"));
  EXPECT_EQ(count_of(report, "updated"), 1U);
  const auto group = std::find_if(report.alterations.begin(), report.alterations.end(),
                                  [](const auto& one) { return one.reason == "updated"; });
  ASSERT_NE(group, report.alterations.end());
  ASSERT_EQ(group->examples.size(), 1U);
  EXPECT_EQ(group->examples[0].key, "book:isbn:9780439708180");
  EXPECT_EQ(group->examples[0].detail, "the row was written for book:isbn:0439708184 too");
}

std::uint64_t found_in(const std::vector<reports::FindingGroup>& groups) {
  std::uint64_t count = 0;
  for (const reports::FindingGroup& group : groups) count += group.count;
  return count;
}

// More keys of one reason than the report keeps, keys that are attacks, each way to be left out.
TEST_F(Verify, R8_13_ListsEveryKeyThatIsNoRowOrWasAltered) {
  std::string dump = lines(30) + line(3) + "this is no JSON\n" +
                     R"({"key":"=cmd,\"x\"","value":"x","expiration":1})" + "\n" +
                     R"({"key":"book:isbn:a,\"b\"\n=cmd","value":"{\"title\":\"x\"}"})" + "\n" +
                     R"({"key":"book:isbn:0439708184","value":"{\"title\":\"ten\"}"})" + "\n" +
                     R"({"key":"book:isbn:9780439708180","value":"{\"title\":\"thirteen\"}"})" +
                     "\n" + R"({"key":"book:isbn:)" + isbn13_of(40) + R"(","value":"null"})" + "\n";
  for (int i = 10; i < 30; ++i) {
    dump += R"({"key":"book:isbn:BAD)" + std::to_string(i) + R"(","value":"{}"})" + "\n";
  }
  VerifyOptions with_list = options(write_dump(dump));
  with_list.library = directory_.file("library.csv");
  std::ofstream(*with_list.library)
      << "user_id,isbn,status,rating\nreader," << isbn13_of(0) << ",completed,5\nreader,"
      << isbn13_of(999) << ",completed,5\nreader,no-isbn,completed,5\nreader\n";
  reports::KeyList list;
  with_list.left_out_keys = &list;
  QuietProgress progress;
  const auto report = verify(with_list, progress);
  ASSERT_TRUE(report.has_value()) << report.error();

  EXPECT_EQ(list.rows(), found_in(report->rejections) + found_in(report->alterations));
  EXPECT_EQ(list.left_out(), 0U);
  ASSERT_EQ(report->files.size(), 1U);
  EXPECT_EQ(report->files[0].name, "left-out-keys.csv");
  EXPECT_EQ(report->files[0].rows, list.rows());
  EXPECT_EQ(report->files[0].sha256, books::Sha256().hex(list.text()));
  EXPECT_EQ(static_cast<std::uint64_t>(std::count(list.text().begin(), list.text().end(), '\n')),
            list.rows() + 1);
  for (int i = 10; i < 30; ++i) {
    EXPECT_THAT(list.text(),
                HasSubstr("\nbook:isbn:BAD" + std::to_string(i) + ",rejected,isbn_malformed,"));
  }
  for (const std::string& row :
       {"book:isbn:" + isbn13_of(3) + ",dump,repeated_key,line 31",
        std::string(",dump,unusable_record,line 32: not valid JSON"),
        std::string(R"("'=cmd,""x""",dump,expired_before_rehearsal,line 33)"),
        std::string(R"("book:isbn:a,""b""\n=cmd",rejected,isbn_malformed,)"),
        "book:isbn:" + isbn13_of(40) + ",empty,json_null,",
        "book:isbn:" + isbn13_of(7) + ",inserted,authors_missing,",
        std::string("book:isbn:9780439708180,updated,updated,the row was written for "
                    "book:isbn:0439708184 too\n"),
        "line 3,library,orphan,ISBN " + isbn13_of(999) + "\n",
        std::string("line 4,library,isbn_malformed,\n"),
        std::string("line 5,library,unusable_library_row,")}) {
    EXPECT_THAT(list.text(), HasSubstr("\n" + row));
  }
}

TEST_F(Verify, NamesNoListWhenNobodyWantsOne) {
  EXPECT_TRUE(report_on(write_dump("")).files.empty());
}

// Nothing is judged by what was never looked at: an early end is unknown, at whatever step.
TEST_F(Verify, EndsInUnknownWhereverItIsInterrupted) {
  const std::string dump = write_dump(lines(10));
  QuietProgress to_the_end;
  const auto whole = verify(options(dump), to_the_end);
  ASSERT_TRUE(whole.has_value()) << whole.error();
  EXPECT_EQ(whole->verdict, Verdict::pass) << failures_of(*whole);
  int interrupted = 0;
  for (std::size_t steps = 1; steps < whole->steps.size(); ++steps) {
    QuietProgress progress(static_cast<int>(steps));
    const auto report = verify(options(dump), progress);
    ASSERT_TRUE(report.has_value()) << report.error();
    EXPECT_EQ(report->verdict, Verdict::unknown) << "interrupted after step " << steps;
    EXPECT_THAT(report->headline, HasSubstr("interrupted"));
    EXPECT_LT(report->steps.size(), whole->steps.size());
    EXPECT_GE(report->steps.size(), steps);
    EXPECT_THAT(reports::contradictions(*report), IsEmpty());
    ++interrupted;
  }
  EXPECT_GT(interrupted, 10);
}

TEST_F(Verify, SaysTheSameAgainForTheSameSeed) {
  const std::string dump = write_dump(lines(10));
  reports::Report first = report_on(dump);
  reports::Report again = report_on(dump);
  const auto without_real_times = [](reports::Report& report) {
    for (reports::Step& step : report.steps) step.real_ms.reset();
    for (reports::Query& query : report.queries) query.ms.reset();
    // The queries' criterion is the only one that is measured in real time.
    std::erase_if(report.criteria, [](const auto& one) { return one.id == "plan_queries"; });
    for (reports::Step& step : report.steps) {
      if (step.name == "run the plan's queries") step.what_happened.clear();
    }
    for (reports::Requirement& row : report.requirements) {
      if (row.id == "R6.2") row.evidence.clear();
    }
  };
  without_real_times(first);
  without_real_times(again);
  EXPECT_EQ(first, again);
}

}  // namespace
}  // namespace cutover::scenarios
