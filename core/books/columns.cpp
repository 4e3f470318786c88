#include "core/books/columns.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>

#include "core/books/date.h"
#include "core/books/json_text.h"
#include "core/books/text.h"

namespace cutover::books {
namespace {

namespace dom = simdjson::dom;

constexpr std::int64_t page_count_max = 100'000;

// What became of a field that should be a list of texts.
struct TextList {
  std::string json;  // an array, possibly "[]"
  bool cleaned = false;
  bool not_array = false;
};

void fill_title(const Fields& book, BookRow& row, Marks& marks) {
  const auto value = book.get(Field::title);
  const auto text = value ? text_of(*value) : std::nullopt;
  if (text && !is_blank(*text)) {
    row.title = *text;
    return;
  }
  if (value && !text) {
    marks.add(Mark::title_not_text);
    if (value->is_int64() || value->is_uint64()) {
      append_json(row.title, *value);
      return;
    }
  }
  marks.add(Mark::title_missing);
}

void append_item(std::string& json, std::string_view text) {
  if (json.size() > 1) {
    json += ',';
  }
  append_json_string(json, text);
}

TextList read_list(const std::optional<dom::element>& value) {
  TextList list{.json = "["};
  if (const auto array = value ? array_of(*value) : std::nullopt) {
    for (const dom::element item : *array) {
      const auto text = text_of(item);
      if (text && !is_blank(*text)) {
        append_item(list.json, *text);
      } else {
        list.cleaned = true;
      }
    }
  } else if (value) {
    const auto text = text_of(*value);
    list.not_array = !text || !is_blank(*text);
    if (text && list.not_array) {
      append_item(list.json, *text);
    }
  }
  list.json += ']';
  return list;
}

void fill_authors(const Fields& book, BookRow& row, Marks& marks) {
  TextList list = read_list(book.get(Field::authors));
  if (list.cleaned) {
    marks.add(Mark::authors_cleaned);
  }
  if (list.not_array) {
    marks.add(Mark::authors_not_array);
  }
  if (list.json == "[]") {
    marks.add(Mark::authors_missing);
  }
  row.authors = std::move(list.json);
}

void fill_categories(const Fields& book, BookRow& row, Marks& marks) {
  TextList list = read_list(book.get(Field::categories));
  if (list.cleaned) {
    marks.add(Mark::categories_cleaned);
  }
  if (list.not_array) {
    marks.add(Mark::categories_not_array);
  }
  if (list.json != "[]") {
    row.categories = std::move(list.json);
  }
}

void fill_authors_detailed(const Fields& book, BookRow& row, Marks& marks) {
  const auto value = book.get(Field::authors_detailed);
  if (!value) {
    return;
  }
  if (value->is_array() || value->is_object()) {
    append_json(row.authors_detailed.emplace(), *value);
  } else {
    marks.add(Mark::authors_detailed_invalid);
  }
}

// Blank or absent: nothing. No text: nothing, and the mark.
std::optional<std::string> read_text(const Fields& book, Field field, Mark not_text, Marks& marks) {
  const auto value = book.get(field);
  if (!value) {
    return std::nullopt;
  }
  const auto text = text_of(*value);
  if (!text) {
    marks.add(not_text);
    return std::nullopt;
  }
  return is_blank(*text) ? std::nullopt : std::optional<std::string>(*text);
}

void fill_date_from_text(std::string_view text, BookRow& row, Marks& marks) {
  if (is_blank(text)) {
    return;
  }
  const DateReading reading = read_date(text);
  row.publication_year = reading.year;
  row.published_date = text;
  marks.add(reading.marks);
}

// Some exports wrap a date: {"$date": "..."}. The last of equal keys counts.
std::optional<std::string_view> wrapped_date(const dom::element& value) {
  const auto object = object_of(value);
  if (!object) {
    return std::nullopt;
  }
  std::optional<std::string_view> date;
  for (const dom::key_value_pair field : *object) {
    if (field.key == "$date") {
      date = text_of(field.value);
    }
  }
  return date;
}

void fill_date(const Fields& book, BookRow& row, Marks& marks) {
  const auto value = book.get(Field::published_date);
  if (!value) {
    return;
  }
  if (const auto text = text_of(*value)) {
    fill_date_from_text(*text, row, marks);
    return;
  }
  marks.add(Mark::date_not_text);
  if (const auto number = whole_number_of(*value)) {
    const DateReading reading = read_date(*number);
    row.publication_year = reading.year;
    row.published_date = std::to_string(*number);
    marks.add(reading.marks);
  } else if (const auto text = wrapped_date(*value)) {
    fill_date_from_text(*text, row, marks);
  } else {
    marks.add(Mark::date_unparsed);
  }
}

void fill_page_count(const Fields& book, BookRow& row, Marks& marks) {
  const auto value = book.get(Field::page_count);
  if (!value) {
    return;
  }
  std::optional<std::int64_t> count = whole_number_of(*value);
  const auto text = text_of(*value);
  if (text) {
    if (is_blank(*text)) {
      return;
    }
    constexpr std::size_t digits_max = 6;
    if (text->size() <= digits_max && is_digits(*text)) {
      std::int64_t number = 0;
      std::from_chars(text->data(), text->data() + text->size(), number);  // digits only: no error
      count = number;
    }
  }
  if (!count || *count < 0 || *count > page_count_max) {
    marks.add(Mark::page_count_invalid);
    return;
  }
  if (text) {
    marks.add(Mark::page_count_not_number);
  }
  if (*count == 0) {
    marks.add(Mark::page_count_unknown);
  } else {
    row.page_count = count;
  }
}

// The sizes of imageLinks, the best first.
constexpr std::array<std::string_view, 6> image_sizes = {
    "extraLarge", "large", "medium", "small", "thumbnail", "smallThumbnail"};
constexpr std::size_t thumbnail_place = 4;

std::optional<std::string> image_url(std::string_view url) {
  constexpr std::string_view insecure = "http://books.google.";
  if (url.substr(0, insecure.size()) != insecure) {
    return std::string(url);
  }
  std::string secure = "https";
  secure += url.substr(4);
  return secure;
}

void fill_images(const Fields& book, BookRow& row, Marks& marks) {
  const auto value = book.get(Field::image_links);
  if (!value) {
    return;
  }
  const auto links = object_of(*value);
  if (!links) {
    marks.add(Mark::image_links_not_object);
    return;
  }
  std::array<std::string_view, image_sizes.size()> urls;
  for (const dom::key_value_pair link : *links) {
    const auto* const size = std::find(image_sizes.begin(), image_sizes.end(), link.key);
    if (size != image_sizes.end()) {
      urls[static_cast<std::size_t>(size - image_sizes.begin())] =
          text_of(link.value).value_or(std::string_view());
    }
  }
  const auto is_given = [](std::string_view url) { return !is_blank(url); };
  const auto* const thumbnail = std::find_if(urls.begin() + thumbnail_place, urls.end(), is_given);
  const auto* const cover = std::find_if(urls.begin(), urls.end(), is_given);
  if (cover != urls.end()) {
    row.cover_url = image_url(*cover);
  }
  if (thumbnail != urls.end()) {
    row.thumbnail_url = image_url(*thumbnail);
  }
}

}  // namespace

void fill_columns(const Fields& book, BookRow& row, Marks& marks) {
  fill_title(book, row, marks);
  fill_authors(book, row, marks);
  fill_authors_detailed(book, row, marks);
  fill_date(book, row, marks);
  row.publisher = read_text(book, Field::publisher, Mark::publisher_not_text, marks);
  fill_page_count(book, row, marks);
  row.language = read_text(book, Field::language, Mark::language_not_text, marks);
  fill_categories(book, row, marks);
  row.description = read_text(book, Field::description, Mark::description_not_text, marks);
  fill_images(book, row, marks);
}

}  // namespace cutover::books
