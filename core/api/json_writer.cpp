#include "core/api/json_writer.h"

#include <charconv>
#include <cmath>

#include "core/api/text_rules.h"
#include "core/books/json_text.h"
#include "core/ports/check.h"

namespace cutover::api {

void JsonWriter::before_value() {
  if (needs_comma_) json_ += ',';
  needs_comma_ = true;
}

JsonWriter& JsonWriter::open(char bracket) {
  before_value();
  json_ += bracket;
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  json_ += bracket;
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  text(name);
  json_ += ':';
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  before_value();
  if (is_utf8(value)) {
    books::append_json_string(json_, value);
  } else {
    books::append_json_string(json_, printable(value, value.size()));
  }
  return *this;
}

JsonWriter& JsonWriter::number(std::int64_t value) {
  before_value();
  json_ += std::to_string(value);
  return *this;
}

JsonWriter& JsonWriter::real(double value) {
  if (!std::isfinite(value)) return null();
  before_value();
  char digits[32];
  const auto written = std::to_chars(digits, digits + sizeof digits, value);
  CUTOVER_CHECK(written.ec == std::errc(), "a double has at most 24 characters");
  json_.append(digits, written.ptr);
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
  before_value();
  json_ += value ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::null() {
  before_value();
  json_ += "null";
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  before_value();
  json_ += json;
  return *this;
}

JsonWriter& JsonWriter::maybe_text(std::string_view name, const std::optional<std::string>& value) {
  key(name);
  return value ? text(*value) : null();
}

JsonWriter& JsonWriter::maybe_number(std::string_view name,
                                     const std::optional<std::int64_t>& value) {
  key(name);
  return value ? number(*value) : null();
}

JsonWriter& JsonWriter::members(std::string_view object_json) {
  CUTOVER_CHECK(object_json.size() >= 2 && object_json.front() == '{' && object_json.back() == '}',
                "members come from a JSON object");
  const std::string_view inside = object_json.substr(1, object_json.size() - 2);
  if (!inside.empty()) raw(inside);
  return *this;
}

}  // namespace cutover::api
