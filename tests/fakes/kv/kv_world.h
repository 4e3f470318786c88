// A simulated world with one namespace, for the tests of the simulated Workers KV.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fakes/kv/kv_client.h"
#include "tests/fakes/refused.h"

namespace cutover::fakes {

inline KvService::Options without_tombstones(KvService::Options options = {}) {
  options.empty_pages = false;
  return options;
}

class KvWorld {
 public:
  explicit KvWorld(KvService::Options options = {})
      : scheduler(sim::Scheduler::Options{}),
        gate(scheduler, plan),
        service(scheduler, std::move(options)) {}

  // A client at this location, in a process of its own.
  KvClient& at(std::size_t location) {
    sim::Process& process = scheduler.start_process("client-" + std::to_string(clients_.size()));
    return clients_.emplace_back(service, gate, process, location);
  }

  // Runs the body as the only task, to its end.
  void run(std::function<void()> body) {
    sim::Process& process = scheduler.start_process("test");
    scheduler.spawn(process, "body", std::move(body));
    scheduler.run();
  }

  void wait(Duration duration) { scheduler.sleep(duration); }
  // Sleeps until this much time has passed since the world began.
  void wait_until(Duration moment) { scheduler.sleep(moment - scheduler.now()); }

  sim::Scheduler scheduler;
  sim::FaultPlan plan;
  sim::Gate gate;
  KvService service;

 private:
  std::deque<KvClient> clients_;
};

inline std::string value_of(const Outcome<std::optional<KvValue>>& outcome) {
  if (!outcome) return "failed: " + outcome.error().message;
  return *outcome ? (*outcome)->bytes : "(absent)";
}

inline std::vector<std::string> names_of(const Outcome<KvPage>& page) {
  if (!page) return {"failed: " + page.error().message};
  std::vector<std::string> names;
  for (const KvListedKey& key : page->keys) names.push_back(key.name);
  return names;
}

inline KvPutOptions with_ttl(std::int64_t seconds) {
  KvPutOptions options;
  options.expiration_ttl = seconds;
  return options;
}

inline KvListQuery query_of(std::string prefix, std::size_t limit = 1000, std::string cursor = "") {
  KvListQuery query;
  query.prefix = std::move(prefix);
  query.limit = limit;
  query.cursor = std::move(cursor);
  return query;
}

}  // namespace cutover::fakes
