#include <utility>
#include <vector>

#include "fakes/cloudflare/bindings.h"
#include "fakes/cloudflare/d1_handlers.h"
#include "fakes/cloudflare/json_input.h"

namespace cutover::simulate {
namespace {

constexpr std::size_t statements_max = 100'000;  // of one request

// The binding throws it as "D1_ERROR: ...".
api::HttpResponse failed(const std::string& error) {
  return json_answer({{"success", false}, {"error", error}});
}

Answer failed(const Failure& failure) {
  if (failure.kind == FailureKind::connection_lost) return std::nullopt;
  return failed(said_by_d1(failure));
}

std::optional<std::string> add_statement(const Json& query, std::vector<Statement>& statements) {
  if (!query.is_object() || !query.contains("sql") || !query["sql"].is_string()) {
    return "a query must be an object with sql";
  }
  auto params = params_of(query.contains("params") ? query["params"] : Json());
  if (!params) return params.error().message;
  statements.push_back({query["sql"].get_ref<const std::string&>(), std::move(*params)});
  return std::nullopt;
}

// They borrow from `body`. More than one is a transaction.
std::optional<std::string> statements_of(const Json& body, std::vector<Statement>& statements) {
  if (!body.is_array()) return add_statement(body, statements);
  if (body.empty()) return "No SQL statements detected.";
  if (body.size() > statements_max) return "more than 100000 statements";
  for (const Json& query : body) {
    if (auto wrong = add_statement(query, statements)) return wrong;
  }
  return std::nullopt;
}

}  // namespace

Answer answer_d1_binding(Desk& desk, const Binding& binding, const api::HttpRequest& request) {
  if (request.method != "POST" || (request.path != "/query" && request.path != "/execute")) {
    api::HttpResponse response = failed("there is no such route");
    response.status = 404;
    return response;
  }
  const auto body = parse_json(request.body);
  if (!body) return failed(body.error().message);
  std::vector<Statement> statements;
  if (auto wrong = statements_of(*body, statements)) return failed(*wrong);
  const std::string* form = query_value(request, "resultsFormat");
  const bool without_rows = form != nullptr && *form == "NONE";
  return desk.entrance.enter_and_change([&](Cloud& cloud) -> Answer {
    const auto found = cloud.databases.find(binding.id);
    if (found == cloud.databases.end()) return failed("no such database");
    D1Database& database = found->second;
    end_old_job(cloud, database);
    auto results = run_statements(cloud, database, statements, body->is_array(), RowForm::arrays);
    if (!results) return std::nullopt;
    if (!*results) return failed(results->error());
    if (without_rows) {
      for (Json& result : **results) result["results"] = Json::array();
    }
    return json_answer(**results);
  });
}

}  // namespace cutover::simulate
