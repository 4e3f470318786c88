// Handlers: what each route does. One call, already matched, authorised and with its query and body
// read; an answer, or why not. For this folder only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/api/api.h"
#include "core/api/body.h"
#include "core/api/routes.h"

namespace cutover::api {

// What the handlers share. Deferred work keeps it alive.
struct Context {
  Context(const ApiParts& api_parts, const ApiOptions& api_options);

  ApiParts parts;
  ApiOptions options;

  std::unique_ptr<Mutex> mutex;  // guards everything below; never held across a port call
  bool stopping = false;
  std::optional<std::string> phase;  // the last one known, for /health
  std::optional<Duration> phase_at;
};

struct Call {
  std::shared_ptr<Context> context;
  const HttpRequest& request;
  const Route& route;
  std::vector<std::string_view> path;  // what stands for :userId and :isbn
  Body body;

  [[nodiscard]] ApiParts& parts() const { return context->parts; }
  [[nodiscard]] const ApiOptions& options() const { return context->options; }
  // The parameter's value; nothing when it is absent.
  [[nodiscard]] std::optional<std::string_view> query(std::string_view name) const;
};

// search
Checked<HttpResponse> search(Call& call);
Checked<HttpResponse> search_legacy(Call& call);

// library
Checked<HttpResponse> read_library(Call& call);
Checked<HttpResponse> top_rated(Call& call);
Checked<HttpResponse> add_book(Call& call);
Checked<HttpResponse> change_book(Call& call);
Checked<HttpResponse> remove_book(Call& call);

// health
Checked<HttpResponse> health(Call& call);
Checked<HttpResponse> metrics(Call& call);

// migration
Checked<HttpResponse> migrate_kv_to_d1(Call& call);
Checked<HttpResponse> migration_status(Call& call);
Checked<HttpResponse> pause_migration(Call& call);
Checked<HttpResponse> compare_stores(Call& call);

// admin
Checked<HttpResponse> invalidate(Call& call);
Checked<HttpResponse> read_flags(Call& call);
Checked<HttpResponse> set_flag(Call& call);
Checked<HttpResponse> read_phase(Call& call);
Checked<HttpResponse> move_phase(Call& call);
Checked<HttpResponse> roll_back(Call& call);
Checked<HttpResponse> stop_writes(Call& call);

}  // namespace cutover::api
