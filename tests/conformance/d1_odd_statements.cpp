// The statements that have little to do with the tables: expressions over bound values, pragmas,
// limits, and what is refused.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "tests/conformance/d1_generator.h"

namespace cutover::conformance {
namespace {

using rc::gen::element;
using rc::gen::inRange;
using rc::gen::weightedElement;

Json an_expression() {
  const auto sql = *element<std::string>(
      "SELECT ?1 AS v, typeof(?1) AS t", "SELECT ?1", "SELECT hex(?1), length(?1)",
      "SELECT ?1 || 'x'", "SELECT ?1 + 1, ?1 * 2.0", "SELECT CAST(?1 AS INTEGER), CAST(?1 AS TEXT)",
      "SELECT quote(?1)", "SELECT ?1 IS NULL, ?1 = 5, ?1 LIKE 'P%'",
      "SELECT upper(?1), lower(?1), trim(?1)", "SELECT substr(?1, 2), instr(?1, 'a')",
      "SELECT abs(?1)", "SELECT round(?1, 1)", "SELECT json_valid(?1)",
      "SELECT json_array(1, 'a', NULL, 2.5)", "SELECT ?1 -> 'a'",
      "SELECT json_extract('{\"a\":[1,2.5,\"x\"]}', '$.a[1]')", "SELECT coalesce(?1, 'none')",
      "SELECT unicode(?1)", "SELECT min(?1, 3), max(?1, 'b')", "SELECT iif(?1, 'yes', 'no')",
      "SELECT ?1 AS a, ?1 AS a, 2 AS b", "SELECT printf('%d %s %.3f', ?1, ?1, ?1)",
      "SELECT ?1 / 0, ?1 % 3, 7 / 2", "VALUES (?1, 2), (3, 4)",
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) "
      "SELECT i, ?1 FROM n");
  const bool bound = sql.find('?') != std::string::npos;
  Json statement = {{"sql", sql}};
  if (bound) statement["bind"] = Json::array({*any_bound_value()});
  return statement;
}

Json a_literal() {
  return {{"sql",
           *element<std::string>(
               "SELECT 9223372036854775807", "SELECT -9223372036854775808", "SELECT 1e400, -1e400",
               "SELECT 9007199254740993, -9007199254740993", "SELECT 0.1 + 0.2, 1e21, 1e-7, 5.0",
               "SELECT X'00ff80', X''", "SELECT char(97, 0, 98), CAST(X'ff61' AS TEXT)",
               "SELECT 1 AS \"1\", 2 AS \"a b\", 3 AS \"\u00E9\"", "SELECT NULL, TRUE, FALSE",
               "SELECT sqrt(2), pi(), floor(-1.5)", "SELECT 9223372036854775807 + 1",
               "SELECT abs(-9223372036854775808)", "SELECT CAST(1e300 AS TEXT), 1e15 || ''",
               "SELECT 100000000000000000000, 0x7fffffffffffffff", "SELECT 1 WHERE 0",
               "SELECT datetime(0, 'unixepoch'), date('2024-02-29', '+1 year')",
               "SELECT strftime('%Y-%m-%dT%H:%M:%S', 1700000000, 'unixepoch')",
               "SELECT concat('a', NULL, 1), string_agg(1, ',')", "SELECT changes()",
               "SELECT 'a' 'b'", "SELECT \"nothing\"", "SELECT json('{\"a\":')", "SELECT json('1')",
               "SELECT 7 -- and a comment", "SELECT 8 /* and another */ ;", "SELECT 9;;",
               "EXPLAIN QUERY PLAN SELECT 1")}};
}

// Not table_list: its rows come in no order.
Json a_pragma(const Schema& schema) {
  const std::string& table = schema.tables.front().name;
  static const std::vector<std::string> names = {"foreign_keys",
                                                 "defer_foreign_keys",
                                                 "ignore_check_constraints",
                                                 "legacy_alter_table",
                                                 "recursive_triggers",
                                                 "reverse_unordered_selects",
                                                 "case_sensitive_like",
                                                 "table_info",
                                                 "table_xinfo",
                                                 "index_list",
                                                 "index_info",
                                                 "index_xinfo",
                                                 "foreign_key_list",
                                                 "foreign_key_check",
                                                 "quick_check",
                                                 "optimize",
                                                 "data_version",
                                                 "page_size",
                                                 "user_version",
                                                 "journal_mode",
                                                 "page_count",
                                                 "max_page_count",
                                                 "freelist_count",
                                                 "synchronous",
                                                 "cache_size",
                                                 "encoding",
                                                 "database_list",
                                                 "compile_options",
                                                 "function_list",
                                                 "collation_list",
                                                 "auto_vacuum",
                                                 "busy_timeout",
                                                 "application_id",
                                                 "schema_version",
                                                 "writable_schema",
                                                 "query_only",
                                                 "temp_store",
                                                 "wal_checkpoint",
                                                 "analysis_limit",
                                                 "threads",
                                                 "trusted_schema",
                                                 "secure_delete",
                                                 "locking_mode",
                                                 "mmap_size",
                                                 "integrity_check",
                                                 "no_such_pragma"};
  const auto name = *rc::gen::elementOf(names);
  std::string sql = "PRAGMA " + name;
  switch (*weightedElement<int>({{6, 0}, {5, 1}, {1, 2}, {1, 3}})) {
    case 1: sql += "(" + table + ")"; break;
    case 2: sql += " = ON"; break;
    case 3: sql += " = OFF"; break;
    default: break;
  }
  return {{"sql", sql}};
}

Json a_limit() {
  const auto numbers = [](std::size_t count) {
    return joined(std::vector<std::string>(count, "1"), ", ");
  };
  const auto marks = [](std::size_t count) {
    return joined(std::vector<std::string>(count, "?"), ", ");
  };
  const auto kind = *inRange(0, 12);
  const bool too_much = *inRange(0, 2) == 1;
  const std::size_t more = too_much ? 1 : 0;
  switch (kind) {
    case 0:
      return {{"sql", "SELECT " + marks(99 + more) + ", ?"},
              {"bind", std::vector<int>(100 + more, 1)}};
    case 1: return {{"sql", too_much ? "SELECT ?101" : "SELECT ?100"}, {"bind", Json::array({1})}};
    case 2:
      return {
          {"sql", "SELECT '" + repeated("a", 99'990 + more) + "'"}};  // 99,999 bytes, or 100,000
    case 3: return {{"sql", "SELECT " + numbers(100 + more)}};
    case 4: return {{"sql", "SELECT 1" + repeated(" + 1", 99 + more)}};
    case 5: return {{"sql", "SELECT 1" + repeated(" UNION ALL SELECT 1", 4 + more)}};
    case 6: return {{"sql", "SELECT max(" + numbers(32 + more) + ")"}};
    case 7: return {{"sql", "SELECT 'a' LIKE '" + repeated("a", 50 + more) + "'"}};
    case 8: {
      std::vector<std::string> columns;
      for (std::size_t i = 0; i < 100 + more; ++i) columns.push_back(fmt::format("w{}", i));
      return {{"sql", fmt::format("CREATE TABLE IF NOT EXISTS wide ({})", joined(columns, ", "))}};
    }
    case 9: {
      std::string sql = "SELECT 1 FROM (SELECT 1) AS a0";
      for (std::size_t i = 1; i < 64 + more; ++i) sql += fmt::format(", (SELECT 1) AS a{}", i);
      return {{"sql", sql}};
    }
    case 10: return {{"sql", fmt::format("SELECT length(zeroblob({}))", 2'000'000 + more)}};
    default:
      return {{"sql", "SELECT length(?1)"},
              {"bind", Json::array({Json{{"fill", "v"}, {"n", 1'999'999 + 2 * more}}})}};
  }
}

Json a_refused(const Schema& schema) {
  const Table& table = schema.tables.front();
  const std::vector<std::string> texts = {
      "",
      " ",
      ";",
      "-- nothing",
      "/* nothing */",
      "SELEC 1",
      "SELECT",
      "SELECT 'a",
      "SELECT 1 FROM",
      "INSERT INTO",
      "SELECT 1 2 3",
      "SELECT (1",
      "SELECT * FROM nope",
      "SELECT nope",
      "SELECT nope(1)",
      "SELECT length()",
      "SELECT count(1, 2)",
      fmt::format("SELECT nope FROM {}", table.name),
      fmt::format("INSERT INTO {} (nope) VALUES (1)", table.name),
      fmt::format("INSERT INTO {} (id, c1) VALUES (1)", table.name),
      fmt::format("INSERT INTO {} VALUES (1, 2, 3, 4, 5, 6, 7, 8)", table.name),
      fmt::format("SELECT id FROM {0}, {0} AS other", table.name),
      fmt::format("CREATE TABLE {} (a)", table.name),
      "CREATE TABLE dup (a, a)",
      "CREATE TABLE bad (a REFERENCES)",
      "DROP TABLE nope",
      "DROP INDEX nope",
      "DROP VIEW nope",
      fmt::format("CREATE INDEX x ON {}(nope)", table.name),
      "BEGIN",
      "COMMIT",
      "END",
      "ROLLBACK",
      "SAVEPOINT s",
      "RELEASE s",
      "VACUUM",
      "ATTACH ':memory:' AS m",
      "DETACH m",
      "CREATE TEMP TABLE tt (a)",
      "CREATE TEMP VIEW tv AS SELECT 1",
      "CREATE TABLE _cf_x (a)",
      "CREATE TABLE sqlite_x (a)",
      "SELECT * FROM _cf_KV",
      "SELECT sqlite_version()",
      "SELECT sqlite_source_id()",
      "SELECT load_extension('x')",
      "SELECT soundex('a')",
      "SELECT * FROM generate_series(1, 2)",
      "SELECT * FROM dbstat",
      "SELECT 'a' REGEXP 'a'",
      "SELECT ?2",
      "SELECT ?1, ?3",
      "SELECT :a",
      "SELECT sum(1) OVER",
      "UPDATE nope SET a = 1",
      "DELETE FROM nope",
      fmt::format("UPDATE {} SET nope = 1", table.name),
      "DELETE FROM sqlite_master",
      "UPDATE sqlite_master SET sql = ''",
      "SELECT 1 LIMIT 'x'",
      "SELECT 1 UNION SELECT 1, 2",
      "SELECT x'0'",
      "SELECT 1 AS a ORDER BY 2",
      "SELECT 0x",
      "REINDEX",
      "ANALYZE",
      "CREATE VIRTUAL TABLE f USING fts5(a)",
      "CREATE VIRTUAL TABLE r USING rtree(a, b, c)",
      "CREATE VIRTUAL TABLE n USING nope(a)",
      "SELECT * FROM sqlite_schema WHERE type = 'nope'",
      "SELECT * FROM pragma_table_info('t1')",
      "SELECT group_concat(1) FILTER",
      "SELECT @",
      "SELECT #",
      "SELECT \"a",
      "SELECT [a",
      "SELECT `a",
      "SELECT 1; SELECT 2 FROM nope",
      "SELECT max(count(*))"};
  Json statement = {{"sql", *rc::gen::elementOf(texts)}};
  // With too many values, or as many as one.
  if (*inRange(0, 5) == 0) statement["bind"] = Json::array({*any_bound_value()});
  return statement;
}

}  // namespace

Json an_odd_statement(const Schema& schema) {
  switch (*weightedElement<int>({{6, 0}, {3, 1}, {2, 2}, {2, 3}, {5, 4}})) {
    case 0: return an_expression();
    case 1: return a_literal();
    case 2: return a_pragma(schema);
    case 3: return a_limit();
    default: return a_refused(schema);
  }
}

}  // namespace cutover::conformance
