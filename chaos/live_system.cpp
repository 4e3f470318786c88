#include "chaos/live_system.h"

#include <algorithm>
#include <functional>
#include <memory>

#include "chaos/pace.h"
#include "chaos/storm_run.h"
#include "chaos/users.h"
#include "fakes/sim/sanitizers.h"

namespace cutover::chaos {
namespace {

using scenarios::Isolate;
using scenarios::World;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Deferred work of the platform ends within 30 s.
constexpr Duration deferred_max = seconds(31);

// One isolate's traffic and housekeeping, until `until`.
class Site {
 public:
  Site(Isolate& isolate, sim::Scheduler& scheduler, const StormCase& played, LiveRecord& record,
       Duration until)
      : isolate_(isolate),
        scheduler_(scheduler),
        record_(record),
        pace_(played),
        until_(until),
        system_(isolate.kv, isolate.d1, isolate.provider, isolate.runtime, isolate.telemetry,
                live_system_options()),
        users_(system_, isolate, scheduler, played.keys, healthy_from(played), record) {}

  void serve() {
    end_life_some_day();
    {
      const auto group = isolate_.runtime.task_group(100);
      group->spawn([this] {
        while (scheduler_.now() < until_) {
          rest(pace_.until_housekeeping(scheduler_.now()));
          system_.tick();
        }
      });
      while (scheduler_.now() < until_) {
        const Duration now = scheduler_.now();
        rest(pace_.until_users_come(now, scheduler_.wall(), random()));
        if (pace_.ordinary(scheduler_.now())) {
          group->spawn([this] { visit(); });
        } else {
          group->spawn([this] { users_.request(); });
        }
      }
      group->wait();
    }
    isolate_.runtime.sleep(deferred_max);
    if (system_.d1_breaker().state() == rollout::BreakerState::open) {
      const sim::Quiet quiet;
      record_.open_breakers.push_back(isolate_.process.role());
    }
  }

  // Moves the rollout on, one step after the other, and now and then all the way back. The flag is
  // set on the way to the reads, and now and then to something else.
  void operate() {
    while (scheduler_.now() < until_) {
      rest(pace_.until_operator_acts(scheduler_.now(), random()));
      system_.tick();
      if (pace_.ordinary(scheduler_.now())) look_where_it_stands();
      if (random() % 12 == 0) {
        roll_back();
      } else if (random() % 12 == 0) {
        set_flag();
      } else {
        move_on();
      }
    }
    isolate_.runtime.sleep(deferred_max);
  }

 private:
  std::uint64_t random() { return isolate_.runtime.random_number("users"); }

  void end_life_some_day() {
    if (pace_.has_weeks()) until_ = std::min(until_, pace_.end_of_life(scheduler_.now(), random()));
  }

  // On ordinary days not beyond the isolate's end: in the storm a request or two more do no harm.
  void rest(Duration duration) {
    const bool ends = pace_.ordinary(scheduler_.now());
    const Duration left = until_ - scheduler_.now();
    isolate_.runtime.sleep(ends ? std::min(duration, left) : duration);
  }

  // Requests that follow one another as one person makes them, and housekeeping after each.
  void visit() {
    const std::uint64_t requests = Pace::requests_of_visit(random());
    for (std::uint64_t i = 0; i < requests; ++i) {
      users_.request();
      isolate_.runtime.sleep(milliseconds(random() % 20'000));
      system_.tick();
    }
  }

  void roll_back() {
    const auto answer =
        users_.admin("POST", "/admin/rollback", {}, R"({"reason":"the storm wants it"})");
    const sim::Quiet quiet;
    record_.rollbacks += answer.status == 200 ? 1 : 0;
    step_ = answer.status == 200 ? 1 : step_;
  }

  void set_flag() {
    static constexpr const char* values[] = {"true", "false", "50%", "true"};
    users_.admin("PUT", "/admin/flags", {},
                 std::string(R"({"value":")") + values[random() % std::size(values)] + "\"}");
  }

  // On ordinary days there is time to look first: the guard may have moved the rollout back, or
  // have stopped writes.
  void look_where_it_stands() {
    const auto answer = users_.admin("GET", "/admin/phase", {}, "");
    if (answer.status != 200) return;
    const std::string_view body = answer.body;
    const std::string_view phase = json_after(body, "\"phase\":");
    step_ = 0;
    while (step_ < std::size(standing) && phase != standing[step_]) ++step_;
    const bool all_read = json_after(body, "\"percent\":") == "100";
    if (step_ > reads || (step_ == reads && all_read)) ++step_;
    if (json_after(body, "\"writesStopped\":") != "true") return;
    users_.admin("POST", "/admin/writes", {}, R"({"stopped":false,"reason":"looked into"})");
  }

  void move_on() {
    if (step_ >= std::size(forward)) return;
    // The comparison takes for different what caches have put into KV since the last run.
    const bool too_old = step_ == 4 && pace_.ordinary(scheduler_.now());
    if (step_ == 2 || step_ == 3 || too_old) users_.migrate();
    if (step_ == 4) {
      users_.admin("POST", "/admin/compare", {}, "{}");
      users_.admin("PUT", "/admin/flags", {}, R"({"value":"true"})");
    }
    std::string body = std::string(R"({"phase":")") + forward[step_] + R"(","reason":"onwards")";
    if (percents[step_] > 0) body += ",\"percent\":" + std::to_string(percents[step_]);
    if (users_.admin("POST", "/admin/phase", {}, body + "}").status != 200) return;
    const sim::Quiet quiet;
    record_.moves += 1;
    record_.last_phase = forward[step_];
    step_ += 1;
  }

  // The way forward, and what stands before each step of it but the last two.
  static constexpr const char* forward[] = {"dual_write", "backfill", "reconcile", "verify",
                                            "d1_reads",   "d1_reads", "d1"};
  static constexpr int percents[] = {0, 0, 0, 0, 20, 100, 0};
  static constexpr std::string_view standing[] = {"\"kv_only\"",  "\"dual_write\"",
                                                  "\"backfill\"", "\"reconcile\"",
                                                  "\"verify\"",   "\"d1_reads\""};
  static constexpr std::size_t reads = 5;  // of some ISBNs; the step after it is of all

  Isolate& isolate_;
  sim::Scheduler& scheduler_;
  LiveRecord& record_;
  Pace pace_;
  Duration until_;  // of this isolate
  api::System system_;
  Users users_;
  std::size_t step_ = 0;
};

// Keeps one isolate of a role alive, as the platform does.
void keep_alive(World& world, const std::string& role, std::size_t location, Isolate& platform,
                const Pace& pace, Duration until, LiveRecord& record,
                const std::function<void(Isolate&)>& body) {
  while (world.scheduler().now() < until) {
    const auto over = std::make_shared<bool>(false);
    const sim::Process& process =
        world.start(role, location, scenarios::no_limits(), [body, over](Isolate& isolate) {
          body(isolate);
          const sim::Quiet quiet;
          *over = true;
        });
    std::int64_t version = 0;
    {
      const sim::Quiet quiet;
      record.isolates += 1;
      version = record.deploys;
    }
    const auto goes_on = [&] {
      const sim::Quiet quiet;
      return world.runs(process) && !*over && record.deploys == version;
    };
    while (goes_on()) platform.runtime.sleep(pace.until_platform_looks(world.scheduler().now()));
    platform.runtime.sleep(seconds(1));
  }
}

}  // namespace

api::SystemOptions live_system_options() {
  api::SystemOptions options;
  options.api.admin_token = admin_token;
  options.api.user_secret = user_secret;
  options.api.migrate_for = seconds(5);
  options.lookup.deadline = seconds(8);
  return options;
}

void start_live_system(World& world, const StormCase& played, LiveRecord& record) {
  // Some time of calm too: then everybody must be answered.
  const Duration until = std::max<Duration>(healthy_from(played) + seconds(30),
                                            std::chrono::hours(played.traffic_hours));
  const Pace pace(played);
  const auto start = [&world, &record, pace, until](const std::string& role, std::size_t location,
                                                    std::function<void(Isolate&)> body) {
    world.start("platform", location, scenarios::no_limits(),
                [&world, &record, pace, until, role, location, body](Isolate& platform) {
                  keep_alive(world, role, location, platform, pace, until, record, body);
                });
  };
  for (std::size_t i = 0; i < played.isolates; ++i) {
    start("api-" + std::to_string(i + 1), i % played.locations,
          [&world, &played, &record, until](Isolate& isolate) {
            Site(isolate, world.scheduler(), played, record, until).serve();
          });
  }
  if (played.isolates > 0) {
    start("operator", 0, [&world, &played, &record, until](Isolate& isolate) {
      Site(isolate, world.scheduler(), played, record, until).operate();
    });
  }
}

void request_by_hand(Isolate& isolate, const std::string& path, const std::string& body) {
  api::System system(isolate.kv, isolate.d1, isolate.provider, isolate.runtime, isolate.telemetry,
                     live_system_options());
  static_cast<void>(
      system.api().handle({"POST", path, {}, authorised(std::string(admin_token)), body}));
  isolate.runtime.sleep(deferred_max);
}

}  // namespace cutover::chaos
