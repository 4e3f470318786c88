#include "scenarios/live/site.h"

#include <algorithm>

#include "fakes/sim/sanitizers.h"
#include "scenarios/live/http.h"

namespace cutover::scenarios {
namespace {

using std::chrono::seconds;

// Deferred work of the platform ends within 30 s.
constexpr Duration deferred_max = seconds(31);
constexpr std::size_t requests_at_once_max = 500;

Source source_in(std::string_view body) {
  const std::string_view source = json_after(body, "\"source\":", body.rfind("\"metadata\":"));
  if (source == "\"cache\"") return Source::cache;
  if (source == "\"d1\"") return Source::d1;
  return source == "\"provider\"" ? Source::provider : Source::none;
}

}  // namespace

Stage::Site::Site(Stage& stage, Isolate& isolate, std::size_t number)
    : stage_(stage),
      isolate_(isolate),
      number_(number),
      deploy_(stage.deploys_),
      breakage_(stage.breakage_) {
  if (stage.version_ == Version::with_d1) {
    system_ =
        std::make_unique<api::System>(isolate.kv, isolate.d1, isolate.provider, isolate.runtime,
                                      isolate.telemetry, stage.options_.system);
  } else {
    previous_ = std::make_unique<PreviousVersion>(isolate.kv, isolate.provider, isolate.runtime);
  }
  sim::happens_before(&stage_.sites_);
  const sim::Quiet quiet;
  stage_.sites_[number_] = this;
}

Stage::Site::~Site() {
  sim::happens_after(&stage_.sites_);  // whoever looked has looked
  const sim::Quiet quiet;
  stage_.sites_[number_] = nullptr;
}

void Stage::Site::serve() {
  {
    const auto group = isolate_.runtime.task_group(requests_at_once_max);
    group->spawn([this] {
      while (goes_on()) {
        isolate_.runtime.sleep(until_housekeeping());
        if (system_) system_->tick();
      }
    });
    while (goes_on()) {
      const double rate = requests_per_second();
      isolate_.runtime.sleep(until_next_request(rate));
      answer_jobs(*group);
      if (rate <= 0) continue;
      const Wish wish = stage_.crowd_.next([this] { return random(); });
      group->spawn([this, wish] { ask(wish); });
    }
    answer_jobs(*group);
    group->wait();
  }
  isolate_.runtime.sleep(deferred_max);
}

bool Stage::Site::goes_on() const {
  const sim::Quiet quiet;
  return !stage_.over_ && stage_.deploys_ == deploy_;
}

double Stage::Site::requests_per_second() const {
  const sim::Quiet quiet;
  return stage_.options_.requests_per_second;
}

Duration Stage::Site::until_housekeeping() const {
  const sim::Quiet quiet;
  return stage_.options_.housekeeping;
}

// Evenly spread, off by up to half of the time either way.
Duration Stage::Site::until_next_request(double rate) {
  if (rate <= 0) return seconds(1);
  const double mean = 1e6 * static_cast<double>(stage_.options_.isolates) / rate;
  return Duration(
      static_cast<std::int64_t>(mean * (0.5 + static_cast<double>(random() % 1000) / 1000)));
}

api::HttpResponse Stage::Site::handle(const api::HttpRequest& request) {
  api::HttpResponse answer = system_ ? system_->api().handle(request) : previous_->handle(request);
  if (breakage_) breakage_(request, answer);
  return answer;
}

void Stage::Site::ask(const Wish& wish) {
  Sample sample;
  sample.at = stage_.now();
  sample.asked = wish.asked;
  const api::HttpResponse answer = handle(wish.request);
  sample.took = stage_.now() - sample.at;
  sample.status = answer.status;
  if (wish.asked == Asked::library) {
    sample.wrong = stage_.crowd_.judge_shelf(wish, answer);
  } else {
    const sim::Quiet quiet;
    sample.known_book = stage_.oracle_.knows(wish.isbn);
    if (answer.status == 200) {
      sample.source = source_in(answer.body);
      sample.wrong = !stage_.oracle_.tells_truth(wish.isbn, answer.body);
    } else {
      sample.wrong = answer.status == 404 && sample.known_book;
    }
  }
  stage_.meter_.note(sample);
}

void Stage::Site::answer_jobs(TaskGroup& group) {
  for (;;) {
    std::shared_ptr<Job> job;
    {
      const sim::Quiet quiet;
      auto& waiting = stage_.jobs_[number_];
      if (waiting.empty()) return;
      job = waiting.front();
      waiting.pop_front();
    }
    sim::happens_after(job.get());
    group.spawn([this, job] {
      const Duration asked = stage_.now();
      api::HttpResponse answer = handle(job->request);
      sim::happens_before(job.get());
      const sim::Quiet quiet;
      job->took = stage_.now() - asked;
      job->answer = std::move(answer);
    });
  }
}

}  // namespace cutover::scenarios
