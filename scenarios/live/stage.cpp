#include "scenarios/live/stage.h"

#include <algorithm>
#include <set>
#include <utility>

#include "fakes/sim/sanitizers.h"
#include "scenarios/live/http.h"
#include "scenarios/live/operator.h"
#include "scenarios/live/site.h"

namespace cutover::scenarios {
namespace {

using std::chrono::milliseconds;

WorldOptions world_options(const StageOptions& options) {
  WorldOptions world;
  world.seed = options.seed;
  world.start = options.start;
  use_platform(year_2026(Plan::paid), world);
  return world;
}

// What stands after the prefix of its key.
std::string isbn_of(const KvRecord& record) {
  return record.key.substr(record.key.rfind(':') + 1);
}

}  // namespace

api::SystemOptions live_options() {
  api::SystemOptions options;
  options.api.admin_token = live_admin_token;
  options.api.user_secret = live_user_secret;
  options.api.migrator.source = "rehearsal/BOOK_CACHE";
  return options;
}

Stage::Stage(StageOptions options)
    : options_(std::move(options)),
      oracle_(options_.sources),
      crowd_(options_.crowd),
      world_(std::make_unique<World>(world_options(options_), troubles_)),
      sites_(options_.isolates),
      jobs_(options_.isolates) {
  crowd_.options().user_secret = live_user_secret;
  for (const KvRecord& source : options_.sources) world_->kv().load(source);
  oracle_.also(options_.unlisted);
  stock_provider();
  world_->scheduler().history().observe(meter_);
}

Stage::~Stage() {
  world_->scheduler().history().ignore(meter_);
}

void Stage::stock_provider() {
  const CrowdOptions& crowd = crowd_.options();
  std::set<std::string> asked_for(crowd.popular.begin(), crowd.popular.end());
  asked_for.insert(crowd.rare.begin(), crowd.rare.end());
  const auto put = [this](const KvRecord& record, const std::string& isbn) {
    world_->provider().put_book(isbn, record.value);
  };
  for (const KvRecord& record : options_.sources) {
    const std::string isbn = isbn_of(record);
    if (asked_for.contains(isbn)) put(record, isbn);
  }
  for (const KvRecord& record : options_.unlisted) put(record, isbn_of(record));
}

void Stage::play(const std::function<void(Operator&)>& script) {
  over_ = false;
  for (std::size_t i = 0; i < options_.isolates; ++i) start_site(i);
  world_->start("operator", 0, no_limits(), [&](Isolate& isolate) {
    Operator person(*this, isolate);
    script(person);
    const sim::Quiet quiet;
    over_ = true;
  });
  world_->run();
}

void Stage::start_site(std::size_t number) {
  const std::string role = "api-" + std::to_string(number + 1);
  world_->start(role, number % options_.locations, no_limits(), [this, number](Isolate& isolate) {
    bool over = false;
    {
      Site site(*this, isolate, number);
      site.serve();
      const sim::Quiet quiet;
      over = over_;
    }
    if (!over) start_site(number);  // a deploy: the next isolate has the new version
  });
}

api::HttpResponse Stage::send(Isolate& sender, const api::HttpRequest& request, Duration& took) {
  const auto job = std::make_shared<Job>(Job{request, std::nullopt, Duration{0}});
  sim::happens_before(job.get());
  {
    const sim::Quiet quiet;
    jobs_[turn_++ % jobs_.size()].push_back(job);
  }
  const auto is_answered = [&job] {
    const sim::Quiet quiet;
    return job->answer.has_value();
  };
  while (!is_answered()) sender.runtime.sleep(milliseconds(50));
  sim::happens_after(job.get());
  took = job->took;
  return std::move(*job->answer);
}

void Stage::deploy(Version version, Breakage breakage) {
  const sim::Quiet quiet;
  version_ = version;
  breakage_ = std::move(breakage);
  deploys_ += 1;
}

void Stage::set_requests_per_second(double rate) {
  const sim::Quiet quiet;
  options_.requests_per_second = rate;
}

void Stage::set_housekeeping(Duration every) {
  const sim::Quiet quiet;
  options_.housekeeping = every;
}

std::vector<lookup::ReadPlan> Stage::plans(const books::Isbn& isbn) {
  std::vector<lookup::ReadPlan> plans;
  sim::happens_after(&sites_);
  for (Site* site : sites_) {
    if (site != nullptr && site->system() != nullptr) {
      plans.push_back(site->system()->rollout().plan(isbn));
    }
  }
  sim::happens_before(&sites_);
  return plans;
}

bool Stage::some_d1_breaker_is(rollout::BreakerState state) const {
  sim::happens_after(&sites_);
  const bool is_some = std::any_of(sites_.begin(), sites_.end(), [state](Site* site) {
    return site != nullptr && site->system() != nullptr &&
           site->system()->d1_breaker().state() == state;
  });
  sim::happens_before(&sites_);
  return is_some;
}

}  // namespace cutover::scenarios
