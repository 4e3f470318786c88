#include "adapters/cloudflare/d1_json.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <utility>

#include "adapters/sqlite/utf8.h"

namespace cutover::cloudflare {
namespace {

using simdjson::SUCCESS;
using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::int64_t exact_max = std::int64_t{1} << 53;

struct WhyNot {
  std::optional<Unsendable> operator()(std::monostate) const { return std::nullopt; }
  std::optional<Unsendable> operator()(double) const { return std::nullopt; }
  std::optional<Unsendable> operator()(std::int64_t number) const {
    if (number <= exact_max && number >= -exact_max) return std::nullopt;
    return Unsendable{FailureKind::limit_exceeded,
                      "the integer " + std::to_string(number) +
                          " is beyond 2^53: D1 would bind another one; bind it as text"};
  }
  std::optional<Unsendable> operator()(const std::string& text) const {
    if (text.size() > D1Limits::value_bytes_max) {
      return Unsendable{FailureKind::limit_exceeded, "string or blob too big: SQLITE_TOOBIG"};
    }
    if (is_utf8(text)) return std::nullopt;
    return Unsendable{FailureKind::malformed, "a text that is not UTF-8: JSON cannot carry it"};
  }
  std::optional<Unsendable> operator()(const Blob&) const {
    return Unsendable{FailureKind::malformed,
                      "a blob: D1's HTTP API takes none; bind its hex and use unhex()"};
  }
};

nlohmann::json json_of(const SqlValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  const auto* real = std::get_if<double>(&value);
  if (real != nullptr && std::isfinite(*real)) return *real;
  return nullptr;
}

nlohmann::json json_of(const Statement& statement) {
  nlohmann::json json;
  json["sql"] = statement.sql;
  if (statement.params.empty()) return json;
  auto& params = json["params"] = nlohmann::json::array();
  for (const SqlValue& value : statement.params) params.push_back(json_of(value));
  return json;
}

bool take_blob(const element& value, Blob& blob) {
  simdjson::dom::array bytes;
  if (value.get(bytes) != SUCCESS) return false;
  blob.bytes.reserve(bytes.size());
  for (const element each : bytes) {
    std::uint64_t byte = 0;
    if (each.get(byte) != SUCCESS || byte > 255) return false;
    blob.bytes += static_cast<char>(byte);
  }
  return true;
}

bool take_value(const element& from, SqlValue& value) {
  switch (from.type()) {
    case element_type::NULL_VALUE: value = std::monostate{}; return true;
    case element_type::INT64: value = from.get_int64().value_unsafe(); return true;
    case element_type::UINT64:
      value = static_cast<double>(from.get_uint64().value_unsafe());
      return true;
    case element_type::DOUBLE: value = from.get_double().value_unsafe(); return true;
    case element_type::BOOL: value = std::int64_t{from.get_bool().value_unsafe()}; return true;
    case element_type::STRING: value = std::string(from.get_string().value_unsafe()); return true;
    case element_type::ARRAY: return take_blob(from, value.emplace<Blob>());
    case element_type::OBJECT: return false;
  }
  return false;
}

// Zero when it is not there, or is no number.
double number_at(const element& object, std::string_view name) {
  double number = 0;
  constexpr double beyond = 9.2e18;
  if (object[name].get(number) != SUCCESS) return 0;
  return number > -beyond && number < beyond ? number : 0;
}

std::int64_t integer_at(const element& object, std::string_view name) {
  return static_cast<std::int64_t>(number_at(object, name));
}

ResultMeta meta_of(const element& statement) {
  ResultMeta meta;
  element from;
  if (statement["meta"].get(from) != SUCCESS) return meta;
  meta.rows_read = integer_at(from, "rows_read");
  meta.rows_written = integer_at(from, "rows_written");
  meta.changes = integer_at(from, "changes");
  meta.last_row_id = integer_at(from, "last_row_id");
  constexpr double day_ms = 86'400'000.0;
  const double milliseconds = number_at(from, "duration");
  if (milliseconds > 0 && milliseconds < day_ms) {
    meta.duration = Duration(static_cast<std::int64_t>(milliseconds * 1000.0));
  }
  return meta;
}

bool take_rows(const element& results, ResultSet& set) {
  simdjson::dom::array columns;
  simdjson::dom::array rows;
  if (results["columns"].get(columns) != SUCCESS || results["rows"].get(rows) != SUCCESS) {
    return false;
  }
  for (const element column : columns) {
    std::string_view name;
    if (column.get(name) != SUCCESS) return false;
    set.columns.emplace_back(name);
  }
  set.rows.reserve(rows.size());
  for (const element from : rows) {
    simdjson::dom::array values;
    if (from.get(values) != SUCCESS || values.size() != set.columns.size()) return false;
    SqlRow& row = set.rows.emplace_back();
    row.reserve(set.columns.size());
    for (const element value : values) {
      if (!take_value(value, row.emplace_back())) return false;
    }
  }
  return true;
}

}  // namespace

std::optional<Unsendable> why_not_to_send(std::span<const Statement> statements) {
  if (statements.empty()) {
    return Unsendable{FailureKind::malformed, "No SQL statements detected."};
  }
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    const std::string place =
        statements.size() == 1 ? "" : "statement " + std::to_string(i + 1) + ": ";
    if (statement.sql.size() > D1Limits::sql_bytes_max) {
      return Unsendable{FailureKind::limit_exceeded, place + "statement too long: SQLITE_TOOBIG"};
    }
    if (!is_utf8(statement.sql)) {
      return Unsendable{FailureKind::malformed, place + "the SQL is not UTF-8"};
    }
    if (statement.params.size() > D1Limits::parameters_max) {
      return Unsendable{FailureKind::limit_exceeded, place + "too many SQL variables: " +
                                                         std::to_string(statement.params.size()) +
                                                         ", and D1 takes 100"};
    }
    for (std::size_t j = 0; j < statement.params.size(); ++j) {
      auto why = std::visit(WhyNot{}, statement.params[j]);
      if (!why) continue;
      why->why = place + "?" + std::to_string(j + 1) + " is " + why->why;
      return why;
    }
  }
  return std::nullopt;
}

std::string query_body(const Statement& statement) {
  return json_of(statement).dump();
}

std::string batch_body(std::span<const Statement> statements) {
  std::string body = "{\"batch\":[";
  for (const Statement& statement : statements) {
    if (body.back() != '[') body += ',';
    body += json_of(statement).dump();
  }
  return body + "]}";
}

std::optional<std::vector<ResultSet>> results_of(const Envelope& envelope) {
  simdjson::dom::array statements;
  if (!envelope.get("/result", statements)) return std::nullopt;
  std::vector<ResultSet> sets;
  sets.reserve(statements.size());
  for (const element statement : statements) {
    bool success = false;
    element results;
    // Anything but a clear success would be a row that is taken for written.
    if (statement["success"].get(success) != SUCCESS || !success ||
        statement["results"].get(results) != SUCCESS) {
      return std::nullopt;
    }
    ResultSet& set = sets.emplace_back();
    if (!take_rows(results, set)) return std::nullopt;
    set.meta = meta_of(statement);
  }
  return sets;
}

}  // namespace cutover::cloudflare
