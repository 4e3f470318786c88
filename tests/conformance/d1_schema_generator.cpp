#include "tests/conformance/d1_schema_generator.h"

#include <fmt/format.h>

#include <utility>

namespace cutover::conformance {
namespace {

using rc::gen::element;
using rc::gen::inRange;
using rc::gen::weightedElement;

// A column's own constraint. `%` stands for its name.
rc::Gen<std::string> any_constraint() {
  return weightedElement<std::string>({{8, ""},
                                       {2, " NOT NULL"},
                                       {2, " UNIQUE"},
                                       {1, " DEFAULT 7"},
                                       {1, " DEFAULT 'd'"},
                                       {1, " NOT NULL DEFAULT ''"},
                                       {1, " CHECK(% > 0)"},
                                       {1, " CHECK(% IN ('x', 'y', 1))"},
                                       {1, " CHECK(length(%) < 4)"},
                                       {1, " COLLATE NOCASE"}});
}

std::string with_name(std::string constraint, const std::string& name) {
  const std::size_t at = constraint.find('%');
  return at == std::string::npos ? constraint : constraint.replace(at, 1, name);
}

std::string column_sql(const std::string& name) {
  const auto type =
      *element<std::string>("", " INTEGER", " TEXT", " REAL", " BLOB", " NUMERIC", " VARCHAR(9)");
  return name + type + with_name(*any_constraint(), name);
}

std::string reference_to(const Table& parent) {
  const auto action =
      *element<std::string>("", " ON DELETE CASCADE", " ON DELETE SET NULL", " ON UPDATE CASCADE",
                            " ON DELETE RESTRICT", " DEFERRABLE INITIALLY DEFERRED");
  return fmt::format("parent REFERENCES {}({}){}", parent.name, parent.columns.front(), action);
}

Table a_table(const std::string& name, const std::vector<Table>& before) {
  Table table;
  table.name = name;
  table.key = "id";
  std::vector<std::string> parts;
  const auto identity = *weightedElement<std::string>({{4, "id INTEGER PRIMARY KEY"},
                                                       {2, "id INTEGER PRIMARY KEY AUTOINCREMENT"},
                                                       {3, "id TEXT PRIMARY KEY"},
                                                       {1, "id TEXT PRIMARY KEY NOT NULL"},
                                                       {1, "id"}});
  parts.push_back(identity);
  table.columns.emplace_back("id");
  const auto more = *inRange(1, 4);
  for (int i = 1; i <= more; ++i) {
    table.columns.push_back(fmt::format("c{}", i));
    parts.push_back(column_sql(table.columns.back()));
  }
  if (!before.empty() && before.front().key == "id" && *inRange(0, 2) == 0) {
    table.columns.emplace_back("parent");
    parts.push_back(reference_to(before.front()));
  }
  if (identity == "id") {
    // A key over two columns, or none.
    const bool has_key = *inRange(0, 2) == 0;
    table.key = has_key ? "id, c1" : "";
    if (has_key) parts.emplace_back("PRIMARY KEY (id, c1)");
  } else if (*inRange(0, 5) == 0) {
    parts.emplace_back("UNIQUE (c1, id)");
  }
  const bool without_row_id = identity.find("TEXT") != std::string::npos && *inRange(0, 4) == 0;
  table.create_sql = fmt::format("CREATE TABLE {} ({}){}", name, joined(parts, ", "),
                                 without_row_id ? " WITHOUT ROWID" : "");
  return table;
}

}  // namespace

rc::Gen<Schema> any_schema() {
  return rc::gen::exec([] {
    Schema schema;
    const auto count = *inRange(1, 4);
    for (int i = 1; i <= count; ++i) {
      schema.tables.push_back(a_table(fmt::format("t{}", i), schema.tables));
    }
    return schema;
  });
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  return fmt::format("{}", fmt::join(parts, between));
}

std::string repeated(std::string_view piece, std::size_t count) {
  std::string text;
  while (count-- > 0) text.append(piece);
  return text;
}

std::ostream& operator<<(std::ostream& out, const Schema& schema) {
  for (const Table& table : schema.tables) out << table.create_sql << "; ";
  return out;
}

}  // namespace cutover::conformance
