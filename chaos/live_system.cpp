#include "chaos/live_system.h"

#include <memory>
#include <optional>

#include <nlohmann/json.hpp>

#include "chaos/storm_run.h"
#include "core/api/system.h"
#include "core/api/user_token.h"
#include "scenarios/generate.h"

namespace cutover::chaos {
namespace {

using nlohmann::json;
using scenarios::Isolate;
using scenarios::World;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* admin_token = "the admin token of a storm";
constexpr const char* user_secret = "the secret of a storm's users";
constexpr const char* statuses[] = {"want_to_read", "reading", "completed"};
// Deferred work of the platform ends within 30 s.
constexpr Duration deferred_max = seconds(31);

api::SystemOptions system_options() {
  api::SystemOptions options;
  options.api.admin_token = admin_token;
  options.api.user_secret = user_secret;
  options.api.migrate_for = seconds(5);
  options.lookup.deadline = seconds(8);
  return options;
}

api::Pairs authorised(const std::string& token) {
  return {{"Authorization", "Bearer " + token}, {"Content-Type", "application/json"}};
}

std::string isbn_of(std::uint64_t index) {
  return scenarios::isbn13_of(index);
}

// One isolate's traffic and housekeeping, until `until`.
class Site {
 public:
  Site(Isolate& isolate, const StormCase& played, LiveRecord& record, Duration until)
      : isolate_(isolate),
        played_(played),
        record_(record),
        until_(until),
        system_(isolate.kv, isolate.d1, isolate.provider, isolate.runtime, isolate.telemetry,
                system_options()) {}

  void serve(sim::Scheduler& scheduler) {
    {
      const auto group = isolate_.runtime.task_group(100);
      group->spawn([&] {
        while (scheduler.now() < until_) {
          isolate_.runtime.sleep(seconds(1));
          system_.tick();
        }
      });
      while (scheduler.now() < until_) {
        isolate_.runtime.sleep(milliseconds(random() % 4000));
        group->spawn([&] { request(scheduler); });
      }
      group->wait();
    }
    isolate_.runtime.sleep(deferred_max);
  }

  // Moves the rollout on, one step after the other, and now and then all the way back.
  void operate(sim::Scheduler& scheduler) {
    static constexpr const char* forward[] = {"dual_write", "backfill", "reconcile", "verify",
                                              "d1_reads",   "d1_reads", "d1"};
    static constexpr int percents[] = {0, 0, 0, 0, 20, 100, 100};
    std::size_t step = 0;
    while (scheduler.now() < until_) {
      isolate_.runtime.sleep(milliseconds(2000 + random() % 8000));
      system_.tick();
      if (random() % 12 == 0) {
        const auto answer = admin("POST", "/admin/rollback", R"({"reason":"the storm wants it"})");
        record_.rollbacks += answer.status == 200 ? 1 : 0;
        step = answer.status == 200 ? 1 : step;
        continue;
      }
      if (step >= std::size(forward)) continue;
      if (step == 2 || step == 3) admin("POST", "/admin/migrate-kv-to-d1", "");
      if (step == 4) admin("POST", "/admin/compare", "{}");
      json body = {{"phase", forward[step]}, {"reason", "the storm goes on"}};
      if (percents[step] > 0 && std::string(forward[step]) == "d1_reads") {
        body["percent"] = percents[step];
      }
      const auto answer = admin("POST", "/admin/phase", body.dump());
      if (answer.status == 200) {
        record_.moves += 1;
        record_.last_phase = forward[step];
        step += 1;
      }
    }
    isolate_.runtime.sleep(deferred_max);
  }

 private:
  std::uint64_t random() { return isolate_.runtime.random_number("users"); }

  api::HttpResponse admin(const std::string& method, const std::string& path,
                          const std::string& body) {
    return system_.api().handle({method, path, {}, authorised(admin_token), body});
  }

  void request(sim::Scheduler& scheduler) {
    const std::string isbn = isbn_of(random() % (played_.keys + 5));
    if (random() % 4 == 0) {
      keep(isbn);
    } else {
      search(scheduler, isbn);
    }
  }

  void search(sim::Scheduler& scheduler, const std::string& isbn) {
    Answered answered;
    answered.isbn = isbn;
    answered.asked = scheduler.now();
    const api::HttpResponse answer =
        system_.api().handle({"GET", "/v1/search/isbn", {{"isbn", isbn}}, {}, ""});
    answered.answered = scheduler.now();
    answered.status = answer.status;
    if (answer.status == 200) {
      const json body = json::parse(answer.body, nullptr, false);
      answered.title = body.is_object() ? body["data"]["book"]["title"].dump() : "not JSON";
    }
    record_.answers.push_back(std::move(answered));
  }

  void keep(const std::string& isbn) {
    const std::string user = "user-" + std::to_string(random() % 3);
    const std::string status = statuses[random() % 3];
    ShelfNote& note = record_.shelves[{user, isbn}];
    // Noted before: the isolate may die with the answer on its way.
    note.statuses.insert(status);
    const std::string token = api::mint_user_token(user_secret, user, 4'000'000'000);
    const api::HttpResponse answer =
        system_.api().handle({"POST",
                              "/v1/library/" + user + "/books",
                              {},
                              authorised(token),
                              json({{"isbn", isbn}, {"status", status}}).dump()});
    if (answer.status == 200 || answer.status == 201) note.confirmed = true;
  }

  Isolate& isolate_;
  const StormCase& played_;
  LiveRecord& record_;
  Duration until_;
  api::System system_;
};

// Keeps one isolate of a role alive, as the platform does.
void keep_alive(World& world, const std::string& role, std::size_t location, Isolate& platform,
                Duration until, LiveRecord& record, const std::function<void(Isolate&)>& body) {
  while (world.scheduler().now() < until) {
    const auto over = std::make_shared<bool>(false);
    const sim::Process& process =
        world.start(role, location, scenarios::no_limits(), [body, over](Isolate& isolate) {
          body(isolate);
          *over = true;
        });
    record.isolates += 1;
    const std::int64_t version = record.deploys;
    while (world.runs(process) && !*over && record.deploys == version)
      platform.runtime.sleep(milliseconds(500));
    platform.runtime.sleep(seconds(1));
  }
}

}  // namespace

void start_live_system(World& world, const StormCase& played, LiveRecord& record) {
  // Some time of calm too: then everybody must be answered.
  const Duration until = std::max<Duration>(seconds(played.storm_seconds) + seconds(90),
                                            std::chrono::hours(played.traffic_hours));
  const auto start = [&world, &record, until](const std::string& role, std::size_t location,
                                              std::function<void(Isolate&)> body) {
    world.start("platform", location, scenarios::no_limits(),
                [&world, &record, until, role, location, body](Isolate& platform) {
                  keep_alive(world, role, location, platform, until, record, body);
                });
  };
  for (std::size_t i = 0; i < played.isolates; ++i) {
    start("api-" + std::to_string(i + 1), i % played.locations,
          [&world, &played, &record, until](Isolate& isolate) {
            Site(isolate, played, record, until).serve(world.scheduler());
          });
  }
  if (played.isolates > 0) {
    start("operator", 0, [&world, &played, &record, until](Isolate& isolate) {
      Site(isolate, played, record, until).operate(world.scheduler());
    });
  }
}

void request_by_hand(Isolate& isolate, const std::string& path, const std::string& body) {
  api::System system(isolate.kv, isolate.d1, isolate.provider, isolate.runtime, isolate.telemetry,
                     system_options());
  static_cast<void>(system.api().handle({"POST", path, {}, authorised(admin_token), body}));
  isolate.runtime.sleep(deferred_max);
}

}  // namespace cutover::chaos
