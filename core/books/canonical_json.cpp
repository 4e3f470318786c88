#include "core/books/canonical_json.h"

#include <cstdint>
#include <utility>
#include <variant>

#include "core/books/json_text.h"
#include "core/books/text.h"

namespace cutover::books {
namespace {

constexpr std::int64_t short_year_max = 999;

std::string_view or_blank(const std::optional<std::string>& text) {
  return text ? std::string_view(*text) : std::string_view();
}

bool is_known(const std::optional<std::string>& text) {
  return !is_blank(or_blank(text));
}

void append_key(std::string& json, std::string_view key) {
  json += json.back() == '{' ? "\"" : ",\"";
  json += key;
  json += "\":";
}

void append_text(std::string& json, std::string_view key, std::string_view text) {
  append_key(json, key);
  if (is_blank(text)) {
    json += "null";
  } else {
    append_json_string(json, text);
  }
}

// A column that holds JSON itself.
void append_raw(std::string& json, std::string_view key, std::string_view column,
                std::string_view otherwise) {
  append_key(json, key);
  json += is_blank(column) ? otherwise : column;
}

// What the source wrote; of a row that only knows a year, the year.
std::string date_text(const BookRow& row) {
  if (is_known(row.published_date)) {
    return *row.published_date;
  }
  if (!row.publication_year) {
    return {};
  }
  std::string year = std::to_string(*row.publication_year);
  if (*row.publication_year >= 0 && *row.publication_year <= short_year_max) {
    year.insert(0, 4 - year.size(), '0');
  }
  return year;
}

// The transform takes the thumbnail for the cover when there is no larger picture, so a row with a
// thumbnail alone must give the same.
void append_images(std::string& json, const BookRow& row) {
  append_key(json, "imageLinks");
  if (!is_known(row.cover_url) && !is_known(row.thumbnail_url)) {
    json += "null";
    return;
  }
  const std::string_view cover =
      or_blank(is_known(row.cover_url) ? row.cover_url : row.thumbnail_url);
  json += '{';
  append_text(json, "large", cover);
  append_text(json, "medium", cover);
  append_text(json, "thumbnail", or_blank(row.thumbnail_url));
  json += '}';
}

std::string canonical_key(std::string_view isbn) {
  std::string key(plan_prefix);
  key += isbn;
  return key;
}

}  // namespace

std::string canonical_json(const BookRow& row) {
  constexpr std::size_t keys_bytes = 256;
  std::string json;
  json.reserve(keys_bytes + row.title.size() + row.authors.size() +
               (row.description ? row.description->size() : 0));
  json += '{';
  append_text(json, "isbn", row.isbn);
  append_text(json, "title", row.title);
  append_raw(json, "authors", row.authors, "[]");
  append_raw(json, "authorsDetailed", or_blank(row.authors_detailed), "null");
  append_text(json, "publishedDate", date_text(row));
  append_text(json, "publisher", or_blank(row.publisher));
  append_key(json, "pageCount");
  json += row.page_count ? std::to_string(*row.page_count) : "null";
  append_text(json, "language", or_blank(row.language));
  append_raw(json, "categories", or_blank(row.categories), "null");
  append_text(json, "description", or_blank(row.description));
  append_images(json, row);
  json += '}';
  return json;
}

std::string cache_value(const BookRow& row, Transform& transform) {
  std::string canonical = canonical_json(row);
  if (std::string_view(row.source_key).substr(0, plan_prefix.size()) != plan_prefix) {
    return canonical;
  }
  const std::string key = canonical_key(row.isbn);
  const Transformed read = transform({key, row.canonical_metadata, std::nullopt});
  const auto* same = std::get_if<BookRow>(&read);
  return same != nullptr && canonical_json(*same) == canonical ? row.canonical_metadata : canonical;
}

Transformed live_row(std::string_view isbn13, std::string_view provider_answer,
                     std::int64_t fetched_at, Transform& transform) {
  const std::string key = canonical_key(isbn13);
  Transformed answer = transform({key, provider_answer, std::nullopt});
  auto* const from_answer = std::get_if<BookRow>(&answer);
  if (from_answer == nullptr) {
    return answer;
  }
  const std::string book = canonical_json(*from_answer);
  Transformed reduced = transform({key, book, std::nullopt});
  if (auto* row = std::get_if<BookRow>(&reduced)) {
    row->source_time = fetched_at;
    // The marks of what was altered on the way from the provider, not of this second reading.
    row->quality = std::move(from_answer->quality);
  }
  return reduced;
}

}  // namespace cutover::books
