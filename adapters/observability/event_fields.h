// Typed reads of the fields of a telemetry event. A field that is missing reads as 0 or "".
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/ports/telemetry.h"

namespace cutover::observability {

inline std::int64_t number_in(std::span<const Field> fields, std::string_view name) {
  for (const Field& field : fields) {
    if (field.name != name) continue;
    const auto* number = std::get_if<std::int64_t>(&field.value);
    return number ? *number : 0;
  }
  return 0;
}

inline std::string_view text_in(std::span<const Field> fields, std::string_view name) {
  for (const Field& field : fields) {
    if (field.name != name) continue;
    const auto* text = std::get_if<std::string_view>(&field.value);
    return text ? *text : std::string_view();
  }
  return {};
}

}  // namespace cutover::observability
