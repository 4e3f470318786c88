#include "scenarios/verify.h"

#include "core/books/sha256.h"
#include "reports/figures.h"
#include "scenarios/rehearsal.h"

namespace cutover::scenarios {
namespace {

// What this run cannot say anything about, so that a pass is not read as more than it is.
const std::vector<std::string> not_covered = {
    "Real Cloudflare services: KV and D1 are simulated. The commands migrate and validate work on "
    "the real ones, and verify --target judges what is deployed.",
    "Data that never was in the dump: expired cache entries, archives behind the cache.",
};
constexpr const char* without_drills =
    "The read path, the HTTP API, rollout and rollback: the profile quick and larger ones rehearse "
    "them.";

// What came in and is in no row: nobody should have to look for it below a pass.
std::string left_out(const reports::Report& report) {
  std::uint64_t records = 0;
  std::uint64_t shelved = 0;
  for (const reports::FindingGroup& group : report.rejections) {
    if (group.reason == "unusable_record") records += group.count;
    const bool of_library =
        group.reason.starts_with(reports::library_reason) || group.reason == "unusable_library_row";
    if (of_library) shelved += group.count;
  }
  std::string text;
  const auto say = [&text](std::uint64_t count, const char* what) {
    if (count > 0) text += " Left out: " + with_commas(static_cast<std::int64_t>(count)) + what;
  };
  say(records, " of the dump's records, which cannot be read.");
  say(shelved, " of the library's rows.");
  return text;
}

std::string headline(const reports::Report& report) {
  if (!report.headline.empty()) return report.headline;
  if (report.verdict == reports::Verdict::pass) {
    return "All " + with_commas(static_cast<std::int64_t>(report.listed)) +
           " keys are accounted for, and every record in D1 is what its source says." +
           left_out(report);
  }
  for (const reports::Criterion& criterion : report.criteria) {
    if (criterion.verdict == reports::Verdict::fail) {
      return "Not met: " + criterion.name + ": " + reports::measured_in_short(criterion) + ", " +
             criterion.threshold + " is needed; " + criterion.note + "." + left_out(report);
    }
  }
  for (const reports::Step& step : report.steps) {
    if (step.verdict == reports::Verdict::fail) return step.name + ": " + step.what_happened;
  }
  return "Not everything could be judged.";
}

void name_the_list(reports::Report& report, reports::KeyList& list) {
  list.finish();
  report.files.push_back({std::string(reports::key_list_name), list.rows(), list.left_out(),
                          books::Sha256().hex(list.text())});
}

// In order; false when the run cannot go on or was interrupted.
bool take_steps(Rehearsal& rehearsal, std::string& error) {
  const auto go_on = [&rehearsal, &error] {
    if (rehearsal.progress.interrupted()) {
      rehearsal.report.headline = "interrupted: what was judged until then is here";
      return false;
    }
    return error.empty();
  };
  if (!load_dump(rehearsal, error) || !go_on()) return false;
  if (!take_stock(rehearsal) || !go_on()) return false;
  back_up_and_restore(rehearsal);
  if (!go_on() || !make_schema(rehearsal) || !go_on()) return false;
  run_dry(rehearsal);
  if (!go_on()) return false;
  const bool complete = run_migration(rehearsal);
  explain_outcomes(rehearsal);
  if (!complete || !go_on()) return false;
  load_library(rehearsal, error);
  if (!go_on()) return false;
  validate_everything(rehearsal);
  validate_damage(rehearsal);
  if (!go_on()) return false;
  run_queries(rehearsal);
  run_again(rehearsal);
  if (!go_on()) return false;
  run_interrupted(rehearsal);
  if (!go_on()) return false;
  run_two_at_once(rehearsal);
  run_beside_live_traffic(rehearsal);
  if (!go_on()) return false;
  run_for_digest(rehearsal);
  if (!rehearsal.options.drills) return true;
  if (!go_on()) return false;
  run_phases(rehearsal);
  if (!go_on()) return false;
  run_drills(rehearsal);
  return true;
}

}  // namespace

tl::expected<reports::Report, std::string> verify(const VerifyOptions& options,
                                                  ProgressSink& progress) {
  Rehearsal rehearsal(options, progress);
  std::string error;
  const bool finished = take_steps(rehearsal, error);
  if (!error.empty()) return tl::unexpected(std::move(error));
  reports::Report& report = rehearsal.report;
  if (options.left_out_keys != nullptr) name_the_list(report, *options.left_out_keys);
  report.not_covered = not_covered;
  if (!options.drills) report.not_covered.emplace_back(without_drills);
  report.verdict = reports::conclude(report);
  if (!finished && report.verdict == reports::Verdict::pass) {
    report.verdict = reports::Verdict::unknown;
  }
  report.headline = headline(report);
  return std::move(report);
}

}  // namespace cutover::scenarios
