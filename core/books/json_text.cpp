#include "core/books/json_text.h"

#include <cstddef>
#include <map>

#include <simdjson.h>

#include "core/books/fields.h"

namespace cutover::books {
namespace {

namespace dom = simdjson::dom;

constexpr char hex_digits[] = "0123456789abcdef";

bool needs_escape(char character) {
  return static_cast<unsigned char>(character) < 0x20 || character == '"' || character == '\\';
}

void append_escaped(std::string& json, char character) {
  json += '\\';
  switch (character) {
    case '"':
    case '\\': json += character; return;
    case '\b': json += 'b'; return;
    case '\f': json += 'f'; return;
    case '\n': json += 'n'; return;
    case '\r': json += 'r'; return;
    case '\t': json += 't'; return;
    default: break;
  }
  const auto code = static_cast<unsigned char>(character);
  json += "u00";
  json += hex_digits[code >> 4];
  json += hex_digits[code & 15];
}

void append_field(std::string& json, char& separator, std::string_view key,
                  const dom::element& value) {
  json += separator;
  separator = ',';
  append_json_string(json, key);
  json += ':';
  append_json(json, value);
}

void append_object(std::string& json, const dom::object& object) {
  char separator = '{';
  if (!has_duplicate_keys(object)) {
    for (const dom::key_value_pair field : object) {
      append_field(json, separator, field.key, field.value);
    }
  } else {
    std::map<std::string_view, dom::element> last;
    for (const dom::key_value_pair field : object) {
      last.insert_or_assign(field.key, field.value);
    }
    for (const dom::key_value_pair field : object) {
      if (const auto found = last.find(field.key); found != last.end()) {
        append_field(json, separator, field.key, found->second);
        last.erase(found);
      }
    }
  }
  json += separator == '{' ? "{}" : "}";
}

void append_array(std::string& json, const dom::array& array) {
  char separator = '[';
  for (const dom::element item : array) {
    json += separator;
    separator = ',';
    append_json(json, item);
  }
  json += separator == '[' ? "[]" : "]";
}

}  // namespace

void append_json_string(std::string& json, std::string_view text) {
  json += '"';
  std::size_t copied = 0;
  for (std::size_t place = 0; place < text.size(); ++place) {
    if (needs_escape(text[place])) {
      json += text.substr(copied, place - copied);
      append_escaped(json, text[place]);
      copied = place + 1;
    }
  }
  json += text.substr(copied);
  json += '"';
}

void append_json(std::string& json, const dom::element& value) {
  if (const auto object = object_of(value)) {
    append_object(json, *object);
  } else if (const auto array = array_of(value)) {
    append_array(json, *array);
  } else if (const auto text = text_of(value)) {
    append_json_string(json, *text);
  } else {
    json += simdjson::minify(value);  // a number, true, false or null
  }
}

}  // namespace cutover::books
