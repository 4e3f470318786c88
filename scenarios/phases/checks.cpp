#include "scenarios/phases/checks.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/store/plan_queries.h"
#include "core/store/schema_check.h"
#include "reports/figures.h"
#include "scenarios/direct_database.h"
#include "scenarios/migration.h"
#include "scenarios/reference_judge.h"

namespace cutover::scenarios {
namespace {

bool is_provenance(const std::string& column) {
  return column.starts_with("source_") || column == "canonical_metadata" ||
         column == "content_hash" || column == "quality";
}

bool only_provenance(const migrate::Difference& difference) {
  return difference.kind == migrate::DifferenceKind::wrong_key ||
         (difference.kind == migrate::DifferenceKind::differs &&
          std::all_of(difference.columns.begin(), difference.columns.end(), is_provenance));
}

// One line of a query's plan; b and ul are how the queries call Books and UserLibrary. What they
// compute for themselves may be walked, and so may an index.
bool walks_a_table(const std::string& line) {
  if (line.find(" USING ") != std::string::npos) return false;
  for (const std::string_view table : {"Books", "b", "UserLibrary", "ul", "AuthorCounts"}) {
    if (line.ends_with("SCAN " + std::string(table))) return true;
  }
  return false;
}

}  // namespace

std::optional<migrate::Comparison> compare_by_reference(Isolate& isolate, Provenance provenance) {
  ReferenceJudge judge;
  migrate::ComparisonOptions options;
  options.live_traffic = true;
  options.differences_max = 1'000'000;
  auto compared = migrate::compare(isolate.kv, isolate.d1, isolate.runtime, isolate.telemetry,
                                   migrate::ReadOptions{}, judge, options);
  if (!compared) return std::nullopt;
  if (provenance == Provenance::ignored) {
    compared->differing -=
        static_cast<std::int64_t>(std::erase_if(compared->differences, only_provenance));
  }
  return std::move(*compared);
}

std::string in_words(const std::optional<migrate::Comparison>& comparison) {
  if (!comparison) return "the comparison failed";
  return std::to_string(comparison->entries_with_row) +
         " entries compared: " + std::to_string(comparison->missing) + " missing, " +
         std::to_string(comparison->differing) + " differing, " +
         std::to_string(comparison->extra) + " extra, " + std::to_string(comparison->unreadable) +
         " unreadable";
}

std::optional<std::vector<std::string>> schema_differences(Isolate& isolate) {
  sim::FaultPlan no_faults;
  World scratch({}, no_faults);
  scratch.d1().restore(database_with_schema());
  DirectDatabase expected(scratch.d1());
  const auto found = store::check_schema(expected, isolate.d1);
  if (!found) return std::nullopt;
  std::vector<std::string> differences;
  for (const store::SchemaDifference& difference : *found) {
    if (difference.severity == store::Severity::failure) differences.push_back(difference.text());
  }
  return differences;
}

std::vector<std::string> failing_queries(Isolate& isolate, const std::string& user) {
  std::vector<std::string> failing;
  store::PlanQueryOptions options;
  options.user_id = user;
  Database& d1 = isolate.d1;
  for (const auto& query : store::plan_queries(store::QueryForm::corrected, options)) {
    const auto run = store::run_with_plan(d1, query);
    if (!run) {
      failing.push_back(std::string(query.name) + " failed");
    } else if (std::any_of(run->plan.begin(), run->plan.end(), walks_a_table)) {
      failing.push_back(std::string(query.name) + " walks a whole table");
    }
  }
  return failing;
}

std::size_t truthful_answers(Operator& person, Stage& stage,
                             const std::vector<std::string>& isbns) {
  std::size_t truthful = 0;
  for (const std::string& isbn : isbns) {
    const auto answer = person.search(isbn);
    truthful += answer.status == 200 && stage.oracle().tells_truth(isbn, answer.body) ? 1 : 0;
  }
  return truthful;
}

std::string measured(const std::optional<double>& number, const std::string& unit) {
  if (!number) return "nothing";
  const bool whole = *number >= 0 && *number < 1e15 && *number == std::trunc(*number);
  const std::string after = unit.empty() ? "" : " " + unit;
  if (whole) return reports::count_text(static_cast<std::uint64_t>(*number)) + after;
  char text[48];
  std::snprintf(text, sizeof text, *number != 0 && *number < 1 ? "%.3f" : "%.1f", *number);
  return text + after;
}

std::string in_words(Duration duration) {
  const double seconds = std::chrono::duration<double>(duration).count();
  const auto whole = static_cast<std::int64_t>(seconds);
  if (whole >= 3600) {
    return std::to_string(whole / 3600) + " h " + std::to_string(whole / 60 % 60) + " min";
  }
  if (whole >= 60) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
  return measured(seconds, "s");
}

}  // namespace cutover::scenarios
