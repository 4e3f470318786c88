#include "core/books/marks.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace cutover::books {
namespace {

constexpr std::array<std::string_view, 23> names = {
    "authors_cleaned",       "authors_detailed_invalid",
    "authors_missing",       "authors_not_array",
    "cached_at_invalid",     "categories_cleaned",
    "categories_not_array",  "date_implausible",
    "date_not_text",         "date_unknown",
    "date_unparsed",         "description_not_text",
    "duplicate_keys",        "image_links_not_object",
    "isbn_unconfirmed",      "isbn_zeros_restored",
    "language_not_text",     "page_count_invalid",
    "page_count_not_number", "page_count_unknown",
    "publisher_not_text",    "title_missing",
    "title_not_text",
};

static_assert(std::is_sorted(names.begin(), names.end()));
static_assert(names.size() == static_cast<std::size_t>(Mark::title_not_text) + 1);
static_assert(names.size() <= 32, "Marks keeps one bit for each");

}  // namespace

std::optional<std::string> Marks::to_json() const {
  if (bits_ == 0) {
    return std::nullopt;
  }
  std::string json;
  for (std::size_t place = 0; place < names.size(); ++place) {
    if ((bits_ >> place & 1U) != 0) {
      json += json.empty() ? "[\"" : "\",\"";
      json += names[place];
    }
  }
  json += "\"]";
  return json;
}

}  // namespace cutover::books
