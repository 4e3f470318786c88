#include "scenarios/drills/outages.h"

#include <algorithm>
#include <utility>

#include "scenarios/drills/lab.h"
#include "scenarios/live/live_books.h"
#include "scenarios/live/operator.h"
#include "scenarios/migration.h"
#include "scenarios/phases/checks.h"

namespace cutover::scenarios {
namespace {

using rollout::Phase;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration down_for = minutes(2);
// Its breaker tries again within that, and a failure is shared for a second more.
constexpr Duration well_within = seconds(45);

struct Outage {
  Service service;
  const char* name;
  const char* expected;
  std::uint64_t rare_per_mille;  // of the requests, books that KV does not have
};

// Books that KV has, and books that only D1 and the provider have, are asked for while it is down.
OutageRow run_outage(const Outage& outage, std::uint64_t seed) {
  StageOptions options;
  options.seed = seed;
  LiveBooks books = live_books(seed, 150, 450, options.start);
  options.sources = std::move(books.sources);
  options.crowd.popular = std::move(books.popular);
  options.crowd.rare = std::move(books.rare);
  options.system = live_options();
  options.requests_per_second = 10;
  Stage stage(std::move(options));
  apply_schema(stage.world());
  TimeSpan down;
  stage.play([&](Operator& person) {
    person.advance_to(Phase::d1);
    person.wait(minutes(21));  // the rare books' entries have run out
    stage.crowd().options().rare_per_mille = outage.rare_per_mille;
    person.wait(seconds(30));
    down.from = person.now();
    stage.troubles().begin({"down", calls_of(outage.service), refused()});
    person.wait(down_for);
    down.until = person.now();
    stage.troubles().end_all();
    person.wait(minutes(2));
  });
  OutageRow row;
  row.service = outage.name;
  row.expected = outage.expected;
  const Figures during = stage.meter().figures(down);
  row.requests = during.requests;
  row.answered = during.requests - during.known_unanswered;
  row.wrong = stage.meter().figures({}).wrong;
  Duration last = down.until;
  for (const Sample& sample : stage.meter().samples()) {
    if (sample.at >= down.until && sample.status >= 500) last = std::max(last, sample.at);
  }
  row.well_after = last - down.until;
  row.passed = row.requests > 100 && row.answered == row.requests && row.wrong == 0 &&
               *row.well_after <= well_within;
  return row;
}

// The breaker's changes since then, without repetitions of a pair.
std::string states_since(Lab& lab, Duration began) {
  std::vector<std::string> states;
  constexpr std::string_view name = "service=d1 state=";
  for (const Notice& notice : lab.meter().notices()) {
    if (notice.name != "breaker.changed" || notice.at < began) continue;
    if (!notice.fields.starts_with(name)) continue;
    std::string state = notice.fields.substr(name.size());
    if (std::find(states.begin(), states.end(), state) == states.end()) {
      states.push_back(std::move(state));
    }
  }
  std::string text;
  for (const std::string& state : states) text += (text.empty() ? "" : ", ") + state;
  return text;
}

std::string state_of(Lab& lab) {
  return std::string(name_of(lab.system().d1_breaker().state()));
}

}  // namespace

std::vector<OutageRow> run_outages(std::uint64_t seed) {
  // With D1 down, a book that KV does not have comes from the provider; with KV down everything
  // comes from D1; with the provider down, what only D1 has comes from there.
  const std::vector<Outage> outages = {
      {Service::d1, "D1", "KV still serves, and the provider what KV lacks", 100},
      {Service::kv, "KV", "D1 serves", 100},
      {Service::provider, "provider", "known books are served from KV and D1", 100},
  };
  std::vector<OutageRow> rows;
  for (const Outage& outage : outages) rows.push_back(run_outage(outage, seed));
  return rows;
}

std::vector<BreakerRow> run_breaker_life(std::uint64_t seed) {
  std::vector<BreakerRow> rows;
  const auto row = [&rows](const char* what, const char* expected, const std::string& seen) {
    rows.push_back({what, expected, seen, seen == expected});
  };
  const auto d1_of_api = [](const sim::Process& process, const sim::Call& call) {
    return call.service == Service::d1 && process.role() == "api" &&
           call.key.find("Rollout") == std::string::npos;
  };
  Lab lab(seed, 1200, live_options());
  lab.play([&](Lab& here) {
    const auto rare = [&](Duration length) { here.load(4, length, 0, Lab::Ask::rare); };
    rare(seconds(20));
    row("while D1 is well", "closed", state_of(here));
    here.troubles().begin({"some fail", d1_of_api, refused(), 1, 25});
    rare(seconds(60));
    row("1 of 25 calls fails for a minute", "closed", state_of(here));
    here.troubles().begin({"some fail", d1_of_api, refused(), 1, 15});
    const Duration began = here.now();
    while (state_of(here) == "closed" && here.now() - began < minutes(1)) rare(seconds(1));
    row("1 of 15 calls fails", "open", state_of(here));
    here.troubles().begin({"all fail", d1_of_api, refused()});
    const Duration ill = here.now();
    rare(seconds(25));
    row("10 seconds later it tries, and D1 is still ill", "half_open, open",
        states_since(here, ill));
    here.troubles().end_all();
    const Duration well = here.now();
    rare(seconds(25));
    row("D1 is well: it tries again", "half_open, closed", states_since(here, well));
    rare(seconds(20));
    row("it stays so", "closed", state_of(here));
  });
  const auto refused_calls =
      std::count_if(lab.meter().d1_calls().begin(), lab.meter().d1_calls().end(),
                    [](const D1Call& call) { return !call.ok && call.took == Duration{0}; });
  rows.push_back({"calls that D1 was spared while it was open", "more than none",
                  std::to_string(refused_calls), refused_calls > 0});
  return rows;
}

}  // namespace cutover::scenarios
