// JsonWriter: JSON by appending, in the order of the calls.
//
// It puts the commas; that objects and arrays are closed is the caller's part. Whatever text comes
// in, what goes out is valid JSON: bytes that are not UTF-8 are written as question marks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cutover::api {

class JsonWriter {
 public:
  JsonWriter() = default;
  explicit JsonWriter(std::size_t bytes) { json_.reserve(bytes); }  // about so many are to come

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& text(std::string_view value);
  JsonWriter& number(std::int64_t value);
  JsonWriter& real(double value);  // null when it is no finite number
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  JsonWriter& raw(std::string_view json);  // one value that is JSON already

  // key and value
  JsonWriter& text(std::string_view name, std::string_view value) { return key(name).text(value); }
  JsonWriter& number(std::string_view name, std::int64_t value) { return key(name).number(value); }
  JsonWriter& real(std::string_view name, double value) { return key(name).real(value); }
  JsonWriter& boolean(std::string_view name, bool value) { return key(name).boolean(value); }
  JsonWriter& raw(std::string_view name, std::string_view json) { return key(name).raw(json); }
  JsonWriter& maybe_text(std::string_view name, const std::optional<std::string>& value);
  JsonWriter& maybe_number(std::string_view name, const std::optional<std::int64_t>& value);

  // Members of an object that was written before, without its braces; `{}` adds nothing.
  JsonWriter& members(std::string_view object_json);

  // What was written; the writer is empty then.
  [[nodiscard]] std::string take() { return std::exchange(json_, {}); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void before_value();

  std::string json_;
  bool needs_comma_ = false;
};

}  // namespace cutover::api
