// Cuts a text into its SQL statements, as the API does before it runs them as one batch.
//
// Semicolons inside of literals, quoted names, comments and trigger bodies do not cut. What is only
// blanks and comments is no statement. The views borrow from `text`.
#pragma once

#include <string_view>
#include <vector>

namespace cutover::simulate {

[[nodiscard]] std::vector<std::string_view> split_sql(std::string_view text);

}  // namespace cutover::simulate
