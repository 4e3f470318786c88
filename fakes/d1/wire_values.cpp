#include "fakes/d1/wire_values.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "adapters/sqlite/utf8.h"

namespace cutover::fakes {
namespace {

constexpr std::int64_t exact_max = std::int64_t{1} << 53;
constexpr double int64_end = 9223372036854775808.0;  // 2^63, the first that is too large

bool is_infinite_or_nan(const SqlValue& value) {
  const auto* real = std::get_if<double>(&value);
  return real != nullptr && !std::isfinite(*real);
}

SqlValue rounded(std::int64_t integer) {
  const auto real = static_cast<double>(integer);
  if (real >= int64_end) return real;  // 9223372036854776000 is no 64-bit integer
  return static_cast<std::int64_t>(real);
}

}  // namespace

bool needs_change(const std::vector<SqlValue>& params) {
  return std::any_of(params.begin(), params.end(), is_infinite_or_nan);
}

std::vector<SqlValue> as_bound(std::vector<SqlValue> params) {
  for (SqlValue& value : params) {
    if (is_infinite_or_nan(value)) value = std::monostate{};
  }
  return params;
}

void as_answered(ResultSet& result) {
  for (SqlRow& row : result.rows) {
    for (SqlValue& value : row) {
      if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        if (*integer > exact_max || *integer < -exact_max) value = rounded(*integer);
      } else if (is_infinite_or_nan(value)) {
        value = std::monostate{};
      } else if (auto* text = std::get_if<std::string>(&value)) {
        *text = replace_malformed_utf8(std::move(*text));
      }
    }
  }
}

}  // namespace cutover::fakes
