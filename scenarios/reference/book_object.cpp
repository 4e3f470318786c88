#include "scenarios/reference/book_object.h"

#include <cmath>
#include <cstddef>
#include <vector>

#include "scenarios/reference/isbn_text.h"
#include "scenarios/reference/values.h"

namespace cutover::reference {
namespace {

NoBook empty(std::string reason) {
  return NoBook{true, std::move(reason), {}};
}
NoBook rejected(std::string reason, std::string detail) {
  return NoBook{false, std::move(reason), std::move(detail)};
}

// Rule 5. A number; anything outside the range, the fraction counted, is invalid.
std::optional<long long> read_cached_at(const Json& cached_at) {
  static constexpr long long kGreatest = 253402300799999;  // the last millisecond of year 9999
  if (const auto* integer = std::get_if<std::int64_t>(&cached_at.content)) {
    if (*integer >= 1 && *integer <= kGreatest) return *integer;
  }
  if (const double* real = std::get_if<double>(&cached_at.content)) {
    if (*real >= 1 && *real <= static_cast<double>(kGreatest)) {
      return static_cast<long long>(std::floor(*real));
    }
  }
  return std::nullopt;
}

// Rule 6.
bool is_error(const Json& object) {
  const Json* error = object.find("error");
  if (error == nullptr || object.has("title")) return false;
  return error->object() != nullptr || is_filled_text(*error);
}

// Rule 11. The ISBNs that the book object claims; a claim that gives no ISBN does not count.
std::set<std::string> identifiers(const Json& book) {
  std::set<std::string> isbns;
  const auto claim = [&isbns](const Json* value) {
    if (value == nullptr || value->text() == nullptr) return;
    const IsbnReading reading = read_isbn(*value->text());
    if (!reading.isbn.empty()) isbns.insert(reading.isbn);
  };
  claim(book.find("isbn"));
  claim(book.find("isbn10"));
  claim(book.find("isbn13"));
  const Json* industry = book.find("industryIdentifiers");
  if (industry == nullptr || industry->array() == nullptr) return isbns;
  for (const Json& entry : *industry->array()) {
    const Json* type = entry.find("type");
    if (type == nullptr || type->text() == nullptr) continue;
    if (*type->text() == "ISBN_10" || *type->text() == "ISBN_13") claim(entry.find("identifier"));
  }
  return isbns;
}

bool has_object_volume_info(const Json& value) {
  const Json* info = value.find("volumeInfo");
  return info != nullptr && info->object() != nullptr;
}

// Rule 7. Sets `search.book` or `search.no_book`.
void choose_item(const Json& answer, const std::string& key_isbn, BookSearch& search) {
  const Json* items = answer.find("items");
  if (items == nullptr || items->array() == nullptr || items->array()->empty()) {
    search.no_book = empty("no_match");
    return;
  }
  std::vector<const Json*> usable;
  for (const Json& item : *items->array()) {
    if (has_object_volume_info(item)) usable.push_back(item.find("volumeInfo"));
  }
  if (usable.empty()) {
    search.no_book = rejected("not_a_book", "no item of the search answer has a volumeInfo");
    return;
  }
  for (const Json* info : usable) {
    if (identifiers(*info).count(key_isbn) == 0) continue;
    search.book = info;
    return;
  }
  for (const Json* info : usable) {
    if (!identifiers(*info).empty()) continue;
    search.book = info;
    search.marks.insert("isbn_unconfirmed");
    return;
  }
  search.no_book = rejected("isbn_mismatch", "every item of the search answer has another ISBN");
}

// Rule 10.
bool looks_like_a_book(const Json& object) {
  for (const char* key : {"title", "authors", "isbn", "isbn10", "isbn13", "industryIdentifiers",
                          "publisher", "publishedDate", "description", "imageLinks", "pageCount"}) {
    if (object.has(key)) return true;
  }
  return false;
}

// Rules 10 and 11, on the book object that rules 7 to 9 chose.
void check_book(const std::string& key_isbn, BookSearch& search) {
  if (!looks_like_a_book(*search.book)) {
    search.no_book = rejected("not_a_book", "the object has none of the keys of a book");
    return;
  }
  const std::set<std::string> isbns = identifiers(*search.book);
  if (!isbns.empty() && isbns.count(key_isbn) == 0) {
    search.no_book = rejected("isbn_mismatch",
                              "the key names " + key_isbn + ", the book says " + *isbns.begin());
    return;
  }
  if (search.book->object()->has_duplicate_keys) search.marks.insert("duplicate_keys");
}

}  // namespace

ValueReading read_value(std::string_view value) {
  static constexpr std::size_t kLargest = 25U * 1024U * 1024U;
  ValueReading reading;
  // Rule 1.
  if (value.empty()) {
    reading.no_book = empty("zero_bytes");
    return reading;
  }
  if (value.size() > kLargest) {
    reading.no_book = rejected("too_large", std::to_string(value.size()) + " bytes");
    return reading;
  }
  // Rule 2.
  if (!is_utf8(value)) {
    reading.no_book = rejected("not_utf8", "the value is not valid UTF-8");
    return reading;
  }
  // Rule 3.
  JsonReading json = read_json(value);
  switch (json.ending) {
    case JsonReading::Ending::malformed:
      reading.no_book = rejected("malformed_json", json.detail);
      break;
    case JsonReading::Ending::too_deep: reading.no_book = rejected("too_deep", json.detail); break;
    case JsonReading::Ending::read: reading.root = std::move(json.root); break;
  }
  return reading;
}

BookSearch find_book(const Json& root, const std::string& key_isbn) {
  BookSearch search;
  const Json* object = &root;
  // Rule 4, for the value and again (rule 5) for what an envelope holds.
  const auto is_no_object = [&search, &object] {
    if (object->is_null()) {
      search.no_book = empty("json_null");
    } else if (object->object() == nullptr) {
      search.no_book = rejected("not_an_object", "the JSON is not an object");
    }
    return search.no_book.has_value();
  };
  if (is_no_object()) return search;
  // Rule 5.
  if (object->has("data") && object->has("cachedAt")) {
    search.source_time = read_cached_at(*object->find("cachedAt"));
    if (!search.source_time) search.marks.insert("cached_at_invalid");
    object = object->find("data");
    if (is_no_object()) return search;
  }
  // Rule 6.
  if (is_error(*object)) {
    search.no_book = rejected("provider_error", "the entry holds an error, not a book");
    return search;
  }
  // Rules 7, 8 and 9.
  const bool has_title = object->has("title");
  if (!has_title && (object->has("items") || object->has("totalItems"))) {
    choose_item(*object, key_isbn, search);
    if (search.no_book) return search;
  } else if (!has_title && has_object_volume_info(*object)) {
    search.book = object->find("volumeInfo");
  } else {
    search.book = object;
  }
  // Rules 10 and 11.
  check_book(key_isbn, search);
  return search;
}

}  // namespace cutover::reference
