// Cloud: one simulated account: KV namespaces, D1 databases and a book provider in one world on
// virtual time, as an API's own process sees them.
//
// A call is run to its end before the next one begins, and only its latency moves time. Everything
// is a function of the seed and of the calls in their order. Not thread-safe: Entrance lets one
// thread in after the other.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "fakes/cloudflare/event_log.h"
#include "fakes/cloudflare/rate_limit.h"
#include "fakes/cloudflare/steered_faults.h"
#include "fakes/d1/d1_service.h"
#include "fakes/kv/kv_service.h"
#include "fakes/provider/provider_service.h"
#include "fakes/sim/gate.h"
#include "fakes/sim/scheduler.h"
#include "fakes/sim/virtual_vfs.h"

namespace cutover::simulate {

struct KvNamespace {
  std::string title;
  std::unique_ptr<fakes::KvService> service;
};

// An export or import that is under way, or was the last one.
struct D1Job {
  bool is_import = false;
  bool running = false;
  std::string bookmark;  // by which its client polls
  std::string filename;
  std::string result;  // JSON of what a finished import did
  Duration ends{0};    // an import is done then
  Duration polled{0};  // last asked for
};

struct D1Database {
  std::string name;
  UnixTime created;
  std::unique_ptr<fakes::D1Service> service;
  std::optional<D1Job> job;
  // Bookmarks of the state before the first change of a minute, oldest first: what timestamps of
  // Time Travel lead to.
  std::deque<std::pair<std::int64_t, std::string>> minutes;
  UnixTime changed{0};  // the last change, or a moment before it
};

// A file on its way into or out of a database.
struct Transfer {
  std::string database;
  std::string etag;  // hex MD5 that the bytes must have; of an upload
  std::string bytes;
  bool is_upload = false;
  bool uploaded = false;
  Duration until{0};  // then it is gone
};

class Cloud {
 public:
  struct Options {
    std::uint64_t seed = 1;
    UnixTime start{1'764'000'000'000'000};  // 2025-11-24T16:00:00Z
    std::int64_t requests_max = RateLimit::documented;
    bool instant = false;  // no call takes any time: for those who wait in real time
  };
  // The only role there is, in addresses of faults.
  static constexpr const char* role = "api";

  explicit Cloud(const Options& options);
  Cloud(const Cloud&) = delete;
  Cloud& operator=(const Cloud&) = delete;

  // Runs `body` as a task of the API's process; what it gives, or nothing when the process died on
  // the way. `body` takes the process; it may switch.
  template <class Body>
  auto call(Body&& body) -> std::optional<decltype(body(std::declval<sim::Process&>()))>;

  void advance(Duration duration);
  [[nodiscard]] Duration now() const { return scheduler_.now(); }
  [[nodiscard]] UnixTime wall() const { return scheduler_.wall(); }

  // New services, empty, and their ids: 32 hex digits, and a UUID.
  std::string add_namespace(const std::string& title);
  std::string add_database(const std::string& name);
  // The same under a known id, for a state that is loaded.
  KvNamespace& open_namespace(const std::string& id, const std::string& title);
  D1Database& open_database(const std::string& id, const std::string& name, UnixTime created);

  // Before each change: keeps the present state for timestamps of Time Travel, once a minute.
  void keep_minute(D1Database& database);

  // Over every namespace, database and answer of the provider; equal states, equal digests.
  [[nodiscard]] std::string digest();

  // Never the same again, also after a restart.
  [[nodiscard]] std::string new_hex(std::size_t digits);
  [[nodiscard]] std::uint64_t ids_given() const { return ids_given_; }
  void set_ids_given(std::uint64_t count) { ids_given_ = count; }
  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] sim::Gate& gate() { return gate_; }
  [[nodiscard]] sim::History& history() { return scheduler_.history(); }
  [[nodiscard]] const EventLog& log() const { return log_; }
  [[nodiscard]] SteeredFaults& faults() { return faults_; }
  [[nodiscard]] fakes::ProviderService& provider() { return provider_; }

 private:
  bool run(const std::function<void()>& body);

  Options options_;
  EventLog log_;
  SteeredFaults faults_;
  sim::Scheduler scheduler_;
  sim::VirtualTimeVfs vfs_;
  sim::Gate gate_;
  fakes::ProviderService provider_;
  sim::Process* process_ = nullptr;
  std::uint64_t ids_given_ = 0;

 public:
  // Last, because the services must go before the world that they stand in.
  std::map<std::string, KvNamespace> namespaces;  // by id
  std::map<std::string, D1Database> databases;    // by id
  std::map<std::string, Transfer> transfers;      // by file name
  std::map<std::string, std::string> books;       // what the provider was given, by ISBN-13
  RateLimit rate_limit;
};

template <class Body>
auto Cloud::call(Body&& body) -> std::optional<decltype(body(std::declval<sim::Process&>()))> {
  std::optional<decltype(body(std::declval<sim::Process&>()))> outcome;
  run([&] { outcome.emplace(body(*process_)); });
  return outcome;
}

}  // namespace cutover::simulate
