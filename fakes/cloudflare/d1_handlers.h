// The routes of D1: databases, queries, export, import and Time Travel (cloudflare-facts B5).
//
// Each checks its request, then enters the world for one call through the gate.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "fakes/cloudflare/failure_answer.h"
#include "fakes/cloudflare/result_json.h"
#include "fakes/cloudflare/routes.h"

namespace cutover::simulate {

Answer list_databases(Desk& desk, const Asked& asked);
Answer create_database(Desk& desk, const Asked& asked);
Answer get_database(Desk& desk, const Asked& asked);
Answer delete_database(Desk& desk, const Asked& asked);

Answer query_database(Desk& desk, const Asked& asked);
Answer query_database_raw(Desk& desk, const Asked& asked);

Answer export_database(Desk& desk, const Asked& asked);
Answer import_database(Desk& desk, const Asked& asked);
// Files on their way, under an address that only the API gives out: no token besides.
Answer download_file(Desk& desk, const Asked& asked);
Answer upload_file(Desk& desk, const Asked& asked);

Answer get_bookmark(Desk& desk, const Asked& asked);
Answer restore_database(Desk& desk, const Asked& asked);

// Is it a UUID?
[[nodiscard]] bool is_database_id(std::string_view id);

// What an unpolled export or a finished import leaves behind is cleared away.
void end_old_job(Cloud& cloud, D1Database& database);

// Runs the statements through the gate: `as_batch` as one transaction, else the only one there is.
// What came of it, as a list of results. Nothing: no answer.
[[nodiscard]] std::optional<Outcome<Json>> run_statements(Cloud& cloud, D1Database& database,
                                                          const std::vector<Statement>& statements,
                                                          bool as_batch, RowForm form);

// Enters the world for the database that the second part of the path names. `visit` takes the cloud
// and the database.
template <class Visit>
Answer visit_database(Desk& desk, const Asked& asked, Visit&& visit) {
  const std::string& id = asked.parts.at(1);
  if (!is_database_id(id)) {
    return failure({400, 7400, "The request is malformed: the database id is not a UUID"});
  }
  const auto inside = [&](Cloud& cloud) -> Answer {
    const auto found = cloud.databases.find(id);
    if (found == cloud.databases.end()) {
      return failure({404, 7404, "The database " + id + " could not be found"});
    }
    end_old_job(cloud, found->second);
    return visit(cloud, found->second);
  };
  return asked.http.method == "GET" ? desk.entrance.enter(inside)
                                    : desk.entrance.enter_and_change(inside);
}

// One call through the gate and the database's queue, with this effect (an Outcome). Its value
// goes to `answer`.
template <class Effect, class Answers>
Answer call_d1(Cloud& cloud, D1Database& database, std::string_view site, const std::string& key,
               Duration work, Effect&& effect, Answers&& answer) {
  sim::Call call;
  call.service = Service::d1;
  call.site = site;
  call.operation = site.substr(3);
  call.key = key;
  const Duration way = database.service->options().network_latency;
  auto outcome = cloud.call([&](sim::Process& process) {
    return cloud.gate().call(process, call, {way, work, way}, &database.service->queue(),
                             sim::hash_of(key), effect);
  });
  if (!outcome) return std::nullopt;
  if (!*outcome) return d1_failure(outcome->error());
  return answer(*outcome);
}

}  // namespace cutover::simulate
