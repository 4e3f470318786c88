#include "fakes/cloudflare/cloud.h"

#include <exception>

#include "core/ports/random.h"
#include "fakes/kv/content_digest.h"

namespace cutover::simulate {
namespace {

constexpr std::size_t events_kept = 100'000;
constexpr std::size_t minutes_kept = 1000;  // more than bookmarks live anyway

sim::Scheduler::Options scheduler_options(const Cloud::Options& options) {
  sim::Scheduler::Options scheduler;
  scheduler.seed = options.seed;
  scheduler.start = options.start;
  scheduler.switches_max = UINT64_MAX;  // it serves for as long as it is left running
  return scheduler;
}

fakes::ProviderService::Options provider_options(const Cloud::Options& options) {
  fakes::ProviderService::Options provider;
  if (options.instant) provider.latency = Duration{0};
  return provider;
}

}  // namespace

Cloud::Cloud(const Options& options)
    : options_(options),
      log_(events_kept),
      scheduler_(scheduler_options(options)),
      vfs_(scheduler_),
      gate_(scheduler_, faults_),
      provider_(scheduler_, provider_options(options)),
      rate_limit(options.requests_max) {
  scheduler_.history().observe(log_);
  process_ = &scheduler_.start_process(role);
}

// A world is stopped for good by an exception that leaves a task, so none does.
bool Cloud::run(const std::function<void()>& body) {
  bool ended = false;
  std::exception_ptr error;
  scheduler_.spawn(*process_, "request", [&] {
    try {
      body();
    } catch (const std::exception&) {
      error = std::current_exception();
    }
    ended = true;
  });
  scheduler_.run();
  if (error) std::rethrow_exception(error);
  return ended;
}

void Cloud::advance(Duration duration) {
  if (duration > Duration{0}) run([&] { scheduler_.sleep(duration); });
}

std::string Cloud::add_namespace(const std::string& title) {
  std::string id = new_hex(32);
  open_namespace(id, title);
  return id;
}

std::string Cloud::add_database(const std::string& name) {
  std::string id = new_hex(32);
  id[12] = '4';  // a random UUID says so here and in the next group
  id[16] = "89ab"[static_cast<std::size_t>(id[16]) % 4];
  for (const std::size_t at : {8U, 13U, 18U, 23U}) id.insert(at, 1, '-');
  open_database(id, name, wall());
  return id;
}

KvNamespace& Cloud::open_namespace(const std::string& id, const std::string& title) {
  fakes::KvService::Options options;
  options.name = id;
  if (options_.instant) {
    options.cached_read_latency = options.cold_read_latency = Duration{0};
    options.write_latency = options.list_latency = Duration{0};
  }
  KvNamespace& made = namespaces[id];
  made = {title, std::make_unique<fakes::KvService>(scheduler_, options)};
  return made;
}

D1Database& Cloud::open_database(const std::string& id, const std::string& name, UnixTime created) {
  fakes::D1Service::Options options;
  options.seed = RandomStream(options_.seed, "d1 " + id).next();
  options.vfs = vfs_.name();
  if (options_.instant) {
    options.network_latency = options.read_time = options.write_time = Duration{0};
    options.kibibyte_time = Duration{0};
  }
  D1Database& made = databases[id];
  made = {name, created, std::make_unique<fakes::D1Service>(scheduler_, options), {}, {}, {}};
  return made;
}

void Cloud::keep_minute(D1Database& database) {
  database.changed = wall();
  const std::int64_t minute = wall().seconds() / 60;
  auto& minutes = database.minutes;
  if (!minutes.empty() && minutes.back().first == minute) return;
  minutes.emplace_back(minute, database.service->bookmark());
  if (minutes.size() > minutes_kept) minutes.pop_front();
}

std::string Cloud::digest() {
  fakes::ContentDigest digest;
  for (const auto& [id, one] : namespaces) {
    digest.add(id);
    digest.add(one.title);
    digest.add(one.service->digest());
  }
  for (const auto& [id, one] : databases) {
    digest.add(id);
    digest.add(one.name);
    digest.add(one.service->digest());
  }
  for (const auto& [isbn, answer] : books) {
    digest.add(isbn);
    digest.add(answer);
  }
  return digest.text();
}

std::string Cloud::new_hex(std::size_t digits) {
  RandomStream random(options_.seed, "id " + std::to_string(ids_given_++));
  std::string text;
  while (text.size() < digits) text += "0123456789abcdef"[random.below(16)];
  return text;
}

}  // namespace cutover::simulate
