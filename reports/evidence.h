// The evidence of one acceptance run: plain values that every renderer reads (requirement R6.7).
//
// Whoever runs a check fills these structs; a renderer only shows them. Nothing here reads a clock,
// a file or the network: times and digests are given as text. Lists keep the caller's order, so the
// same run gives the same report, byte for byte. Text may hold any bytes at all, keys of a hostile
// dump included: making them harmless is each renderer's duty (text.h).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/chart.h"
#include "reports/criterion.h"
#include "reports/findings.h"
#include "reports/run_record.h"
#include "reports/table.h"
#include "reports/verdict.h"

namespace cutover::reports {

struct Evidence {
  std::string what;       // a sentence with the figures
  std::string source;     // the step or scenario that saw it
  std::string reproduce;  // a command; empty when the report's own command is the only way
  Verdict verdict = Verdict::unknown;
  bool operator==(const Evidence&) const = default;
};

// One row of the requirement matrix. A requirement that this run does not look at at all belongs
// into Report::not_covered.
struct Requirement {
  std::string id;  // "R2.4"
  std::string title;
  Verdict verdict = Verdict::unknown;  // no better than verdict_of(evidence)
  std::vector<Evidence> evidence;
  bool operator==(const Requirement&) const = default;
};

struct Input {
  std::string name;    // what it is for: "dump", "library"
  std::string path;    // only the last part of it is ever written into a report
  std::string sha256;  // 64 lower-case hex digits
  std::uint64_t bytes = 0;
  std::uint64_t records = 0;
  bool operator==(const Input&) const = default;
};

// A file beside report.json for which the report speaks: who signs the report signs it, too.
struct ReportFile {
  std::string name;  // only the last part of a path is ever written or looked for
  std::uint64_t rows = 0;
  std::uint64_t left_out = 0;  // rows that did not fit; the file's last line says so
  std::string sha256;          // 64 lower-case hex digits
  bool operator==(const ReportFile&) const = default;
};

// How many listed keys ended in this way. Each fate stands once in a report.
struct Fate {
  std::string fate;  // "inserted", "rejected", ...
  std::uint64_t count = 0;
  std::string explanation;
  bool operator==(const Fate&) const = default;
};

struct Step {
  std::string name;
  Verdict verdict = Verdict::unknown;
  std::string what_happened;
  std::optional<double> virtual_ms;  // nothing outside the simulation; never negative
  std::optional<double> real_ms;     // nothing when it was not measured; never negative
  std::uint64_t events = 0;
  bool operator==(const Step&) const = default;
};

struct Query {
  std::string name;
  std::string sql;
  std::optional<double> ms;  // never negative
  std::uint64_t rows = 0;
  std::vector<std::string> plan;  // the lines of EXPLAIN QUERY PLAN
  bool operator==(const Query&) const = default;
};

// One line of the go-live checklist (requirement R6.6): checked before going live, or after.
enum class ChecklistPhase : std::uint8_t { before, after };

struct ChecklistItem {
  ChecklistPhase phase = ChecklistPhase::before;
  std::string item;
  Verdict verdict = Verdict::unknown;
  std::string evidence;
  bool operator==(const ChecklistItem&) const = default;
};

// An approval that was not given yet has a role and nothing else (requirements R6.6 and R6.8).
struct Approval {
  std::string role;    // "Tech lead"
  std::string person;  // who approved; empty while it is open
  std::string at;      // ISO 8601
  std::string digest;  // SHA-256 of the report that was approved
  std::string note;
  bool operator==(const Approval&) const = default;
};

inline constexpr int report_schema_version = 2;

struct Report {
  int schema_version = report_schema_version;
  std::string tool_version;
  std::string started;  // ISO 8601 with zone, given by the caller: "2025-11-23T20:26:00Z"
  std::uint64_t seed = 0;
  Verdict verdict = Verdict::unknown;  // no better than conclude(report)
  std::string headline;                // one sentence
  std::vector<Input> inputs;
  std::vector<Requirement> requirements;
  std::vector<Criterion> criteria;
  std::uint64_t listed = 0;  // keys; the fates add up to it
  std::vector<Fate> fates;
  std::vector<Step> steps;
  std::vector<FindingGroup> rejections;
  std::vector<FindingGroup> alterations;
  std::vector<Query> queries;
  std::vector<ChecklistItem> checklist;
  std::vector<Approval> approvals;
  std::map<std::string, std::uint64_t> coverage;  // fault site -> calls; 0 is "never reached"
  std::string reproduce;                          // the command that repeats the run
  std::vector<std::string> not_covered;
  std::string profile;               // "quick", "standard", "full"; empty when there was no choice
  std::vector<std::string> meaning;  // what a green run means, in sentences with numbers
  std::vector<Table> tables;
  std::vector<Chart> charts;
  std::vector<SeededRun> seeds;  // runs to repeat, with the digest that each must give
  std::vector<PastRun> history;  // earlier runs, the latest first; at most history_max
  Timeline worst_run;
  std::vector<ReportFile> files;
  bool operator==(const Report&) const = default;
};

// "before", "after".
[[nodiscard]] std::string_view name_of(ChecklistPhase phase);
[[nodiscard]] std::optional<ChecklistPhase> phase_named(std::string_view name);

[[nodiscard]] Verdict verdict_of(const std::vector<Evidence>& evidence);

// What the parts of a report allow it to say at best: its requirements with their evidence, its
// criteria and their figures, its steps, the rows of its tables that have a verdict, and whether
// the fates add up. The checklist is not part of it: its after-checks are unknown until the system
// is live. Neither is the history: another run's verdict is not this one's.
[[nodiscard]] Verdict conclude(const Report& report);

[[nodiscard]] std::uint64_t fates_total(const Report& report);

// Sentences on where a report claims more than its parts show; empty for an honest report. The
// renderers print them, so that a wrong claim cannot look green.
[[nodiscard]] std::vector<std::string> contradictions(const Report& report);

}  // namespace cutover::reports
