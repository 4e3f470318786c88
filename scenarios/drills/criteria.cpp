#include "scenarios/drills/criteria.h"

#include <functional>
#include <set>
#include <utility>

#include "core/rollout/phase_store.h"
#include "scenarios/direct_database.h"
#include "scenarios/drills/lab.h"
#include "scenarios/live/http.h"
#include "scenarios/live/stage.h"
#include "scenarios/phases/checks.h"

namespace cutover::scenarios {
namespace {

using Ask = Lab::Ask;
using rollout::Phase;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// A case: how the limit is approached, and what the guard must do.
struct Case {
  std::string criterion;
  std::string limit;
  std::string provoked;
  bool found = false;    // must this criterion be found?
  std::string expected;  // "nothing", "rollback", "writes stop", "notice" (of any criterion)
  std::function<void(Lab&)> play;
  std::uint64_t rare = 0;
};

// One answer of KV takes 1 ms, so that a request takes this long exactly.
Trouble answers_in(Duration latency) {
  return {"slow answers", calls_about(Service::kv, "book:isbn:"),
          late_by(latency - milliseconds(1))};
}

// Calls that the guard counts: all but the rollout's own reads of its state.
Trouble d1_fails(std::uint64_t hits, std::uint64_t out_of) {
  return {"D1 fails",
          [](const sim::Process& process, const sim::Call& call) {
            return call.service == Service::d1 && process.role() == "api" &&
                   call.key.find("Rollout") == std::string::npos;
          },
          refused(), hits, out_of};
}

void provider_fails(Lab& lab) {
  lab.world().provider().fail_between(Duration{0}, Duration::max(),
                                      fakes::ProviderTrouble::backend_failed);
}

std::function<void(Lab&)> errors(std::uint64_t one_in, Duration good, Duration bad) {
  return [=](Lab& lab) {
    provider_fails(lab);
    lab.load(5, good);
    lab.load(5, bad, one_in);
  };
}

std::function<void(Lab&)> latency(Duration each, Duration good, Duration slow) {
  return [=](Lab& lab) {
    lab.load(10, seconds(10));  // so that KV's answers are cached: 1 ms each
    lab.load(10, good);
    lab.troubles().begin(answers_in(each));
    lab.load(10, slow);
    lab.troubles().end_all();
    lab.wait(seconds(2));
  };
}

std::function<void(Lab&)> d1_failures(std::uint64_t one_in) {
  return [=](Lab& lab) {
    lab.troubles().begin(d1_fails(1, one_in));
    lab.load(4, minutes(2), 0, Ask::rare);
    lab.troubles().end_all();
  };
}

std::function<void(Lab&)> error_burst(int errors_at_once, int per_second) {
  return [=](Lab& lab) {
    provider_fails(lab);
    lab.load(per_second, minutes(2));
    lab.burst(errors_at_once, Ask::broken);
    lab.load(per_second, seconds(15));
  };
}

std::function<void(Lab&)> missing_rows(int rows) {
  return [=](Lab& lab) {
    lab.load(5, seconds(15));
    for (int i = 0; i < rows; ++i) {
      const std::string& isbn = lab.books().popular.at(static_cast<std::size_t>(i));
      const auto gone =
          lab.world().d1().connection().run({"DELETE FROM Books WHERE isbn = '" + isbn + "'", {}});
      if (!gone) return;
    }
    lab.send({"POST", "/admin/compare", {}, authorised(live_admin_token), "{}"});
    lab.load(5, seconds(5));
  };
}

std::vector<Case> cases() {
  const std::string rate = "> 1 % for 5 minutes";
  const std::string p95 = "p95 > 1,000 ms for 5 minutes";
  const std::string d1 = "> 5 % of D1's calls for a minute";
  const std::string spike = "> 1 %, and more than 10 errors a minute";
  return {
      {"error_rate", rate, "1 of 110 requests fails, for 6 minutes", false, "nothing",
       errors(110, seconds(0), minutes(6))},
      {"error_rate", rate, "1 of 90 requests fails, for 6 minutes", true, "rollback",
       errors(90, seconds(0), minutes(6))},
      {"error_rate", rate, "1 of 50 requests fails, for 2 minutes after 5 good ones", false,
       "nothing", errors(50, minutes(5), minutes(2))},
      {"latency_p95", p95, "every request takes 1,000 ms, for 6 minutes", false, "nothing",
       latency(milliseconds(1000), seconds(0), minutes(6))},
      {"latency_p95", p95, "every request takes 1,001 ms, for 6 minutes", true, "rollback",
       latency(milliseconds(1001), seconds(0), minutes(6))},
      {"latency_p95", p95, "every request takes 2,000 ms, for 10 seconds after 5 good minutes",
       false, "notice", latency(milliseconds(2000), minutes(5), seconds(10))},
      {"d1_failures", d1, "1 of 21 calls fails, for 2 minutes", false, "notice", d1_failures(21),
       600},
      {"d1_failures", d1, "1 of 19 calls fails, for 2 minutes", true, "rollback", d1_failures(19),
       600},
      {"inconsistency", "any", "a comparison that finds nothing", false, "nothing",
       missing_rows(0)},
      {"inconsistency", "any", "a comparison that finds one row missing", true, "writes stop",
       missing_rows(1)},
      {"error_spike", spike, "10 errors in a minute of 300 requests", false, "nothing",
       error_burst(10, 5)},
      {"error_spike", spike, "11 errors in a minute of 300 requests", true, "rollback",
       error_burst(11, 5)},
      {"server_errors", "> 10 a minute", "10 errors in a minute of 1,200 requests", false,
       "nothing", error_burst(10, 20)},
      {"server_errors", "> 10 a minute", "11 errors in a minute of 1,200 requests", true, "notice",
       error_burst(11, 20)},
      {"d1_failing", "any", "no D1 call fails", false, "nothing",
       [](Lab& lab) { lab.load(4, seconds(20), 0, Ask::rare); }, 100},
      {"d1_failing", "any", "one D1 call fails", true, "notice",
       [](Lab& lab) {
         lab.troubles().begin(d1_fails(1, 60));
         lab.load(4, seconds(20), 0, Ask::rare);
       },
       100},
      {"latency_spike", "p95 > 1,000 ms in the last minute",
       "2 seconds of 2,000 ms after 5 good minutes", false, "nothing",
       latency(milliseconds(2000), minutes(5), seconds(2))},
      {"latency_spike", "p95 > 1,000 ms in the last minute",
       "5 seconds of 2,000 ms after 5 good minutes", true, "notice",
       latency(milliseconds(2000), minutes(5), seconds(5))},
  };
}

std::string findings_in(const Meter& meter) {
  std::set<std::string> names;
  for (const Notice& notice : meter.notices()) {
    if (notice.name == "guard.finding") names.insert(notice.fields);
  }
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : "; ") + name;
  return text.empty() ? "none" : text;
}

// What the whole system made of it.
std::string outcome(Lab& lab) {
  DirectDatabase d1(lab.world().d1());
  const auto state = rollout::PhaseStore(d1).read();
  if (!state) return "the state cannot be read";
  if (state->writes_stopped) return "writes stop";
  if (state->phase == Phase::dual_write) return "rollback";
  if (state->phase != Phase::d1) return std::string(name_of(state->phase));
  return findings_in(lab.meter()) == "none" ? "nothing" : "notice";
}

CriterionRow run_case(const Case& each, std::uint64_t seed) {
  api::SystemOptions options = live_options();
  // The breaker would turn 5 % of failed calls into 100 % of refused ones: its drill is another.
  options.d1_breaker.failure_percent = 100;
  Lab lab(seed, each.rare, options);
  lab.play(each.play);
  CriterionRow row{each.criterion, each.limit, each.provoked, each.expected, "", "", {}, false};
  row.seen = outcome(lab);
  row.findings = findings_in(lab.meter());
  row.found_after = lab.meter().first("guard.finding", "criterion=" + each.criterion, {});
  // This criterion itself, not another one that acted for it.
  row.passed = row.seen == row.expected && row.found_after.has_value() == each.found;
  return row;
}

}  // namespace

std::vector<CriterionRow> run_criteria(std::uint64_t seed) {
  std::vector<CriterionRow> rows;
  for (const Case& each : cases()) rows.push_back(run_case(each, seed));
  return rows;
}

}  // namespace cutover::scenarios
