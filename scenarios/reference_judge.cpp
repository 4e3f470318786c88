#include "scenarios/reference_judge.h"

#include "core/store/book_statements.h"
#include "scenarios/reference/reference_transform.h"

namespace cutover::scenarios {
namespace {

reference::Columns by_name(const migrate::Columns& columns) {
  reference::Columns named;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    named.emplace(store::book_columns()[i], columns[i]);
  }
  return named;
}

}  // namespace

std::optional<migrate::Columns> ReferenceJudge::expected(std::string_view key,
                                                         std::string_view value,
                                                         std::optional<std::int64_t> expires_at) {
  reference::Result result = reference::transform(key, value, expires_at);
  if (result.kind != reference::Result::Kind::row) return std::nullopt;
  migrate::Columns columns;
  columns.reserve(store::book_columns().size());
  for (const std::string_view name : store::book_columns()) {
    if (name == "isbn") {
      columns.emplace_back(result.isbn);
    } else {
      columns.push_back(std::move(result.columns.at(std::string(name))));
    }
  }
  return columns;
}

bool ReferenceJudge::preferred(const migrate::Columns& candidate, const migrate::Columns& current) {
  return reference::preferred(by_name(candidate), by_name(current));
}

bool ReferenceJudge::same(std::string_view column, const std::optional<std::string>& left,
                          const std::optional<std::string>& right) {
  return reference::same_value(std::string(column), left, right);
}

}  // namespace cutover::scenarios
