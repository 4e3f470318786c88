#include "fakes/cloudflare/result_json.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace cutover::simulate {
namespace {

constexpr std::size_t params_max = 10'000;  // D1 refuses far fewer, in its own words
constexpr double exact_max = 9007199254740992.0;

Json value_json(const SqlValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* real = std::get_if<double>(&value)) {
    if (std::trunc(*real) == *real && std::abs(*real) <= exact_max) {
      return static_cast<std::int64_t>(*real);
    }
    return *real;
  }
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* blob = std::get_if<Blob>(&value)) {
    Json bytes = Json::array();
    for (const char byte : blob->bytes) bytes.push_back(static_cast<unsigned char>(byte));
    return bytes;
  }
  return nullptr;
}

Json rows_json(const ResultSet& result) {
  Json rows = Json::array();
  for (const SqlRow& row : result.rows) {
    Json& shown = rows.emplace_back(Json::object());
    for (std::size_t i = 0; i < row.size(); ++i) shown[result.columns[i]] = value_json(row[i]);
  }
  return rows;
}

Json arrays_json(const ResultSet& result) {
  Json rows = Json::array();
  for (const SqlRow& row : result.rows) {
    Json& shown = rows.emplace_back(Json::array());
    for (const SqlValue& value : row) shown.push_back(value_json(value));
  }
  return {{"columns", result.columns}, {"rows", std::move(rows)}};
}

std::optional<SqlValue> param_of(const Json& value) {
  if (value.is_null()) return SqlValue();
  if (value.is_boolean()) return SqlValue(std::int64_t{value.get<bool>() ? 1 : 0});
  if (value.is_number()) return SqlValue(value.get<double>());  // JavaScript has no others
  if (value.is_string()) return SqlValue(value.get<std::string>());
  if (!value.is_array()) return std::nullopt;
  Blob blob;
  for (const Json& byte : value) {
    if (!byte.is_number_unsigned() || byte.get<std::uint64_t>() > 255) return std::nullopt;
    blob.bytes.push_back(static_cast<char>(byte.get<unsigned char>()));
  }
  return SqlValue(std::move(blob));
}

}  // namespace

Json result_json(const ResultSet& result, RowForm form, const DatabaseNow& now) {
  const double milliseconds =
      std::chrono::duration<double, std::milli>(result.meta.duration).count();
  Json shown;
  shown["results"] = form == RowForm::objects ? rows_json(result) : arrays_json(result);
  shown["success"] = true;
  shown["meta"] = {{"served_by", "cutover-simulate"},
                   {"served_by_region", "WEUR"},
                   {"served_by_colo", "AMS"},
                   {"served_by_primary", true},
                   {"timings", {{"sql_duration_ms", milliseconds}}},
                   {"duration", milliseconds},
                   {"changes", result.meta.changes},
                   {"last_row_id", result.meta.last_row_id},
                   {"changed_db", now.changed},
                   {"size_after", now.size_bytes},
                   {"rows_read", result.meta.rows_read},
                   {"rows_written", result.meta.rows_written},
                   {"total_attempts", 1}};
  return shown;
}

Checked<std::vector<SqlValue>> params_of(const Json& list) {
  if (list.is_null()) return std::vector<SqlValue>();
  if (!list.is_array() || list.size() > params_max) {
    return tl::unexpected(ApiError{400, 7400, "params: must be a list"});
  }
  std::vector<SqlValue> params;
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto param = param_of(list[i]);
    if (!param) {
      return tl::unexpected(
          ApiError{400, 7400,
                   "params." + std::to_string(i) +
                       ": must be a text, a number, true, false, null or a list of bytes"});
    }
    params.push_back(std::move(*param));
  }
  return params;
}

}  // namespace cutover::simulate
