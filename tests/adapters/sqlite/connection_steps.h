// Steps of the connection tests: run a statement that must pass, or one that must fail.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/sqlite/connection.h"

namespace cutover::sqlite {

inline ResultSet run(Connection& connection, std::string_view sql,
                     std::vector<SqlValue> params = {}) {
  auto result = connection.run(Statement{sql, std::move(params)});
  EXPECT_TRUE(result.has_value()) << sql << ": " << result.error().message;
  return result ? std::move(*result) : ResultSet{};
}

inline SqlError error_of(Connection& connection, std::string_view sql,
                         std::vector<SqlValue> params = {}) {
  auto result = connection.run(Statement{sql, std::move(params)});
  EXPECT_FALSE(result.has_value()) << sql << " was expected to fail";
  return result ? SqlError{} : std::move(result.error());
}

inline std::int64_t count(Connection& connection, std::string_view table) {
  const std::string sql = "SELECT count(*) FROM " + std::string(table);
  return as_int(run(connection, sql).rows.at(0).at(0));
}

}  // namespace cutover::sqlite
