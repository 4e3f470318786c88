#include "core/books/fields.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace cutover::books {
namespace {

namespace dom = simdjson::dom;

// In the order of Field.
constexpr std::array<std::string_view, fields_count> names = {
    "data",       "isbn",        "error",         "title",           "items",
    "isbn10",     "isbn13",      "authors",       "cachedAt",        "language",
    "publisher",  "pageCount",   "totalItems",    "volumeInfo",      "categories",
    "imageLinks", "description", "publishedDate", "authorsDetailed", "industryIdentifiers",
};
constexpr std::size_t name_length_max = names.back().size();

constexpr bool is_shorter(std::string_view left, std::string_view right) {
  return left.size() < right.size();
}
static_assert(std::is_sorted(names.begin(), names.end(), is_shorter));
static_assert(static_cast<std::size_t>(Field::industry_identifiers) + 1 == fields_count);

// first_of_length[n] is the place of the first name of at least n characters.
constexpr auto first_of_length = [] {
  std::array<std::size_t, name_length_max + 2> first{};
  for (std::size_t length = 0; length < first.size(); ++length) {
    while (first[length] < names.size() && names[first[length]].size() < length) {
      ++first[length];
    }
  }
  return first;
}();

constexpr std::array book_fields = {
    Field::title,       Field::authors,        Field::isbn,
    Field::isbn10,      Field::isbn13,         Field::industry_identifiers,
    Field::publisher,   Field::published_date, Field::description,
    Field::image_links, Field::page_count,
};

std::size_t place_of(std::string_view name) {
  if (name.size() > name_length_max) {
    return fields_count;
  }
  for (std::size_t place = first_of_length[name.size()]; place < first_of_length[name.size() + 1];
       ++place) {
    if (names[place] == name) {
      return place;
    }
  }
  return fields_count;
}

}  // namespace

Fields::Fields(const dom::object& object) {
  for (const dom::key_value_pair field : object) {
    const std::size_t place = place_of(field.key);
    if (place < fields_count) {
      present_ |= bit(static_cast<Field>(place));
      values_[place] = field.value;
    }
  }
}

bool Fields::has_any_of_a_book() const {
  return std::any_of(book_fields.begin(), book_fields.end(),
                     [this](Field field) { return has(field); });
}

std::optional<dom::element> Fields::get(Field field) const {
  if (!has(field) || value(field).is_null()) {
    return std::nullopt;
  }
  return value(field);
}

std::optional<dom::object> Fields::get_object(Field field) const {
  return has(field) ? object_of(value(field)) : std::nullopt;
}

std::optional<dom::array> Fields::get_array(Field field) const {
  return has(field) ? array_of(value(field)) : std::nullopt;
}

std::optional<std::string_view> Fields::get_text(Field field) const {
  return has(field) ? text_of(value(field)) : std::nullopt;
}

std::optional<std::string_view> text_of(const dom::element& value) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS ? std::optional(text) : std::nullopt;
}

std::optional<dom::object> object_of(const dom::element& value) {
  dom::object object;
  return value.get(object) == simdjson::SUCCESS ? std::optional(object) : std::nullopt;
}

std::optional<dom::array> array_of(const dom::element& value) {
  dom::array array;
  return value.get(array) == simdjson::SUCCESS ? std::optional(array) : std::nullopt;
}

std::optional<std::int64_t> whole_number_of(const dom::element& value) {
  constexpr double magnitude_max = 9007199254740992.0;  // 2^53
  std::int64_t whole = 0;
  if (value.get(whole) == simdjson::SUCCESS) {
    constexpr auto whole_max = static_cast<std::int64_t>(magnitude_max);
    return whole >= -whole_max && whole <= whole_max ? std::optional(whole) : std::nullopt;
  }
  double number = 0;  // an unsigned one, too, is here: it exceeds what is allowed
  if (value.get(number) != simdjson::SUCCESS || std::trunc(number) != number ||
      std::fabs(number) > magnitude_max) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(number);
}

bool has_duplicate_keys(const dom::object& object) {
  // Books have about a dozen keys; anything may come from outside, so many keys are sorted.
  constexpr std::size_t few_max = 24;
  std::array<std::string_view, few_max> few;
  std::size_t count = 0;
  for (const dom::key_value_pair field : object) {
    if (count == few_max) {
      count = few_max + 1;
      break;
    }
    const auto* const end = few.begin() + count;
    if (std::find(few.begin(), few.begin() + count, field.key) != end) {
      return true;
    }
    few[count++] = field.key;
  }
  if (count <= few_max) {
    return false;
  }
  std::vector<std::string_view> many;
  for (const dom::key_value_pair field : object) {
    many.push_back(field.key);
  }
  std::sort(many.begin(), many.end());
  return std::adjacent_find(many.begin(), many.end()) != many.end();
}

}  // namespace cutover::books
