#include "tests/conformance/known_differences.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string>

#include "tests/conformance/json_values.h"

namespace cutover::conformance {
namespace {

bool is_op(const Json& operation, std::string_view name) {
  return operation.at("op").get<std::string>() == name;
}

std::string error_of(const Json& answer) {
  return answer.is_object() ? answer.value("error", "") : std::string();
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// ---- KV ----

// workerd takes the cursor that the fake refuses, and may refuse the prefix behind it.
bool only_fake_refuses_the_cursor(const Difference& difference) {
  const std::string real = error_of(difference.real);
  return has(error_of(difference.fake), "400 Invalid cursor.") &&
         (real.empty() || has(real, "exceeds key length limit"));
}

// A cursor may be an object: text that is not UTF-8.
bool is_last_cursor(const Json& operation) {
  return operation.contains("cursor") && operation["cursor"] == "last";
}

bool cursor_of_another_prefix(const Json& operation, const Difference& difference) {
  return is_op(operation, "list") && is_last_cursor(operation) &&
         only_fake_refuses_the_cursor(difference);
}

bool cursor_made_by_hand(const Json& operation, const Difference& difference) {
  return is_op(operation, "list") && operation.contains("cursor") && !is_last_cursor(operation) &&
         only_fake_refuses_the_cursor(difference);
}

bool limit_of_zero(const Json& operation, const Difference& difference) {
  // workerd lists without a limit, or refuses something else of the call.
  return is_op(operation, "list") && operation.at("limit") == 0 &&
         has(error_of(difference.fake), "400 Invalid key_count_limit of 0.");
}

bool is_broken_text(const Json& text) {
  return text.is_object() && text.contains("wtf8");
}

bool lone_surrogate_in_a_key(const Json& operation, const Difference& difference) {
  const bool in_key = is_broken_text(operation.value("key", Json()));
  const Json keys = operation.value("keys", Json::array());
  const bool in_keys = std::any_of(keys.begin(), keys.end(), is_broken_text);
  return (in_key || in_keys) && has(error_of(difference.fake), "Could not URL-decode key name");
}

bool nul_in_a_prefix(const Json& operation, const Difference& difference) {
  return is_op(operation, "list") && has(bytes_of(operation.at("prefix")), std::string(1, '\0')) &&
         error_of(difference.real).empty() && error_of(difference.fake).empty();
}

// ---- D1 ----

// The fake refuses in these words what workerd answers; of several statements, workerd may refuse a
// later one.
bool fake_refuses_first(const Json& operation, const Difference& difference,
                        std::string_view words) {
  const bool several = is_op(operation, "batch") || is_op(operation, "exec");
  return (several || error_of(difference.real).empty()) && has(error_of(difference.fake), words);
}

// The texts of all statements of an operation.
std::string sql_of(const Json& operation) {
  if (operation.contains("sql")) return bytes_of(operation.at("sql"));
  if (operation.contains("text")) return bytes_of(operation.at("text"));
  std::string all;
  for (const Json& statement : operation.value("statements", Json::array())) {
    all.append(bytes_of(statement.at("sql"))).append("\n");
  }
  return all;
}

bool rows_read_are_estimated(const Json& /*operation*/, const Difference& difference) {
  return difference.path.ends_with("/meta/rows_read");
}

bool rows_written_are_modelled(const Json& /*operation*/, const Difference& difference) {
  return difference.path.ends_with("/meta/rows_written");
}

bool value_over_two_million_bytes(const Json& operation, const Difference& difference) {
  return fake_refuses_first(operation, difference, "string or blob too big: SQLITE_TOOBIG");
}

bool more_than_32_arguments(const Json& operation, const Difference& difference) {
  return fake_refuses_first(operation, difference, "too many arguments on function");
}

bool newer_functions(const Json& operation, const Difference& difference) {
  const std::string sql = sql_of(operation);
  return (has(sql, "concat(") || has(sql, "string_agg(")) &&
         fake_refuses_first(operation, difference, "no such function: ");
}

bool is_long_number(const Json& value) {
  if (!value.is_number()) return false;
  const double real = std::fabs(value.get<double>());
  return real != 0 && (real >= 1e15 || real < 1e-300);
}

// The number that a text is, also one in quotes; NaN when it is none.
double number_in(const Json& value) {
  if (!value.is_string()) return std::nan("");
  std::string text = value;
  std::erase(text, '\'');
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  return text.empty() || *end != '\0' ? std::nan("") : number;
}

bool reals_as_text(const Json& operation, const Difference& difference) {
  const double real = number_in(difference.real);
  const double fake = number_in(difference.fake);
  if (std::fabs(real - fake) <= 1e-14 * std::fabs(real)) return true;
  // What is made of such a text, and nothing else, in one expression.
  const auto makes_text_of_one = [](const Json& statement) {
    const Json bind = statement.value("bind", Json::array());
    return std::any_of(bind.begin(), bind.end(), is_long_number) &&
           sql_of(statement).starts_with("SELECT ") && !has(sql_of(statement), " FROM ");
  };
  const Json statements = operation.value("statements", Json::array({operation}));
  return has(difference.path, "/row") &&
         std::any_of(statements.begin(), statements.end(), makes_text_of_one);
}

bool sums_of_reals(const Json& operation, const Difference& difference) {
  const std::string sql = sql_of(operation);
  const bool sums = has(sql, "SUM(") || has(sql, "AVG(") || has(sql, "TOTAL(");
  if (!sums || !difference.real.is_number() || !difference.fake.is_number()) return false;
  const double real = difference.real;
  return std::fabs(real - difference.fake.get<double>()) <= 1e-14 * std::fabs(real);
}

bool like_of_an_empty_blob(const Json& operation, const Difference& difference) {
  return has(sql_of(operation), " LIKE ") &&
         operation.dump().find(R"({"hex":""})") != std::string::npos &&
         has(difference.path, "/row");
}

bool json_valid_of_null(const Json& operation, const Difference& difference) {
  return has(sql_of(operation), "json_valid(") && difference.real.is_null() && difference.fake == 0;
}

bool or_rollback(const Json& operation, const Difference& difference) {
  return has(sql_of(operation), "OR ROLLBACK") &&
         has(error_of(difference.real), "internal error; reference = ") &&
         has(error_of(difference.fake), "SQLITE_CONSTRAINT");
}

bool data_version(const Json& operation, const Difference& difference) {
  return has(sql_of(operation), "data_version") && difference.real == 2 && difference.fake == 1;
}

bool empty_statement_in_a_batch(const Json& operation, const Difference& difference) {
  return (is_op(operation, "batch") || is_op(operation, "exec")) &&
         fake_refuses_first(operation, difference, "No SQL statements detected.");
}

bool statement_still_running(const Json& /*operation*/, const Difference& difference) {
  const std::string real = error_of(difference.real);
  return has(real, "A SQL prepared statement can only be executed once at a time.") ||
         has(real, "database table is locked: SQLITE_LOCKED");
}

bool hundred_thousand_bytes(const Json& operation, const Difference& difference) {
  const auto is_so_long = [](const Json& one) {
    return one.contains("sql") && bytes_of(one.at("sql")).size() == 100'000;
  };
  const Json statements = operation.value("statements", Json::array({operation}));
  return std::any_of(statements.begin(), statements.end(), is_so_long) &&
         fake_refuses_first(operation, difference, "statement too long");
}

bool nul_in_sql(const Json& operation, const Difference& difference) {
  return has(sql_of(operation), std::string(1, '\0')) &&
         has(error_of(difference.fake), "The SQL text holds a NUL byte");
}

constexpr std::array<KnownDifference, 20> all = {{
    {"cursor-of-another-prefix", cursor_of_another_prefix, false},
    {"cursor-made-by-hand", cursor_made_by_hand, false},
    {"limit-of-zero", limit_of_zero, false},
    {"lone-surrogate-in-a-key", lone_surrogate_in_a_key, false},
    {"nul-in-a-prefix", nul_in_a_prefix, true},
    {"rows-read-are-estimated", rows_read_are_estimated, false},
    {"rows-written-are-modelled", rows_written_are_modelled, false},
    {"value-over-two-million-bytes", value_over_two_million_bytes, true},
    {"more-than-32-arguments", more_than_32_arguments, true},
    {"newer-functions", newer_functions, true},
    {"reals-as-text", reals_as_text, false},
    {"sums-of-reals", sums_of_reals, false},
    {"like-of-an-empty-blob", like_of_an_empty_blob, false},
    {"json-valid-of-null", json_valid_of_null, false},
    {"or-rollback", or_rollback, false},
    {"data-version", data_version, false},
    {"empty-statement-in-a-batch", empty_statement_in_a_batch, true},
    {"statement-still-running", statement_still_running, true},
    {"hundred-thousand-bytes", hundred_thousand_bytes, true},
    {"nul-in-sql", nul_in_sql, false},
}};

}  // namespace

std::span<const KnownDifference> known_differences() {
  return all;
}

const KnownDifference* explanation(const Json& operation, const Difference& difference) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const KnownDifference& known) {
    return known.explains(operation, difference);
  });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace cutover::conformance
