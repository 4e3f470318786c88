#include "target/book_difference.h"

#include <algorithm>
#include <string_view>

namespace cutover::target {
namespace {

constexpr const char* fields[] = {"isbn",      "title",      "authors",    "authorsDetailed",
                                  "publisher", "language",   "categories", "publishedDate",
                                  "pageCount", "description"};
constexpr const char* covers[] = {"extraLarge", "large",     "medium",
                                  "small",      "thumbnail", "smallThumbnail"};
constexpr const char* thumbnails[] = {"thumbnail", "smallThumbnail"};

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

Json known(Json value) {
  const bool blank = value.is_string() && is_blank(value.get_ref<const std::string&>());
  const bool none = (value.is_array() || value.is_object()) && value.empty();
  return blank || none ? Json() : value;
}

Json https_picture(Json url) {
  constexpr std::string_view plain = "http://books.google.";
  if (url.is_string() && url.get_ref<const std::string&>().starts_with(plain)) {
    url.get_ref<std::string&>().insert(4, "s");
  }
  return url;
}

template <std::size_t count>
Json first_known(const Json& links, const char* const (&names)[count]) {
  for (const char* name : names) {
    Json url = known(links.is_object() ? links.value(name, Json()) : Json());
    if (!url.is_null()) return https_picture(std::move(url));
  }
  return {};
}

using Text = std::optional<std::string>;

Json text_of(const Text& column) {
  return column ? known(*column) : Json();
}

// A column that holds JSON, or a number.
Json json_of(const Text& column) {
  return column ? known(Json::parse(*column, nullptr, false)) : Json();
}

}  // namespace

Json comparable_book(const std::string& isbn, const reference::Columns& columns) {
  return {{"isbn", isbn},
          {"title", text_of(columns.at("title"))},
          {"authors", json_of(columns.at("authors"))},
          {"authorsDetailed", json_of(columns.at("authors_detailed"))},
          {"publisher", text_of(columns.at("publisher"))},
          {"language", text_of(columns.at("language"))},
          {"categories", json_of(columns.at("categories"))},
          {"publishedDate", text_of(columns.at("published_date"))},
          {"pageCount", json_of(columns.at("page_count"))},
          {"description", text_of(columns.at("description"))},
          {"imageLinks.cover", text_of(columns.at("cover_url"))},
          {"imageLinks.thumbnail", text_of(columns.at("thumbnail_url"))}};
}

Json comparable_book(const Json& answered) {
  Json book = Json::object();
  for (const char* field : fields) book[field] = known(answered.value(field, Json()));
  const Json links = answered.value("imageLinks", Json());
  book["imageLinks.cover"] = first_known(links, covers);
  book["imageLinks.thumbnail"] = first_known(links, thumbnails);
  return book;
}

std::vector<FieldDifference> differences(const Json& expected, const Json& got) {
  std::vector<FieldDifference> found;
  for (const auto& [field, value] : expected.items()) {
    const Json other = got.value(field, Json());
    if (value != other) found.push_back({field, shown_value(value), shown_value(other)});
  }
  return found;
}

std::string sentence_of(const std::vector<FieldDifference>& differences) {
  std::string text;
  for (const FieldDifference& one : differences) {
    text +=
        (text.empty() ? "" : "; ") + one.field + ": expected " + one.expected + ", got " + one.got;
  }
  return text;
}

}  // namespace cutover::target
