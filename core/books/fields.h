// Fields: the fields of one JSON object that the transform knows, found in a single pass.
//
// Of equal keys the last one counts, as in JavaScript. For this folder only: it includes simdjson.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <simdjson.h>

namespace cutover::books {

// Ordered by the length of the JSON key, for a quick look-up (fields.cpp).
enum class Field : std::uint8_t {
  data,
  isbn,
  error,
  title,
  items,
  isbn10,
  isbn13,
  authors,
  cached_at,
  language,
  publisher,
  page_count,
  total_items,
  volume_info,
  categories,
  image_links,
  description,
  published_date,
  authors_detailed,
  industry_identifiers,
};

inline constexpr std::size_t fields_count = 20;

class Fields {
 public:
  explicit Fields(const simdjson::dom::object& object);

  // The key is there, whatever its value, null included.
  [[nodiscard]] bool has(Field field) const { return (present_ & bit(field)) != 0; }

  // One of the keys by which a book is known (docs/TRANSFORM.md section 2, rule 10) is there.
  [[nodiscard]] bool has_any_of_a_book() const;

  // What stands under a key that is there.
  [[nodiscard]] simdjson::dom::element value(Field field) const {
    return values_[static_cast<std::size_t>(field)];
  }

  // The value; nothing when it is absent or null.
  [[nodiscard]] std::optional<simdjson::dom::element> get(Field field) const;

  [[nodiscard]] std::optional<simdjson::dom::object> get_object(Field field) const;
  [[nodiscard]] std::optional<simdjson::dom::array> get_array(Field field) const;
  [[nodiscard]] std::optional<std::string_view> get_text(Field field) const;

 private:
  static std::uint32_t bit(Field field) { return std::uint32_t{1} << static_cast<unsigned>(field); }

  std::uint32_t present_ = 0;
  std::array<simdjson::dom::element, fields_count> values_;
};

// The value as that type; nothing when it has another one.
[[nodiscard]] std::optional<std::string_view> text_of(const simdjson::dom::element& value);
[[nodiscard]] std::optional<simdjson::dom::object> object_of(const simdjson::dom::element& value);
[[nodiscard]] std::optional<simdjson::dom::array> array_of(const simdjson::dom::element& value);

// A number whose value is whole and of magnitude at most 2^53, however it is written.
[[nodiscard]] std::optional<std::int64_t> whole_number_of(const simdjson::dom::element& value);

[[nodiscard]] bool has_duplicate_keys(const simdjson::dom::object& object);

}  // namespace cutover::books
