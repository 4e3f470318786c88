// Random small schemas for the operations on D1: a few tables from a grammar of column types, keys
// and constraints.
#pragma once

#include <rapidcheck.h>

#include <ostream>
#include <string>
#include <vector>

namespace cutover::conformance {

struct Table {
  std::string name;
  std::vector<std::string> columns;
  std::string key;  // columns of a PRIMARY KEY or UNIQUE, for ON CONFLICT; empty: none
  std::string create_sql;
};

struct Schema {
  std::vector<Table> tables;  // in the order in which they can be created
};

[[nodiscard]] rc::Gen<Schema> any_schema();

// Words that more than one generator of SQL needs.
[[nodiscard]] std::string joined(const std::vector<std::string>& parts, std::string_view between);
[[nodiscard]] std::string repeated(std::string_view piece, std::size_t count);

std::ostream& operator<<(std::ostream& out, const Schema& schema);

}  // namespace cutover::conformance
