#include "scenarios/reference/columns.h"

#include <string_view>
#include <vector>

#include "scenarios/reference/dates.h"
#include "scenarios/reference/values.h"

namespace cutover::reference {
namespace {

using Text = std::optional<std::string>;

std::string read_title(const Json* title, Marks& marks) {
  if (!is_absent(title)) {
    if (is_filled_text(*title)) return *title->text();
    if (title->text() == nullptr) marks.insert("title_not_text");
    if (const auto* integer = std::get_if<std::int64_t>(&title->content)) {
      return std::to_string(*integer);
    }
    if (const auto* large = std::get_if<std::uint64_t>(&title->content)) {
      return std::to_string(*large);
    }
  }
  marks.insert("title_missing");
  return {};
}

// The rule that authors and categories share: an array's non-blank strings, or a string alone.
std::vector<std::string> read_strings(const Json* value, const std::string& name, Marks& marks) {
  std::vector<std::string> texts;
  if (is_absent(value)) return texts;
  if (const Json::Array* array = value->array()) {
    for (const Json& item : *array) {
      if (is_filled_text(item)) {
        texts.push_back(*item.text());
      } else {
        marks.insert(name + "_cleaned");
      }
    }
  } else if (is_filled_text(*value)) {
    texts.push_back(*value->text());
    marks.insert(name + "_not_array");
  } else if (value->text() == nullptr) {
    marks.insert(name + "_not_array");
  }
  return texts;
}

std::string read_authors(const Json* authors, Marks& marks) {
  const std::vector<std::string> names = read_strings(authors, "authors", marks);
  if (names.empty()) marks.insert("authors_missing");
  return write_json_strings(names);
}

Text read_categories(const Json* categories, Marks& marks) {
  const std::vector<std::string> names = read_strings(categories, "categories", marks);
  if (names.empty()) return std::nullopt;
  return write_json_strings(names);
}

Text read_authors_detailed(const Json* value, Marks& marks) {
  if (is_absent(value)) return std::nullopt;
  if (value->array() != nullptr || value->object() != nullptr) return write_json(*value);
  marks.insert("authors_detailed_invalid");
  return std::nullopt;
}

// publisher, language, description.
Text read_plain_text(const Json* value, const std::string& name, Marks& marks) {
  if (is_absent(value)) return std::nullopt;
  if (is_filled_text(*value)) return *value->text();
  if (value->text() == nullptr) marks.insert(name + "_not_text");
  return std::nullopt;
}

// The number that 1 to 6 digits say.
std::optional<long long> read_page_digits(std::string_view text) {
  if (text.empty() || text.size() > 6) return std::nullopt;
  long long pages = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    pages = pages * 10 + (c - '0');
  }
  return pages;
}

Text read_page_count(const Json* value, Marks& marks) {
  static constexpr long long kMostPages = 100000;
  if (is_absent(value)) return std::nullopt;
  const std::string* text = value->text();
  if (text != nullptr && is_blank(*text)) return std::nullopt;
  const std::optional<long long> pages =
      text != nullptr ? read_page_digits(*text) : whole_number(*value);
  if (!pages || *pages < 0 || *pages > kMostPages) {
    marks.insert("page_count_invalid");
    return std::nullopt;
  }
  if (text != nullptr) marks.insert("page_count_not_number");
  if (*pages == 0) {
    marks.insert("page_count_unknown");
    return std::nullopt;
  }
  return std::to_string(*pages);
}

// The first size that has a non-blank URL.
Text read_image(const Json* links, const std::vector<std::string_view>& sizes) {
  static constexpr std::string_view kInsecure = "http://books.google.";
  if (is_absent(links)) return std::nullopt;
  for (const std::string_view size : sizes) {
    const Json* link = links->find(size);
    if (link == nullptr || !is_filled_text(*link)) continue;
    const std::string& url = *link->text();
    if (url.compare(0, kInsecure.size(), kInsecure) != 0) return url;
    return "https" + url.substr(std::string_view("http").size());
  }
  return std::nullopt;
}

}  // namespace

void fill_book_columns(const Json& book, Columns& columns, Marks& marks) {
  columns["title"] = read_title(book.find("title"), marks);
  columns["authors"] = read_authors(book.find("authors"), marks);
  columns["authors_detailed"] = read_authors_detailed(book.find("authorsDetailed"), marks);

  DateReading date = read_date(book.find("publishedDate"));
  columns["publication_year"] =
      date.publication_year ? Text(std::to_string(*date.publication_year)) : std::nullopt;
  columns["published_date"] = date.published_date;
  marks.merge(date.marks);

  columns["publisher"] = read_plain_text(book.find("publisher"), "publisher", marks);
  columns["page_count"] = read_page_count(book.find("pageCount"), marks);
  columns["language"] = read_plain_text(book.find("language"), "language", marks);
  columns["categories"] = read_categories(book.find("categories"), marks);
  columns["description"] = read_plain_text(book.find("description"), "description", marks);

  const Json* links = book.find("imageLinks");
  if (!is_absent(links) && links->object() == nullptr) marks.insert("image_links_not_object");
  columns["cover_url"] =
      read_image(links, {"extraLarge", "large", "medium", "small", "thumbnail", "smallThumbnail"});
  columns["thumbnail_url"] = read_image(links, {"thumbnail", "smallThumbnail"});
}

}  // namespace cutover::reference
