#include "app/serve_system.h"

#include <sys/stat.h>

#include <filesystem>
#include <utility>

#include "adapters/google_books/google_books.h"
#include "adapters/http/server.h"
#include "adapters/kv_cache/cached_kv.h"
#include "adapters/observability/fan_out.h"
#include "adapters/observability/json_log.h"
#include "adapters/observability/prometheus_metrics.h"
#include "app/backends.h"
#include "app/draining_runtime.h"
#include "app/secret_file.h"
#include "core/api/system.h"
#include "core/store/schema_migrations.h"

namespace cutover::app {
namespace {

constexpr Duration deferred_grace = std::chrono::seconds(20);

// Without a provider, what neither KV nor D1 has is unknown to everybody.
class NoProvider final : public BookProvider {
 public:
  Outcome<std::optional<std::string>> find(std::string_view) override {
    return std::optional<std::string>();
  }
};

using Problem = std::string;  // empty: none

std::string in_data(const ServeSettings& settings, const std::string& given, const char* name) {
  return given.empty() ? (std::filesystem::path(settings.data) / name).string() : given;
}

Problem make_data_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return {};
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return {};
  return path + ": the data directory cannot be made; choose another with --data";
}

// Is nothing in this store? A store that cannot be read is not empty.
bool is_empty(KvStore& kv) {
  KvListQuery query;
  query.limit = 1;
  while (true) {
    const auto page = kv.list(query);
    if (!page || !page->keys.empty()) return false;
    if (page->complete) return true;
    query.cursor = page->cursor;
  }
}

}  // namespace

// In the order of construction. The end of the process goes backwards.
struct ServeSystem::Parts {
  ServePlaces places;
  DrainingRuntime runtime;
  observability::PrometheusMetrics metrics;
  std::unique_ptr<observability::JsonLog> log;
  std::unique_ptr<observability::FanOut> telemetry;
  CloudflareFlags cloudflare_flags;
  std::unique_ptr<Cloudflare> cloudflare;
  std::unique_ptr<KvStore> kv;
  std::unique_ptr<kv_cache::CachedKv> cached_kv;
  std::unique_ptr<Database> d1;
  std::unique_ptr<BookProvider> provider;
  std::unique_ptr<api::System> system;
  std::unique_ptr<http::HttpServer> server;

  Problem open_log(const ServeSettings& settings);
  Problem open_kv(const ServeSettings& settings, bool quiet);
  Problem import(const std::string& dump, bool quiet);
  Problem open_d1(const ServeSettings& settings);
  Problem open_provider(const ServeSettings& settings);
  Problem open_system(const ServeSettings& settings);
  Problem open_server(const ServeSettings& settings);
};

Problem ServeSystem::Parts::open_log(const ServeSettings& settings) {
  observability::JsonLogOptions options;
  options.file = settings.log;
  options.requests = settings.log_requests;
  static_cast<void>(observability::parse_level(settings.log_level, options.level));  // was checked
  auto opened = observability::JsonLog::open(options);
  if (!opened) return opened.error();
  log = std::move(*opened);
  telemetry = std::make_unique<observability::FanOut>(std::vector<Telemetry*>{&metrics, log.get()});
  return {};
}

// The dump goes into a file beside, which takes the store's place only when it is whole.
Problem ServeSystem::Parts::import(const std::string& dump, bool quiet) {
  const std::string whole = places.kv + ".import";
  remove_database(whole);
  ImportCounts counts;
  Problem problem = import_dump(dump, whole, runtime, quiet, counts);
  if (!problem.empty()) {
    remove_database(whole);
    return problem;
  }
  remove_database(places.kv);
  std::error_code error;
  std::filesystem::rename(whole, places.kv, error);
  if (error) return places.kv + ": the imported store cannot take its place: " + error.message();
  places.imported = counts.imported;
  return {};
}

Problem ServeSystem::Parts::open_kv(const ServeSettings& settings, bool quiet) {
  places.kv = in_data(settings, settings.kv, "kv.sqlite");
  cloudflare_flags = {settings.account, settings.token_file, settings.api_base_url};
  cloudflare = std::make_unique<Cloudflare>(cloudflare_flags, runtime);
  if (!settings.import.empty()) {
    if (is_cloudflare(places.kv)) {
      return "--import fills a file; to fill Cloudflare's namespace: cutover restore --kv " +
             places.kv;
    }
    bool wanted = !std::filesystem::exists(places.kv);
    if (!wanted) {
      auto present = sqlite::SqliteKv::open(places.kv, runtime);
      if (!present) return present.error();
      wanted = is_empty(**present);
    }
    Problem problem = wanted ? import(settings.import, quiet) : Problem();
    if (!problem.empty()) return problem;
  }
  auto opened = open_kv_store(places.kv, runtime, *cloudflare);
  if (!opened) return opened.error();
  kv = std::move(*opened);
  kv_cache::CachedKvOptions options;
  options.ttl = std::chrono::seconds(settings.kv_cache_seconds);
  options.bytes_max = static_cast<std::size_t>(settings.kv_cache_megabytes) << 20;
  cached_kv = std::make_unique<kv_cache::CachedKv>(*kv, runtime, options);
  return {};
}

Problem ServeSystem::Parts::open_d1(const ServeSettings& settings) {
  places.d1 = in_data(settings, settings.d1, "d1.sqlite");
  auto opened = app::open_d1(places.d1, Access::create, *cloudflare);
  if (!opened) return opened.error();
  d1 = std::move(*opened);
  const auto applied = store::apply(*d1, store::embedded_migrations(), false);
  if (!applied) return places.d1 + ": " + describe(applied.error());
  if (applied->failed) return applied->failed->message;
  if (!applied->ok()) return applied->refusals.front().message;
  places.schema_files = static_cast<std::int64_t>(applied->applied.size());
  return {};
}

Problem ServeSystem::Parts::open_provider(const ServeSettings& settings) {
  places.provider = settings.provider;
  if (settings.provider == "none") {
    provider = std::make_unique<NoProvider>();
    return {};
  }
  google_books::GoogleBooksOptions options;
  if (settings.provider != "google") options.base_url = settings.provider;
  options.country = settings.country;
  if (settings.google_key) {
    options.key = *settings.google_key;
  } else if (!settings.google_key_file.empty()) {
    auto key = read_secret(settings.google_key_file);
    if (!key) return key.error();
    options.key = std::move(*key);
  }
  auto opened = google_books::GoogleBooks::create(options);
  if (!opened) return opened.error();
  provider = std::move(*opened);
  return {};
}

Problem ServeSystem::Parts::open_system(const ServeSettings& settings) {
  api::SystemOptions options;
  if (settings.admin_token) {
    options.api.admin_token = *settings.admin_token;
    if (options.api.admin_token.size() < 16) {
      return "ADMIN_TOKEN: must have at least 16 characters";
    }
  } else {
    places.admin_token_file = in_data(settings, settings.admin_token_file, "admin-token");
    auto token = read_or_make_secret(places.admin_token_file);
    if (!token) return token.error();
    options.api.admin_token = std::move(*token);
  }
  places.user_secret_file = in_data(settings, settings.user_secret_file, "user-secret");
  auto secret = read_or_make_secret(places.user_secret_file);
  if (!secret) return secret.error();
  options.api.user_secret = std::move(*secret);
  options.api.version = CUTOVER_VERSION;
  options.api.migrate_for = std::chrono::seconds(settings.migrate_seconds);
  // As `cutover migrate` names it, so that either can go on with the other's run.
  options.api.migrator.source = source_name(places.kv);
  options.api.migrator.lease_seconds = settings.lease_seconds;
  if (settings.has_flag) options.rollout.environment_flag = settings.enable_d1_reads;
  options.rollout.shadow_percent = settings.shadow_percent;
  options.metrics_text = [this] { return metrics.text(); };
  options.uncached_kv = kv.get();
  system = std::make_unique<api::System>(*cached_kv, *d1, *provider, runtime, *telemetry, options);
  return {};
}

Problem ServeSystem::Parts::open_server(const ServeSettings& settings) {
  http::ServerOptions options;
  options.host = settings.host;
  options.port = settings.port;
  options.threads = static_cast<std::size_t>(settings.threads);
  options.drain = std::chrono::seconds(settings.drain_seconds);
  auto started = http::HttpServer::start(
      options, [this](const api::HttpRequest& request) { return system->api().handle(request); });
  if (!started) return started.error();
  server = std::move(*started);
  const bool ipv6 = settings.host.find(':') != std::string::npos;
  places.url = "http://" + (ipv6 ? "[" + settings.host + "]" : settings.host) + ":" +
               std::to_string(server->port());
  return {};
}

tl::expected<std::unique_ptr<ServeSystem>, std::string> ServeSystem::start(
    const ServeSettings& settings, bool quiet) {
  auto parts = std::make_unique<Parts>();
  Problem problem = make_data_directory(settings.data);
  if (problem.empty()) problem = parts->open_log(settings);
  if (problem.empty()) problem = parts->open_kv(settings, quiet);
  if (problem.empty()) problem = parts->open_d1(settings);
  if (problem.empty()) problem = parts->open_provider(settings);
  if (problem.empty()) problem = parts->open_system(settings);
  if (problem.empty()) problem = parts->open_server(settings);
  if (!problem.empty()) return tl::unexpected(std::move(problem));
  return std::unique_ptr<ServeSystem>(new ServeSystem(std::move(parts)));
}

ServeSystem::ServeSystem(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

ServeSystem::~ServeSystem() = default;

const ServePlaces& ServeSystem::places() const {
  return parts_->places;
}

void ServeSystem::tick() {
  parts_->system->tick();
}

bool ServeSystem::stop() {
  parts_->system->api().stop();
  const bool answered = parts_->server->stop();
  const bool ended = parts_->runtime.drain(deferred_grace);
  return answered && ended;
}

}  // namespace cutover::app
