#include "worker/stage.h"

#include <httplib.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <thread>
#include <utility>

#include "adapters/http/server.h"
#include "adapters/workerd/workerd_process.h"
#include "fakes/cloudflare/simulator.h"
#include "fakes/cloudflare/sql_split.h"
#include "scenarios/direct_database.h"
#include "worker/worker_config.h"

namespace cutover::worker {
namespace {

constexpr const char* account_token = "the-simulated-account";
constexpr const char* user_tokens =
    R"({"a-token-of-user-a":"user-a","a-token-of-user-b":"user-b"})";
constexpr std::size_t connections_max = 512;
constexpr time_t answer_seconds_max = 60;

UnixTime real_time() {
  return UnixTime{
      std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())
          .count()};
}

// A clock on the wall that can run faster.
class Pace {
 public:
  Duration now() {
    const std::lock_guard lock(mutex_);
    return reached();
  }
  void set(int times) {
    const std::lock_guard lock(mutex_);
    reached_ = reached();
    since_ = Clock::now();
    times_ = times;
  }

 private:
  using Clock = std::chrono::steady_clock;
  Duration reached() const {
    return reached_ + std::chrono::duration_cast<Duration>(Clock::now() - since_) * times_;
  }

  std::mutex mutex_;  // guards the rest
  Duration reached_{0};
  Clock::time_point since_ = Clock::now();
  int times_ = 1;
};

std::unique_ptr<simulate::Cloud> make_cloud() {
  simulate::Cloud::Options options;
  options.start = real_time();
  options.instant = true;  // real time passes anyway
  return std::make_unique<simulate::Cloud>(options);
}

Told send(int port, const Ask& ask) {
  httplib::Client client("127.0.0.1", port);
  client.set_read_timeout(answer_seconds_max);
  httplib::Request request;
  request.method = ask.method;
  request.path = ask.path;
  if (!ask.token.empty()) request.set_header("authorization", "Bearer " + ask.token);
  if (!ask.body.empty()) {
    request.set_header("content-type", "application/json");
    request.body = ask.body;
  }
  const auto result = client.send(request);
  return result ? Told{result->status, result->body} : Told{};
}

}  // namespace

struct Stage::State {
  State() : simulator(make_cloud(), account_token, [this] { return pace.now(); }) {
    simulator.entrance().follow_real_time(true);
  }

  template <class Visit>
  auto enter(Visit&& visit) {
    return simulator.entrance().enter_and_change(visit);
  }

  Pace pace;
  simulate::Simulator simulator;
  std::unique_ptr<http::HttpServer> server;
  std::string workerd;
  WorkerFolder worker;
  Services services;
  std::vector<std::unique_ptr<workerd::WorkerdProcess>> instances;
  std::uint64_t marked = 0;
};

Stage::Stage(std::unique_ptr<State> state) : state_(std::move(state)) {}

// The Workers go before the services that they call.
Stage::~Stage() {
  for (auto& instance : state_->instances) {
    if (instance) instance->kill();
  }
  state_->server->stop();
}

tl::expected<std::unique_ptr<Stage>, std::string> Stage::open(const WorkerFolder& worker,
                                                              const std::string& workerd,
                                                              std::size_t instances) {
  auto state = std::make_unique<State>();
  State& made = *state;
  made.workerd = workerd;
  made.worker = worker;
  http::ServerOptions options;
  options.threads = connections_max;
  options.drain = std::chrono::milliseconds(0);
  options.connection.limits.body_bytes_max = 100U << 20;
  options.connection.requests_max = SIZE_MAX;
  options.connection.body_bytes_max = [&made](const api::HttpRequest& request) {
    return made.simulator.body_bytes_max(request);
  };
  auto server = http::HttpServer::start(options, [&made](const api::HttpRequest& request) {
    auto answer = made.simulator.answer(request);
    if (!answer) throw http::NoAnswer{};
    return std::move(*answer);
  });
  if (!server) return tl::unexpected(server.error());
  made.server = std::move(*server);
  made.services.port = made.server->port();
  made.services.token = account_token;
  made.enter([&made](simulate::Cloud& cloud) {
    made.services.namespace_id = cloud.add_namespace("BOOK_CACHE");
    made.services.database_id = cloud.add_database("bookstrack");
    return true;
  });
  std::unique_ptr<Stage> stage(new Stage(std::move(state)));
  for (const NamedText& migration : worker.migrations) {
    try {
      stage->sql(migration.text);
    } catch (const StageFailure& failure) {
      return tl::unexpected(worker.name + ": migration " + migration.name + ": " + failure.what);
    }
  }
  made.instances.resize(instances);
  for (std::size_t i = 0; i < instances; ++i) {
    try {
      stage->start(i);
    } catch (const StageFailure& failure) {
      return tl::unexpected(failure.what);
    }
  }
  return stage;
}

Told Stage::ask(const Ask& ask, std::size_t instance) {
  return send(state_->instances.at(instance)->port(), ask);
}

std::vector<Told> Stage::ask_at_once(const std::vector<Ask>& asks, std::size_t instance) {
  const int port = state_->instances.at(instance)->port();
  std::vector<Told> told(asks.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < asks.size(); ++i) {
    threads.emplace_back([&, i] { told[i] = send(port, asks[i]); });
  }
  for (std::thread& thread : threads) thread.join();
  return told;
}

void Stage::kill(std::size_t instance) {
  state_->instances.at(instance)->kill();
}

void Stage::start(std::size_t instance) {
  Services services = state_->services;
  services.location = instance;
  const std::vector<NamedText> secrets = {{"ADMIN_TOKEN", admin_token},
                                          {"USER_TOKENS", user_tokens}};
  auto process =
      workerd::WorkerdProcess::start(state_->workerd, setup_of(state_->worker, services, secrets));
  if (!process) throw StageFailure{process.error()};
  state_->instances.at(instance) = std::move(*process);
}

void Stage::put(const std::string& key, const std::string& value,
                std::optional<std::int64_t> expiration) {
  put_all({{key, value, expiration, ""}});
}

void Stage::put_all(const std::vector<KvRecord>& entries) {
  state_->enter([&](simulate::Cloud& cloud) {
    auto& service = *cloud.namespaces.at(state_->services.namespace_id).service;
    for (const KvRecord& entry : entries) service.load(entry);
    return true;
  });
}

void Stage::remove(const std::string& key) {
  state_->enter([&](simulate::Cloud& cloud) {
    auto& service = *cloud.namespaces.at(state_->services.namespace_id).service;
    std::vector<KvRecord> entries = service.entries();
    std::erase_if(entries, [&key](const KvRecord& entry) { return entry.key == key; });
    service.restore(entries);
    return true;
  });
}

void Stage::know(const std::string& isbn13, const std::string& book) {
  state_->enter([&](simulate::Cloud& cloud) {
    cloud.provider().put_book(isbn13, book);
    return true;
  });
}

void Stage::know_other_edition(const std::string& isbn13, const std::string& named,
                               const std::string& book) {
  state_->enter([&](simulate::Cloud& cloud) {
    cloud.provider().put_other_edition(isbn13, named, book);
    return true;
  });
}

std::vector<SqlRow> Stage::sql(const std::string& text) {
  return state_->enter([&](simulate::Cloud& cloud) {
    scenarios::DirectDatabase database(*cloud.databases.at(state_->services.database_id).service);
    std::vector<SqlRow> rows;
    for (const std::string_view statement : simulate::split_sql(text)) {
      auto result = database.query({statement, {}});
      if (!result) throw StageFailure{describe(result.error())};
      rows = std::move(result->rows);
    }
    return rows;
  });
}

void Stage::disturb(Rule rule) {
  state_->enter([&](simulate::Cloud& cloud) {
    cloud.faults().set_rule(std::move(rule));
    return true;
  });
}

void Stage::provider_fails(fakes::ProviderTrouble trouble) {
  state_->enter([&](simulate::Cloud& cloud) {
    cloud.provider().fail_between(cloud.now(), cloud.now() + std::chrono::hours(24), trouble);
    return true;
  });
}

void Stage::calm() {
  state_->enter([](simulate::Cloud& cloud) {
    cloud.faults().clear();
    cloud.provider().heal();
    return true;
  });
}

void Stage::advance(Duration duration) {
  state_->enter([&](simulate::Cloud& cloud) {
    cloud.advance(duration);
    return true;
  });
  state_->simulator.entrance().follow_real_time(true);  // from here on
}

void Stage::hurry(int times) {
  state_->pace.set(times);
}

std::optional<std::string> Stage::value(const std::string& key) {
  return state_->enter([&](simulate::Cloud& cloud) -> std::optional<std::string> {
    const auto stored = cloud.namespaces.at(state_->services.namespace_id).service->standing(key);
    if (stored == nullptr) return std::nullopt;
    return stored->value.bytes;
  });
}

std::vector<std::string> Stage::keys(const std::string& prefix) {
  return state_->enter([&](simulate::Cloud& cloud) {
    std::vector<std::string> keys;
    for (const KvRecord& entry :
         cloud.namespaces.at(state_->services.namespace_id).service->entries()) {
      if (entry.key.starts_with(prefix)) keys.push_back(entry.key);
    }
    return keys;
  });
}

void Stage::mark() {
  state_->enter([&](simulate::Cloud& cloud) {
    state_->marked = cloud.log().next();
    return true;
  });
}

std::vector<SeenCall> Stage::calls() {
  return state_->enter([&](simulate::Cloud& cloud) {
    std::vector<SeenCall> calls;
    const simulate::EventLog& log = cloud.log();
    for (std::uint64_t i = std::max(state_->marked, log.first()); i < log.next(); ++i) {
      const sim::Event& event = log.at(i);
      if (event.kind == sim::EventKind::call)
        calls.push_back({event.what, event.key, event.result});
    }
    return calls;
  });
}

std::int64_t Stage::count(std::string_view site) {
  return count([site](const SeenCall& call) { return call.site.starts_with(site); });
}

std::int64_t Stage::count(std::function<bool(const SeenCall&)> wanted) {
  const auto seen = calls();
  return std::count_if(seen.begin(), seen.end(), wanted);
}

}  // namespace cutover::worker
