#include "scenarios/reference/json_tree.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

namespace cutover::reference {
namespace {

// Builds the tree from nlohmann's events. Its parser keeps an explicit stack, so depth costs no
// call stack. Once the document is too deep the builder only listens on, to learn whether the
// rest is JSON.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return add(Json()); }
  bool boolean(bool value) override { return add(Json(value)); }
  bool number_integer(std::int64_t value) override { return add(Json(value)); }
  bool number_unsigned(std::uint64_t value) override {
    // nlohmann calls every non-negative integer unsigned.
    if (value <= static_cast<std::uint64_t>(INT64_MAX)) {
      return add(Json(static_cast<std::int64_t>(value)));
    }
    return add(Json(value));
  }
  // Also for an integer that does not fit 64 bits: the page reads it as a double.
  bool number_float(double value, const std::string&) override { return add(Json(value)); }
  bool string(std::string& value) override { return add(Json(std::move(value))); }
  bool binary(nlohmann::json::binary_t&) override { return false; }  // not part of JSON text

  bool start_object(std::size_t) override { return open(Json(Json::Object())); }
  bool start_array(std::size_t) override { return open(Json(Json::Array())); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(std::string& value) override {
    if (!too_deep_) open_.back().key = std::move(value);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& e) override {
    detail_ = e.what();
    return false;
  }

  bool too_deep() const { return too_deep_; }
  const std::string& detail() const { return detail_; }
  Json take_root() { return std::move(root_); }

 private:
  struct Open {
    Json container;
    std::string key;  // of the member whose value comes next, in an object
  };

  bool open(Json container) {
    if (open_.size() == kDeepestNesting) too_deep_ = true;
    if (!too_deep_) open_.push_back(Open{std::move(container), {}});
    return true;
  }

  bool close() {
    if (too_deep_) return true;
    Json done = std::move(open_.back().container);
    open_.pop_back();
    keep_last_of_each_key(done);
    return add(std::move(done));
  }

  bool add(Json value) {
    if (too_deep_) return true;
    if (open_.empty()) {
      root_ = std::move(value);
      return true;
    }
    Open& parent = open_.back();
    if (auto* array = std::get_if<Json::Array>(&parent.container.content)) {
      array->push_back(std::move(value));
    } else {
      auto& object = std::get<Json::Object>(parent.container.content);
      object.keys.push_back(std::move(parent.key));
      object.values.push_back(std::move(value));
    }
    return true;
  }

  // As JavaScript does: the last value counts, at the place of the first.
  static void keep_last_of_each_key(Json& container) {
    auto* object = std::get_if<Json::Object>(&container.content);
    if (object == nullptr) return;
    Json::Object kept;
    std::map<std::string_view, std::size_t> place;  // by key, in `kept`
    for (std::size_t i = 0; i < object->keys.size(); ++i) {
      const auto [found, is_new] = place.emplace(object->keys[i], kept.values.size());
      if (is_new) {
        kept.values.push_back(std::move(object->values[i]));
      } else {
        kept.values[found->second] = std::move(object->values[i]);
        kept.has_duplicate_keys = true;
      }
    }
    kept.keys.resize(place.size());
    for (const auto& [key, position] : place) kept.keys[position] = key;
    *object = std::move(kept);
  }

  std::vector<Open> open_;
  bool too_deep_ = false;
  std::string detail_;
  Json root_;
};

void write(const Json& value, std::string& out);

void write_array(const Json::Array& array, std::string& out) {
  out += '[';
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (i != 0) out += ',';
    write(array[i], out);
  }
  out += ']';
}

void write_object(const Json::Object& object, std::string& out) {
  out += '{';
  for (std::size_t i = 0; i < object.keys.size(); ++i) {
    if (i != 0) out += ',';
    out += write_json_string(object.keys[i]);
    out += ':';
    write(object.values[i], out);
  }
  out += '}';
}

void write(const Json& value, std::string& out) {
  if (value.is_null()) {
    out += "null";
  } else if (const bool* boolean = std::get_if<bool>(&value.content)) {
    out += *boolean ? "true" : "false";
  } else if (const auto* integer = std::get_if<std::int64_t>(&value.content)) {
    out += std::to_string(*integer);
  } else if (const auto* large = std::get_if<std::uint64_t>(&value.content)) {
    out += std::to_string(*large);
  } else if (const double* real = std::get_if<double>(&value.content)) {
    out += nlohmann::json(*real).dump();  // the shortest text that reads back as this double
  } else if (const std::string* text = value.text()) {
    out += write_json_string(*text);
  } else if (const Json::Array* array = value.array()) {
    write_array(*array, out);
  } else if (const Json::Object* object = value.object()) {
    write_object(*object, out);
  }
}

double as_double(const Json& number) {
  if (const auto* integer = std::get_if<std::int64_t>(&number.content)) {
    return static_cast<double>(*integer);
  }
  if (const auto* large = std::get_if<std::uint64_t>(&number.content)) {
    return static_cast<double>(*large);
  }
  return std::get<double>(number.content);
}

bool same_number(const Json& left, const Json& right) {
  const bool one_is_real =
      std::holds_alternative<double>(left.content) || std::holds_alternative<double>(right.content);
  if (one_is_real) return as_double(left) == as_double(right);
  // Two integers: those above the greatest int64 are of the other type, so types decide.
  if (left.content.index() != right.content.index()) return false;
  if (const auto* integer = std::get_if<std::int64_t>(&left.content)) {
    return *integer == std::get<std::int64_t>(right.content);
  }
  return std::get<std::uint64_t>(left.content) == std::get<std::uint64_t>(right.content);
}

bool same_objects(const Json::Object& left, const Json::Object& right) {
  const auto by_key = [](const Json::Object& object) {
    std::map<std::string_view, const Json*> values;
    for (std::size_t i = 0; i < object.keys.size(); ++i) {
      values.emplace(object.keys[i], &object.values[i]);
    }
    return values;
  };
  const auto ours = by_key(left);
  const auto theirs = by_key(right);
  return std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end(),
                    [](const auto& one, const auto& other) {
                      return one.first == other.first && same_json(*one.second, *other.second);
                    });
}

}  // namespace

bool Json::is_null() const {
  return std::holds_alternative<std::nullptr_t>(content);
}

bool Json::is_number() const {
  return std::holds_alternative<std::int64_t>(content) ||
         std::holds_alternative<std::uint64_t>(content) || std::holds_alternative<double>(content);
}

const std::string* Json::text() const {
  return std::get_if<std::string>(&content);
}
const Json::Array* Json::array() const {
  return std::get_if<Array>(&content);
}
const Json::Object* Json::object() const {
  return std::get_if<Object>(&content);
}

const Json* Json::find(std::string_view key) const {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  for (std::size_t i = 0; i < members->keys.size(); ++i) {
    if (members->keys[i] == key) return &members->values[i];
  }
  return nullptr;
}

bool Json::has(std::string_view key) const {
  return find(key) != nullptr;
}

JsonReading read_json(std::string_view text) {
  JsonReading reading;
  // nlohmann skips a byte order mark, and takes a zero byte between tokens for the end of the
  // text; RFC 8259 allows neither.
  if (text.substr(0, 3) == "\xEF\xBB\xBF") {
    reading.ending = JsonReading::Ending::malformed;
    reading.detail = "starts with a byte order mark";
    return reading;
  }
  if (text.find('\0') != std::string_view::npos) {
    reading.ending = JsonReading::Ending::malformed;
    reading.detail = "holds a zero byte";
    return reading;
  }
  Builder builder;
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) {
    reading.ending = JsonReading::Ending::malformed;
    reading.detail = builder.detail();
  } else if (builder.too_deep()) {
    reading.ending = JsonReading::Ending::too_deep;
    reading.detail = "more than 64 arrays and objects inside each other";
  } else {
    reading.root = builder.take_root();
  }
  return reading;
}

std::string write_json(const Json& value) {
  std::string out;
  write(value, out);
  return out;
}

std::string write_json_string(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default: {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20) {
          out += "\\u00";
          out += kHex[byte >> 4];
          out += kHex[byte & 0x0F];
        } else {
          out += c;
        }
      }
    }
  }
  return out + '"';
}

std::string write_json_strings(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ',';
    out += write_json_string(text);
  }
  return out + ']';
}

bool same_json(const Json& left, const Json& right) {
  if (left.is_number() && right.is_number()) return same_number(left, right);
  if (left.content.index() != right.content.index()) return false;
  if (const Json::Object* ours = left.object()) return same_objects(*ours, *right.object());
  if (const Json::Array* ours = left.array()) {
    return std::equal(ours->begin(), ours->end(), right.array()->begin(), right.array()->end(),
                      same_json);
  }
  if (const std::string* ours = left.text()) return *ours == *right.text();
  if (const bool* ours = std::get_if<bool>(&left.content)) {
    return *ours == std::get<bool>(right.content);
  }
  return true;  // null and null
}

}  // namespace cutover::reference
