#include "core/api/body.h"

#include <algorithm>

#include <simdjson.h>

#include "core/api/text_rules.h"
#include "core/books/json_document.h"

namespace cutover::api {
namespace {

namespace dom = simdjson::dom;

// Never deeper than books::json_depth_max calls: the parser refused what is deeper.
std::size_t depth_of(const dom::element& value) {
  std::size_t inside = 0;
  if (dom::array array; value.get_array().get(array) == simdjson::SUCCESS) {
    for (const dom::element item : array) inside = std::max(inside, depth_of(item));
    return inside + 1;
  }
  if (dom::object object; value.get_object().get(object) == simdjson::SUCCESS) {
    for (const dom::key_value_pair field : object) inside = std::max(inside, depth_of(field.value));
    return inside + 1;
  }
  return 0;
}

BodyValue plain(const dom::element& value) {
  switch (value.type()) {
    case dom::element_type::NULL_VALUE: return JsonNull{};
    case dom::element_type::BOOL: return bool{value.get_bool()};
    case dom::element_type::INT64: return std::int64_t{value.get_int64()};
    case dom::element_type::STRING: return std::string(std::string_view(value.get_string()));
    case dom::element_type::ARRAY:
    case dom::element_type::OBJECT:
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE: break;
  }
  return OtherJson{};
}

std::string list_of(std::span<const std::string_view> names) {
  std::string text;
  for (const std::string_view name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

template <class T>
Checked<std::optional<T>> typed(const BodyValue* value, std::string_view name, const char* type) {
  if (value == nullptr) return std::optional<T>();
  const T* right = std::get_if<T>(value);
  if (right == nullptr) {
    return bad_request("the field \"" + std::string(name) + "\" must be " + type);
  }
  return std::optional<T>(*right);
}

}  // namespace

Checked<Body> Body::parse(std::string_view bytes, std::size_t depth_max,
                          std::span<const std::string_view> fields) {
  books::JsonDocument document;
  if (const auto rejected = document.parse(bytes)) {
    return refuse(400, "INVALID_JSON",
                  "the body is no JSON that this service reads: " + rejected->detail);
  }
  if (depth_of(document.root()) > depth_max) {
    return refuse(400, "INVALID_JSON",
                  "the body nests arrays and objects deeper than " + std::to_string(depth_max));
  }
  dom::object object;
  if (document.root().get_object().get(object) != simdjson::SUCCESS) {
    return refuse(400, "INVALID_JSON", "the body must be a JSON object");
  }
  Body body;
  for (const dom::key_value_pair field : object) {
    if (std::find(fields.begin(), fields.end(), field.key) == fields.end()) {
      return bad_request("unknown field " + shown(field.key) + "; known: " + list_of(fields));
    }
    if (body.has(field.key)) {
      return bad_request("the field " + shown(field.key) + " stands in the body twice");
    }
    body.values_.emplace_back(field.key, plain(field.value));
  }
  return body;
}

const BodyValue* Body::find(std::string_view name) const {
  for (const auto& [key, value] : values_) {
    if (key == name) return &value;
  }
  return nullptr;
}

bool Body::is_null(std::string_view name) const {
  const BodyValue* value = find(name);
  return value != nullptr && std::holds_alternative<JsonNull>(*value);
}

Checked<std::optional<std::string>> Body::text(std::string_view name) const {
  return typed<std::string>(find(name), name, "a text");
}

Checked<std::optional<std::int64_t>> Body::number(std::string_view name) const {
  return typed<std::int64_t>(find(name), name, "a whole number");
}

Checked<std::optional<bool>> Body::boolean(std::string_view name) const {
  return typed<bool>(find(name), name, "true or false");
}

}  // namespace cutover::api
