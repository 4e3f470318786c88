// ReferenceJudge: the comparison's Judge, by the reference transform.
#pragma once

#include "core/migrate/comparison.h"

namespace cutover::scenarios {

class ReferenceJudge final : public migrate::Judge {
 public:
  std::optional<migrate::Columns> expected(std::string_view key, std::string_view value,
                                           std::optional<std::int64_t> expires_at) override;
  [[nodiscard]] bool preferred(const migrate::Columns& candidate,
                               const migrate::Columns& current) override;
  [[nodiscard]] bool same(std::string_view column, const std::optional<std::string>& left,
                          const std::optional<std::string>& right) override;
};

}  // namespace cutover::scenarios
