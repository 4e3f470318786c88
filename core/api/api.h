// Api: the HTTP interface of BooksTrack: a request in, an answer out (R3.6 to R3.10).
//
// Contract: docs/api/openapi.yaml. Whatever comes in gets an answer: bad input a 4xx with an error
// code and a message that says what to do (R3.9), trouble behind us 502, 503 or 504, and never an
// exception. Sizes, depths and counts are bounded (ApiOptions). Admin routes need the admin token,
// library routes a token whose subject is the user (plan defect U01); tokens are compared in
// constant time and appear in no log.
//
// handle() may be called from any task at the same time, and may switch.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/api/http_message.h"
#include "core/lookup/lookup.h"
#include "core/migrate/migrator.h"
#include "core/ports/database.h"
#include "core/ports/kv_store.h"
#include "core/ports/runtime.h"
#include "core/ports/telemetry.h"
#include "core/rollout/guarded_ports.h"
#include "core/rollout/rollout.h"
#include "core/store/cache_metrics.h"

namespace cutover::api {

struct ApiOptions {
  std::size_t body_bytes_max = 256 * 1024;
  std::size_t body_depth_max = 16;
  std::size_t query_parameters_max = 20;
  std::string admin_token;  // empty: admin routes answer 403 to everybody
  std::string user_secret;  // key of the users' tokens (HS256); empty: library routes answer 403
  Duration migrate_for = std::chrono::seconds(20);  // at most this long per migrate request
  migrate::MigratorOptions migrator;
  std::string version = "dev";  // GET /health
};

// What the API works with; all must outlive it.
struct ApiParts {
  KvStore& kv;
  KvStore& source;           // the same store, without a cache in between
  Database& database;        // with its breaker
  Database& admin_database;  // without
  lookup::BookLookup& lookup;
  rollout::Rollout& rollout;
  store::CacheMetrics& cache_metrics;
  const rollout::SharedBreaker& d1_breaker;
  const rollout::SharedBreaker& provider_breaker;
  Runtime& runtime;
  Telemetry& telemetry;
  std::function<std::string()> metrics_text;  // Prometheus text; empty function: 404
};

class Api {
 public:
  Api(const ApiParts& parts, const ApiOptions& options);
  ~Api();
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  HttpResponse handle(const HttpRequest& request);

  // Asks a migration, a dry run or a comparison that runs in a request to stop soon: after its
  // present window of chunks, each a transaction. Its request then answers with what was done, and
  // the next one goes on from there. Not for signal handlers: it takes a lock.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cutover::api
