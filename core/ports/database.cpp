#include "core/ports/database.h"

#include "core/ports/check.h"

namespace cutover {

std::int64_t as_int(const SqlValue& value, std::int64_t if_null) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* real = std::get_if<double>(&value)) return static_cast<std::int64_t>(*real);
  CUTOVER_CHECK(is_null(value), "a number was expected in this column");
  return if_null;
}

std::string_view as_text(const SqlValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  CUTOVER_CHECK(is_null(value), "a text was expected in this column");
  return {};
}

bool is_null(const SqlValue& value) {
  return std::holds_alternative<std::monostate>(value);
}

SqlValue text_or_null(std::string_view text) {
  if (text.empty()) return std::monostate{};
  return std::string(text);
}

}  // namespace cutover
