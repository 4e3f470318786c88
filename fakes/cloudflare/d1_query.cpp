#include <algorithm>
#include <utility>
#include <vector>

#include "fakes/cloudflare/d1_handlers.h"
#include "fakes/cloudflare/json_input.h"
#include "fakes/cloudflare/result_json.h"
#include "fakes/cloudflare/sql_split.h"
#include "fakes/d1/d1_client.h"
#include "fakes/d1/statement_text.h"

namespace cutover::simulate {
namespace {

constexpr std::size_t statements_max = 100'000;  // of one request

ApiError invalid(const std::string& message) {
  return {400, 7400, message};
}

// The statements of one {sql, params}; they borrow from `query`.
std::optional<ApiError> add_query(const Json& query, std::vector<Statement>& statements) {
  if (!query.is_object()) return invalid("a query must be an object");
  if (auto unknown = only_members(query, {"sql", "params"})) return invalid(unknown->message);
  const auto sql = query.find("sql");
  if (sql == query.end() || !sql->is_string()) return invalid("sql: must be a text");
  const auto& text = sql->get_ref<const std::string&>();
  auto params = params_of(query.contains("params") ? query["params"] : Json());
  if (!params) return params.error();
  // With parameters the text goes whole: they belong to its last statement.
  if (!params->empty()) {
    statements.push_back({text, std::move(*params)});
    return std::nullopt;
  }
  const auto pieces = split_sql(text);
  if (pieces.size() + statements.size() > statements_max) {
    return invalid("sql: has more than 100000 statements");
  }
  for (const std::string_view piece : pieces) statements.push_back({piece, {}});
  if (pieces.empty()) statements.push_back({text, {}});  // D1 says what is wrong with it
  return std::nullopt;
}

std::optional<ApiError> statements_of(const Json& body, std::vector<Statement>& statements) {
  const auto batch = body.find("batch");
  if (batch == body.end()) return add_query(body, statements);
  if (auto unknown = only_members(body, {"batch"})) return invalid(unknown->message);
  if (!batch->is_array() || batch->empty()) {
    return invalid("batch: must be a list of queries");
  }
  for (const Json& query : *batch) {
    if (auto error = add_query(query, statements)) return error;
  }
  return std::nullopt;
}

bool only_reads(const std::vector<Statement>& statements) {
  return std::all_of(statements.begin(), statements.end(),
                     [](const Statement& one) { return fakes::can_be_repeated(one.sql); });
}

Outcome<std::vector<ResultSet>> run(fakes::D1Client& client,
                                    const std::vector<Statement>& statements, bool as_batch) {
  if (as_batch) return client.batch(statements);
  auto one = client.query(statements.front());
  if (!one) return std::move(one.error());
  std::vector<ResultSet> results;
  results.push_back(std::move(*one));
  return results;
}

Answer ask_database(Desk& desk, const Asked& asked, RowForm form) {
  const auto body = parse_object(asked.http.body);
  if (!body) return d1_error(body.error());
  std::vector<Statement> statements;
  if (auto error = statements_of(*body, statements)) return d1_error(*error);
  return visit_database(desk, asked, [&](Cloud& cloud, D1Database& database) -> Answer {
    const auto results = run_statements(cloud, database, statements, statements.size() > 1, form);
    if (!results) return std::nullopt;
    return *results ? success(**results) : d1_failure(results->error());
  });
}

}  // namespace

std::optional<Outcome<Json>> run_statements(Cloud& cloud, D1Database& database,
                                            const std::vector<Statement>& statements, bool as_batch,
                                            RowForm form) {
  fakes::D1Service& service = *database.service;
  const std::int64_t size_before = service.size_bytes();
  if (!only_reads(statements)) cloud.keep_minute(database);
  const auto outcome = cloud.call([&](sim::Process& process) {
    fakes::D1Client client(service, cloud.gate(), process);
    return run(client, statements, as_batch);
  });
  if (!outcome) return std::nullopt;
  if (!*outcome) return Outcome<Json>(outcome->error());
  DatabaseNow now;
  now.size_bytes = service.size_bytes();
  Json results = Json::array();
  for (const ResultSet& result : **outcome) {
    now.changed = result.meta.changes > 0 || now.size_bytes != size_before;
    results.push_back(result_json(result, form, now));
  }
  return Outcome<Json>(std::move(results));
}

Answer query_database(Desk& desk, const Asked& asked) {
  return ask_database(desk, asked, RowForm::objects);
}

Answer query_database_raw(Desk& desk, const Asked& asked) {
  return ask_database(desk, asked, RowForm::arrays);
}

}  // namespace cutover::simulate
