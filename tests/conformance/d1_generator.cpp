#include "tests/conformance/d1_generator.h"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace cutover::conformance {
namespace {

using rc::gen::element;
using rc::gen::inRange;
using rc::gen::just;
using rc::gen::weightedElement;
using rc::gen::weightedOneOf;

bool one_in(int count) {
  return *inRange(0, count) == 0;
}

const Table& a_table_of(const Schema& schema) {
  return schema.tables[*inRange<std::size_t>(0, schema.tables.size())];
}

const std::string& a_column_of(const Table& table) {
  return table.columns[*inRange<std::size_t>(0, table.columns.size())];
}

// What tables hold. One long number only: as texts, several would be equal here and different
// there.
rc::Gen<Json> any_stored_value() {
  return weightedOneOf<Json>(
      {{3, element<Json>(0, -1, 5, 2'147'483'648, 9'007'199'254'740'992)},
       {3, element<Json>(0.5, -2.25, 1e-7, 0.1, 123456789.125, 1e300)},
       {1, element<Json>(Json{{"number", "NaN"}}, Json{{"number", "-0"}})},
       {3, element<Json>("plain", "\u00E9\u65E5\U0001F600", std::string("a\0b", 3), "5", "5.0",
                         " 7 ", "it's \"quoted\"")},
       {1, just(text_json("a\xED\xA0\x80z"))},
       {2, element<Json>(bytes_json(""), bytes_json("abc"), bytes_json(std::string("\0\xFF", 2)))},
       {1, element<Json>(true, false)}});
}

// Few, so that rows meet.
rc::Gen<Json> any_small_value() {
  return weightedOneOf<Json>({{6, element<Json>(1, 2, 3, 4)},
                              {4, element<Json>("x", "y", "X", "abcd", "")},
                              {2, just(Json())},
                              {1, any_stored_value()}});
}

std::vector<std::string> some_columns_of(const Table& table) {
  std::vector<std::string> columns;
  for (const std::string& column : table.columns) {
    if (!one_in(6)) columns.push_back(column);
  }
  if (columns.empty()) columns.push_back(table.columns.front());
  return columns;
}

Json binds_for(std::size_t count) {
  return *rc::gen::container<std::vector<Json>>(count, any_small_value());
}

std::string marks_for(std::size_t count, std::size_t rows) {
  const std::string row = "(" + joined(std::vector<std::string>(count, "?"), ", ") + ")";
  return joined(std::vector<std::string>(rows, row), ", ");
}

std::string conflict_clause_of(const Table& table, const std::vector<std::string>& columns) {
  const std::string target = table.key.empty() || one_in(8) ? "" : "(" + table.key + ") ";
  if (one_in(3)) return " ON CONFLICT " + target + "DO NOTHING";
  const std::string& set = columns.back();
  return fmt::format(" ON CONFLICT {}DO UPDATE SET {} = excluded.{}", target, set, set);
}

Json an_insert(const Table& table) {
  const std::vector<std::string> columns = some_columns_of(table);
  const auto rows = *weightedElement<std::size_t>({{6, 1}, {1, 2}, {1, 3}});
  const auto how = *weightedElement<std::string>({{10, "INSERT"},
                                                  {2, "INSERT OR REPLACE"},
                                                  {2, "INSERT OR IGNORE"},
                                                  {1, "REPLACE"},
                                                  {1, "INSERT OR FAIL"},
                                                  {1, "INSERT OR ABORT"},
                                                  {1, "INSERT OR ROLLBACK"}});
  std::string sql = fmt::format("{} INTO {} ({}) VALUES {}", how, table.name, joined(columns, ", "),
                                marks_for(columns.size(), rows));
  if (how == "INSERT" && one_in(4)) sql += conflict_clause_of(table, columns);
  if (one_in(8)) sql += " RETURNING *";
  return {{"sql", sql}, {"bind", binds_for(columns.size() * rows)}};
}

Json a_select(const Table& table) {
  const std::string all = joined(table.columns, ", ");
  const std::string& column = a_column_of(table);
  const std::string order = " ORDER BY " + all;
  const auto kind = *weightedElement<int>({{6, 0}, {3, 1}, {2, 2}, {2, 3}, {1, 4}});
  switch (kind) {
    case 0: return {{"sql", fmt::format("SELECT * FROM {}{}", table.name, order)}};
    case 1: {
      const auto comparison = *element<std::string>("=", "<", ">", "IS", "<>", "LIKE");
      return {{"sql", fmt::format("SELECT {} FROM {} WHERE {} {} ?{}", all, table.name, column,
                                  comparison, order)},
              {"bind", binds_for(1)}};
    }
    case 2:
      return {{"sql", fmt::format("SELECT {0}, typeof({0}), quote({0}) "
                                  "FROM {1}{2}",
                                  column, table.name, order)}};
    case 3: {
      const auto aggregate =
          *element<std::string>("COUNT(*)", "COUNT(%)", "MIN(%)", "MAX(%)", "SUM(%)", "AVG(%)",
                                "TOTAL(%)", "COUNT(DISTINCT %)");
      std::string call = aggregate;
      if (const std::size_t at = call.find('%'); at != std::string::npos)
        call.replace(at, 1, column);
      return {{"sql", fmt::format("SELECT {} AS a FROM {}", call, table.name)}};
    }
    default:
      return {{"sql", fmt::format("SELECT a.id, b.id FROM {0} a JOIN {0} b ON a.{1} = b.{1} "
                                  "ORDER BY a.id, b.id LIMIT 20",
                                  table.name, column)}};
  }
}

Json an_update(const Table& table) {
  const std::string& column = a_column_of(table);
  std::string sql =
      fmt::format("UPDATE {}{} SET {} = ?",
                  *weightedElement<std::string>({{8, ""}, {1, "OR IGNORE "}, {1, "OR REPLACE "}}),
                  table.name, column);
  Json bind = binds_for(1);
  if (!one_in(4)) {
    sql += fmt::format(" WHERE {} = ?", a_column_of(table));
    bind.push_back(*any_small_value());
  }
  return {{"sql", sql}, {"bind", bind}};
}

Json a_delete(const Table& table) {
  if (one_in(6)) return {{"sql", "DELETE FROM " + table.name}};
  return {{"sql", fmt::format("DELETE FROM {} WHERE {} = ?", table.name, a_column_of(table))},
          {"bind", binds_for(1)}};
}

Json a_schema_change(const Table& table) {
  const std::string& column = a_column_of(table);
  const auto kind = *inRange(0, 8);
  const auto sql = [&]() -> std::string {
    switch (kind) {
      case 0: return fmt::format("CREATE INDEX i_{0}_{1} ON {0}({1})", table.name, column);
      case 1: return fmt::format("CREATE UNIQUE INDEX u_{0}_{1} ON {0}({1})", table.name, column);
      case 2: return fmt::format("ALTER TABLE {} ADD COLUMN extra TEXT DEFAULT 'e'", table.name);
      case 3: return fmt::format("DROP INDEX i_{}_{}", table.name, column);
      case 4: return table.create_sql;
      case 5:
        return fmt::format("CREATE VIEW IF NOT EXISTS v AS SELECT {} FROM {}", column, table.name);
      case 6: return "SELECT * FROM v ORDER BY 1";
      default:
        return fmt::format(
            "CREATE TRIGGER IF NOT EXISTS g_{0} BEFORE DELETE ON {0} "
            "WHEN old.{1} = 'x' BEGIN SELECT RAISE(ABORT, 'not this'); END",
            table.name, column);
    }
  };
  return {{"sql", sql()}};
}

Json a_statement(const Schema& schema) {
  return one_in(6) ? an_odd_statement(schema) : a_table_statement(schema);
}

Json a_query(Json statement) {
  statement["op"] = "query";
  statement["as"] = *element<std::string>("all", "all", "run", "raw", "first");
  return statement;
}

Json a_batch(const Schema& schema) {
  Json statements = Json::array();
  const auto count = *inRange(0, 5);
  for (int i = 0; i < count; ++i) statements.push_back(a_statement(schema));
  return {{"op", "batch"}, {"statements", statements}};
}

// Lines without parameters.
Json an_exec(const Schema& schema) {
  std::vector<std::string> lines;
  const auto count = *inRange(1, 4);
  for (int i = 0; i < count; ++i) {
    const Table& table = a_table_of(schema);
    lines.push_back(*element<std::string>(
        fmt::format("INSERT INTO {} (id) VALUES (5)", table.name), "SELECT 1", "SELEC 1",
        fmt::format("DELETE FROM {} WHERE id = 5", table.name), "CREATE TABLE IF NOT EXISTS t9 (a)",
        "SELECT 1; SELECT 2;", "CREATE TABLE t8 ("));
  }
  return {{"op", "exec"}, {"text", joined(lines, "\n")}};
}

// Several statements in one text.
Json several(const Schema& schema) {
  std::vector<std::string> texts;
  const auto count = *inRange(2, 4);
  for (int i = 0; i < count; ++i) {
    const Table& table = a_table_of(schema);
    texts.push_back(*element<std::string>(
        fmt::format("INSERT INTO {} (id) VALUES (6)", table.name),
        fmt::format("INSERT OR IGNORE INTO {} (id) VALUES (7)", table.name),
        fmt::format("SELECT id FROM {} ORDER BY id", table.name),
        fmt::format("DELETE FROM {} WHERE id = 6", table.name), "SELECT 1 AS one",
        "SELECT nothing FROM nowhere", " -- a comment\n SELECT 2 AS two", "SELECT ?1 AS bound"));
  }
  Json statement = {{"sql", joined(texts, *element<std::string>(";", "; ", ";\n"))}};
  if (one_in(3)) statement["bind"] = binds_for(1);
  return statement;
}

}  // namespace

rc::Gen<Json> any_bound_value() {
  return weightedOneOf<Json>(
      {{4, element<Json>(0, 1, -1, 5, 2'147'483'648, 9'007'199'254'740'991, 9'007'199'254'740'992,
                         9'007'199'254'740'993, -9'007'199'254'740'993, INT64_MAX)},
       {4, element<Json>(0.5, -2.25, 1e-7, 0.1, 1e15, 123456789.125, 1e300, 5e-324)},
       {2, element<Json>(Json{{"number", "NaN"}}, Json{{"number", "Infinity"}},
                         Json{{"number", "-Infinity"}}, Json{{"number", "-0"}})},
       {4, element<Json>("", "plain", "\u00E9\u65E5\U0001F600", std::string("a\0b", 3), "5", "5.0",
                         " 7 ", "it's \"quoted\"", "\uFEFFbom", "%_\\")},
       {1, just(text_json("a\xED\xA0\x80z"))},
       {2, element<Json>(bytes_json(""), bytes_json("abc"), bytes_json(std::string("\0\xFF", 2)))},
       {2, element<Json>(true, false)},
       {1, just(Json())}});
}

Json a_table_statement(const Schema& schema) {
  const Table& table = a_table_of(schema);
  switch (*weightedElement<int>({{9, 0}, {8, 1}, {3, 2}, {2, 3}, {2, 4}, {1, 5}})) {
    case 0: return an_insert(table);
    case 1: return a_select(table);
    case 2: return an_update(table);
    case 3: return a_delete(table);
    case 4: return several(schema);
    default: return a_schema_change(table);
  }
}

rc::Gen<Json> any_d1_operation(const Schema& schema) {
  return rc::gen::exec([schema]() -> Json {
    switch (*weightedElement<int>({{12, 0}, {3, 1}, {1, 2}})) {
      case 0: return a_query(a_statement(schema));
      case 1: return a_batch(schema);
      default: return an_exec(schema);
    }
  });
}

}  // namespace cutover::conformance
