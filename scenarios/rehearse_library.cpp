// Steps of verify: user libraries come in beside the migrated books, and the plan's queries run.

#include <time.h>

#include <memory>
#include <set>

#include "adapters/dump/library_csv.h"
#include "core/ports/check.h"
#include "core/store/author_counts.h"
#include "core/store/plan_queries.h"
#include "core/store/user_library.h"
#include "scenarios/generate.h"
#include "scenarios/rehearsal.h"

namespace cutover::scenarios {
namespace {

constexpr std::size_t generated_entries = 4000;
constexpr double query_limit_ms = 100.0;

// What this thread has used so far. Other programs on the machine do not count, so that the same
// dump gets the same verdict beside them. The world's tasks all run on one thread.
double processor_ms() {
  timespec used{};
  CUTOVER_CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) == 0, "a thread has a clock");
  return static_cast<double>(used.tv_sec) * 1e3 + static_cast<double>(used.tv_nsec) / 1e6;
}

struct LibraryInput {
  std::vector<store::LibraryEntry> entries;
  std::int64_t problems = 0;
  std::string from;
};

bool read_file(Rehearsal& rehearsal, LibraryInput& input, std::string& error) {
  const std::string& path = *rehearsal.options.library;
  auto opened = dump::LibraryReader::open(path);
  if (!opened) {
    error = opened.error();
    return false;
  }
  dump::LibraryReader& reader = **opened;
  while (auto next = reader.next()) {
    if (auto* problem = std::get_if<dump::Problem>(&*next)) {
      input.problems += 1;
      rehearsal.list(
          {problem->where, reports::library_outcome, "unusable_library_row", problem->reason});
      reports::add_finding(
          rehearsal.report.rejections,
          {"library", "unusable_library_row", problem->where + ": " + problem->reason},
          "this row of the library could not be read and was left out");
      continue;
    }
    auto& record = std::get<dump::LibraryRecord>(*next);
    input.entries.push_back({std::move(record.user_id), std::move(record.isbn),
                             std::move(record.status), std::move(record.rating),
                             std::move(record.review), std::move(record.added_at),
                             std::move(record.started_at), std::move(record.completed_at),
                             static_cast<std::int64_t>(record.line)});
  }
  input.from = "from the file";
  rehearsal.report.inputs.push_back(
      {"library", path, reader.sha256(), reader.file_bytes(), reader.records()});
  return true;
}

void generate(Rehearsal& rehearsal, LibraryInput& input) {
  auto rows = rehearsal.world->d1().connection().run({"SELECT isbn FROM Books ORDER BY isbn", {}});
  CUTOVER_CHECK(rows.has_value(), "a migrated database has Books");
  std::vector<std::string> isbns;
  for (const SqlRow& row : rows->rows) isbns.emplace_back(as_text(row[0]));
  std::int64_t line = 0;
  for (GeneratedShelf& shelf : generate_library(rehearsal.options.seed, isbns, generated_entries)) {
    input.entries.push_back({std::move(shelf.user_id), std::move(shelf.isbn),
                             std::move(shelf.status), std::move(shelf.rating), "",
                             std::to_string(shelf.added_at), "", "", ++line});
  }
  input.from = "generated";
}

void report_rejections(Rehearsal& rehearsal, const store::LibraryCounts& counts) {
  const auto add = [&rehearsal](std::string_view reason, const store::LibraryTally& tally,
                                std::string_view meaning) {
    if (tally.count == 0) return;
    reports::FindingGroup group;
    group.reason = std::string(reports::library_reason) + std::string(reason);
    group.count = static_cast<std::uint64_t>(tally.count);
    group.meaning = meaning;
    for (const std::int64_t line : tally.lines) {
      if (group.examples.size() >= reports::findings_examples_max) break;
      group.examples.push_back({"line " + std::to_string(line), std::string(reason), ""});
    }
    rehearsal.report.rejections.push_back(std::move(group));
  };
  add("orphan", counts.orphan, "the library names a book that is not in D1; nothing was written");
  for (const auto& [reason, tally] : counts.rejected) {
    add(reason, tally, "the library's row breaks a rule of the UserLibrary table");
  }
}

// The counts keep some lines of each reason; the list has them all.
void list_rejections(const Rehearsal& rehearsal, const LibraryInput& input) {
  if (rehearsal.options.left_out_keys == nullptr) return;
  sqlite::Connection& d1 = rehearsal.world->d1().connection();
  const auto rows = d1.run({"SELECT isbn FROM Books", {}});
  CUTOVER_CHECK(rows.has_value(), "a migrated database has Books");
  std::set<std::string_view> books;
  for (const SqlRow& row : rows->rows) books.insert(as_text(row[0]));
  for (const store::LibraryEntry& entry : input.entries) {
    const auto row = store::parse_library_entry(entry);
    if (row && books.contains(row->isbn)) continue;
    rehearsal.list({"line " + std::to_string(entry.line), reports::library_outcome,
                    row ? "orphan" : row.error(), row ? "ISBN " + row->isbn : ""});
  }
}

// As an operator does before asking for the top authors. "" when it went well.
std::string count_all_authors(World& world) {
  std::string failed;
  world.invoke("operator", 0, no_limits(), [&](Isolate& isolate) {
    Outcome<bool> some_left = true;
    while (some_left && *some_left) some_left = store::count_authors(isolate.d1);
    if (!some_left) failed = "counting authors: " + describe(some_left.error());
  });
  return failed;
}

}  // namespace

void load_library(Rehearsal& rehearsal, std::string& error) {
  StepRecord step(rehearsal, "load user libraries");
  LibraryInput input;
  if (!rehearsal.options.library) {
    generate(rehearsal, input);
  } else if (!read_file(rehearsal, input, error)) {
    return;
  }
  store::LibraryCounts counts;
  std::string failed;
  rehearsal.world->invoke("operator", 0, no_limits(), [&](Isolate& isolate) {
    store::LibraryImport import(isolate.d1);
    for (const store::LibraryEntry& entry : input.entries) {
      auto added = import.add(entry);
      if (!added) failed = describe(added.error());
    }
    auto flushed = import.flush();
    if (!flushed) failed = describe(flushed.error());
    counts = import.counts();
  });
  report_rejections(rehearsal, counts);
  list_rejections(rehearsal, input);
  const std::int64_t accounted =
      counts.added.count + counts.updated.count + counts.orphan.count + counts.rejected_total();
  const bool all = failed.empty() && accounted == static_cast<std::int64_t>(input.entries.size());
  std::string what = with_commas(static_cast<std::int64_t>(input.entries.size())) + " rows " +
                     input.from + ": " + with_commas(counts.added.count) + " added, " +
                     with_commas(counts.updated.count) + " repeated, " +
                     with_commas(counts.orphan.count) + " without their book, " +
                     with_commas(counts.rejected_total()) + " rejected";
  if (input.problems > 0) what += ", " + with_commas(input.problems) + " unusable";
  if (!failed.empty()) what += "; " + failed;
  rehearsal.show("R1.2", all, what, step.name());
  step.end(all, what);
}

void run_queries(Rehearsal& rehearsal) {
  StepRecord step(rehearsal, "run the plan's queries");
  std::string failed = count_all_authors(*rehearsal.world);
  bool all_fast = failed.empty();
  std::string slowest;
  double slowest_ms = 0;
  // The user with the largest shelf is the hardest case.
  auto user = rehearsal.world->d1().connection().run(
      {"SELECT user_id FROM UserLibrary GROUP BY user_id ORDER BY count(*) DESC, user_id LIMIT 1",
       {}});
  CUTOVER_CHECK(user.has_value(), "a migrated database has UserLibrary");
  store::PlanQueryOptions options;
  options.user_id = user->rows.empty() ? "test_user" : std::string(as_text(user->rows[0][0]));
  for (const auto form : {store::QueryForm::as_planned, store::QueryForm::corrected}) {
    for (const store::PlanQuery& query : store::plan_queries(form, options)) {
      reports::Query row;
      row.name = std::string(query.name) +
                 (form == store::QueryForm::as_planned ? ", as planned" : ", corrected");
      row.sql = query.sql;
      rehearsal.world->invoke("operator", 0, no_limits(), [&](Isolate& isolate) {
        const double started = processor_ms();
        const auto result = store::run_plan_query(isolate.d1, query);
        const double ended = processor_ms();
        auto plan = store::explain(isolate.d1, query);
        if (!result || !plan) {
          failed = describe(!result ? result.error() : plan.error());
          return;
        }
        row.ms = ended - started;
        row.rows = result->rows.size();
        row.plan = std::move(*plan);
      });
      if (row.ms && *row.ms > slowest_ms) {
        slowest_ms = *row.ms;
        slowest = row.name;
      }
      all_fast = all_fast && row.ms && *row.ms < query_limit_ms;
      rehearsal.report.queries.push_back(std::move(row));
    }
  }
  char time[32];
  std::snprintf(time, sizeof time, "%.2f ms", slowest_ms);
  const std::string what = failed.empty()
                               ? std::to_string(rehearsal.report.queries.size()) +
                                     " queries ran; the slowest, " + slowest + ", took " + time
                               : "a query failed: " + failed;
  reports::Criterion criterion;
  criterion.id = "plan_queries";
  criterion.name = "the slowest of the plan's SQL queries";
  criterion.threshold = "under 100 ms";
  if (failed.empty()) criterion.measured = slowest_ms;
  criterion.unit = "ms";
  criterion.limit = 100;
  criterion.direction = reports::Direction::below;
  criterion.verdict = all_fast ? reports::Verdict::pass : reports::Verdict::fail;
  criterion.note = "processor time of the simulated D1's SQLite on this machine, without network";
  rehearsal.report.criteria.push_back(std::move(criterion));
  rehearsal.show("R6.2", all_fast, what, step.name());
  step.end(all_fast, what);
}

}  // namespace cutover::scenarios
