// A JSON document as a tree of values: the reference's own reading of section 2, rule 3 of
// docs/TRANSFORM.md.
//
// It refuses what the page refuses: a byte order mark, anything that is not RFC 8259, a number
// outside the range of 64-bit integers and doubles, a lone surrogate escape, and more than 64
// arrays and objects inside each other. The tree is never deeper than that, so it may be walked
// recursively. Reading itself is iterative: no input can exhaust the stack.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace cutover::reference {

// One JSON value.
class Json {
 public:
  using Array = std::vector<Json>;
  // keys[i] has values[i]. In the order of the source; a key stands here once, with the last of
  // its values.
  struct Object {
    std::vector<std::string> keys;
    std::vector<Json> values;
    bool has_duplicate_keys = false;  // a key stood twice in the source
  };
  // An integer token is int64, or uint64 when it is greater than the greatest int64. A token with
  // a fraction or an exponent is a double. nullptr is JSON null.
  using Content = std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double,
                               std::string, Array, Object>;

  Json() = default;
  explicit Json(Content value) : content(std::move(value)) {}

  bool is_null() const;
  bool is_number() const;
  // Null pointers when the value is of another type.
  const std::string* text() const;
  const Array* array() const;
  const Object* object() const;

  // The value of `key`, or a null pointer when this is no object or does not have the key. A key
  // whose value is null is there.
  const Json* find(std::string_view key) const;
  bool has(std::string_view key) const;

  Content content = nullptr;
};

struct JsonReading {
  enum class Ending { read, malformed, too_deep };
  Ending ending = Ending::read;
  std::string detail;  // empty when read; else where and what, for people
  Json root;           // null unless read
};

inline constexpr std::size_t kDeepestNesting = 64;

// `text` must be valid UTF-8. A document that is both malformed and too deep is malformed.
JsonReading read_json(std::string_view text);

// Compact JSON, escaped as section 3 says.
std::string write_json(const Json& value);
std::string write_json_string(std::string_view text);
std::string write_json_strings(const std::vector<std::string>& texts);

// Equal as JSON: numbers by value (1 and 1.0 are equal), objects without regard to the order of
// their keys.
bool same_json(const Json& left, const Json& right);

}  // namespace cutover::reference
