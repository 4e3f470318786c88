#include "tests/conformance/workerd_database.h"

#include <string>
#include <utility>

namespace cutover::conformance {
namespace {

Json bind_json(const SqlValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* text = std::get_if<std::string>(&value)) return text_json(*text);
  if (const auto* blob = std::get_if<Blob>(&value)) return bytes_json(blob->bytes);
  return nullptr;
}

SqlValue value_of(const Json& answered) {
  if (answered.is_number_integer()) return answered.get<std::int64_t>();
  if (answered.is_number()) return answered.get<double>();
  if (answered.is_string()) return answered.get<std::string>();
  if (answered.is_object()) return Blob{bytes_of(answered)};
  return std::monostate{};
}

ResultSet result_of(const Json& answered) {
  ResultSet result;
  result.columns = answered.at("columns").get<std::vector<std::string>>();
  for (const Json& values : answered.at("rows")) {
    SqlRow row;
    for (const Json& value : values) row.push_back(value_of(value));
    result.rows.push_back(std::move(row));
  }
  result.meta.changes = answered.at("meta").at("changes");
  result.meta.last_row_id = answered.at("meta").at("last_row_id");
  return result;
}

Failure failed(std::string message) {
  Failure failure;
  failure.service = Service::d1;
  failure.operation = "batch";
  failure.kind = FailureKind::malformed;
  failure.effect = Effect::not_applied;
  failure.message = std::move(message);
  return failure;
}

}  // namespace

Outcome<ResultSet> WorkerdDatabase::query(const Statement& statement) {
  auto results = batch(std::span(&statement, 1));
  if (!results) return std::move(results.error());
  return std::move(results->front());
}

Outcome<std::vector<ResultSet>> WorkerdDatabase::batch(std::span<const Statement> statements) {
  Json operation = {{"op", "batch"}, {"ordered", true}, {"statements", Json::array()}};
  for (const Statement& statement : statements) {
    Json bind = Json::array();
    for (const SqlValue& value : statement.params) bind.push_back(bind_json(value));
    operation["statements"].push_back({{"sql", text_json(statement.sql)}, {"bind", bind}});
  }
  const auto ran = workerd_.run(store_, 0, std::span(&operation, 1));
  if (!ran) return failed(ran.error());
  const Json& answer = ran->answers.front();
  if (answer.contains("error")) return failed(answer.at("error"));
  std::vector<ResultSet> results;
  for (const Json& one : answer.at("results")) results.push_back(result_of(one));
  return results;
}

}  // namespace cutover::conformance
