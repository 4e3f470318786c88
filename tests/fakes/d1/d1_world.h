// A simulated world with one database, for the tests of the simulated D1.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "fakes/d1/d1_client.h"
#include "fakes/sim/virtual_vfs.h"
#include "tests/fakes/refused.h"

namespace cutover::fakes {

class D1World {
 public:
  explicit D1World(D1Service::Options options = {}, std::uint64_t seed = 1)
      : scheduler(options_of(seed)),
        vfs(scheduler),
        gate(scheduler, plan),
        service(scheduler, on_virtual_time(std::move(options))) {}

  // A client in a process of its own.
  D1Client& client() {
    sim::Process& process = scheduler.start_process("client-" + std::to_string(clients_.size()));
    return clients_.emplace_back(service, gate, process);
  }

  // Queues a task; run() runs all of them to their ends.
  void task(std::function<void()> body) {
    scheduler.spawn(scheduler.start_process("test"), "body", std::move(body));
  }
  void run() { scheduler.run(); }
  void run(std::function<void()> body) {
    task(std::move(body));
    run();
  }

  // The statement on its own, outside of virtual time.
  Outcome<ResultSet> query(std::string_view sql, std::vector<SqlValue> params = {}) {
    return service.query({sql, std::move(params)});
  }

  sim::Scheduler scheduler;
  sim::VirtualTimeVfs vfs;
  sim::FaultPlan plan;
  sim::Gate gate;
  D1Service service;

 private:
  static sim::Scheduler::Options options_of(std::uint64_t seed) {
    sim::Scheduler::Options options;
    options.seed = seed;
    options.switches_in_order = true;  // the tests' tasks share plain variables
    return options;
  }
  D1Service::Options on_virtual_time(D1Service::Options options) const {
    options.vfs = vfs.name();
    return options;
  }

  std::deque<D1Client> clients_;
};

// The plan's own schema: the first three migrations.
inline void apply_plan_schema(D1World& world) {
  std::vector<std::filesystem::path> files;
  for (const auto& file :
       std::filesystem::directory_iterator(std::string(CUTOVER_SOURCE_DIR) + "/migrations")) {
    if (file.path().filename() < "0004") files.push_back(file.path());
  }
  std::sort(files.begin(), files.end());
  ASSERT_EQ(files.size(), 3U);
  for (const auto& file : files) {
    std::ifstream stream(file);
    const std::string sql{std::istreambuf_iterator<char>(stream), {}};
    const auto applied = world.query(sql);
    ASSERT_TRUE(applied) << file << ": " << applied.error().message;
  }
}

constexpr std::string_view insert_book =
    "INSERT INTO Books (isbn, title, authors, canonical_metadata) VALUES (?1, ?2, '[]', '{}')";
constexpr std::string_view insert_shelf =
    "INSERT INTO UserLibrary (user_id, isbn, status, rating) VALUES (?1, ?2, ?3, ?4)";

inline SqlValue text(std::string_view value) {
  return std::string(value);
}

// The first value of the first row, or the failure's words.
inline SqlValue value_of(const Outcome<ResultSet>& outcome) {
  if (!outcome) return "failed: " + outcome.error().message;
  if (outcome->rows.empty()) return std::string("no row");
  return outcome->rows.front().front();
}

}  // namespace cutover::fakes
