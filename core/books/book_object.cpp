#include "core/books/book_object.h"

#include <string>
#include <string_view>
#include <utility>

#include "core/books/text.h"

namespace cutover::books {
namespace {

namespace dom = simdjson::dom;

using Found = tl::expected<dom::object, Ending>;

tl::unexpected<Ending> ends_with(Ending ending) {
  return tl::unexpected(std::move(ending));
}

Found require_object(const dom::element& value, std::string_view what) {
  if (value.is_null()) {
    return ends_with(Empty{"json_null"});
  }
  const auto object = object_of(value);
  if (!object) {
    return ends_with(Rejected{"not_an_object", std::string(what) + " is no JSON object"});
  }
  return *object;
}

// The envelope's time; nothing when it is no number or lies outside the years 1970 to 9999.
std::optional<std::int64_t> time_of(const std::optional<dom::element>& cached_at) {
  constexpr double time_max_ms = 253402300799999;
  double time_ms = 0;
  if (!cached_at || cached_at->get_double().get(time_ms) != simdjson::SUCCESS || time_ms < 1 ||
      time_ms > time_max_ms) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(time_ms);
}

bool is_error(const Fields& fields) {
  if (fields.get_object(Field::error)) {
    return true;
  }
  const std::optional<std::string_view> text = fields.get_text(Field::error);
  return text && !is_blank(*text);
}

// What a book object's identifiers say about the key's ISBN.
enum class Identity : std::uint8_t { unknown, same, other };

// The identifier of an element of industryIdentifiers, when it is one of an ISBN.
std::optional<std::string_view> industry_identifier_of(const dom::element& value) {
  const auto object = object_of(value);
  if (!object) {
    return std::nullopt;
  }
  std::optional<std::string_view> type;
  std::optional<std::string_view> identifier;
  for (const dom::key_value_pair field : *object) {
    if (field.key == "type") {
      type = text_of(field.value);
    } else if (field.key == "identifier") {
      identifier = text_of(field.value);
    }
  }
  return type == "ISBN_10" || type == "ISBN_13" ? identifier : std::nullopt;
}

// What gives no ISBN does not count.
void compare(std::optional<std::string_view> text, const Isbn& isbn, Identity& identity) {
  if (!text || identity == Identity::same) {
    return;
  }
  if (const auto parsed = Isbn::parse(*text)) {
    identity = parsed->isbn == isbn ? Identity::same : Identity::other;
  }
}

Identity identity_of(const Fields& book, const Isbn& isbn) {
  Identity identity = Identity::unknown;
  compare(book.get_text(Field::isbn), isbn, identity);
  compare(book.get_text(Field::isbn10), isbn, identity);
  compare(book.get_text(Field::isbn13), isbn, identity);
  if (const auto identifiers = book.get_array(Field::industry_identifiers)) {
    for (const dom::element identifier : *identifiers) {
      compare(industry_identifier_of(identifier), isbn, identity);
    }
  }
  return identity;
}

Rejected mismatch(const Isbn& isbn, std::string_view whose) {
  return {"isbn_mismatch", std::string(whose) + " identifiers name other books than " + isbn.str()};
}

std::optional<dom::object> volume_info_of(const dom::element& item) {
  const auto object = object_of(item);
  if (!object) {
    return std::nullopt;
  }
  std::optional<dom::object> info;
  for (const dom::key_value_pair field : *object) {
    if (field.key == "volumeInfo") {
      info = object_of(field.value);
    }
  }
  return info;
}

// Rule 7. Providers also answer with other editions than the one asked for.
Found choose_item(const Fields& answer, const Isbn& isbn, Marks& marks) {
  const std::optional<dom::array> items = answer.get_array(Field::items);
  if (!items || items->begin() == items->end()) {
    return ends_with(Empty{"no_match"});
  }
  bool any_usable = false;
  std::optional<dom::object> unidentified;
  for (const dom::element item : *items) {
    const std::optional<dom::object> info = volume_info_of(item);
    if (!info) {
      continue;
    }
    any_usable = true;
    const Identity identity = identity_of(Fields(*info), isbn);
    if (identity == Identity::same) {
      return *info;
    }
    if (identity == Identity::unknown && !unidentified) {
      unidentified = info;
    }
  }
  if (!any_usable) {
    return ends_with(
        Rejected{"not_a_book", "no item of the search answer has an object volumeInfo"});
  }
  if (!unidentified) {
    return ends_with(mismatch(isbn, "the items'"));
  }
  marks.add(Mark::isbn_unconfirmed);
  return *unidentified;
}

// Rules 6 to 9, for an object without title: the object that holds the book's fields.
Found unwrap(const dom::object& object, const Fields& fields, const Isbn& isbn, Marks& marks) {
  if (is_error(fields)) {
    return ends_with(Rejected{"provider_error", "the value is a provider's error, not a book"});
  }
  if (fields.has(Field::items) || fields.has(Field::total_items)) {
    return choose_item(fields, isbn, marks);
  }
  return fields.get_object(Field::volume_info).value_or(object);
}

}  // namespace

tl::expected<BookObject, Ending> find_book_object(const dom::element& value, const Isbn& isbn) {
  Found object = require_object(value, "the value");
  if (!object) {
    return ends_with(object.error());
  }
  BookObject book{.fields = Fields(*object), .marks = {}, .source_time = {}};
  if (book.fields.has(Field::data) && book.fields.has(Field::cached_at)) {
    book.source_time = time_of(book.fields.get(Field::cached_at));
    if (!book.source_time) {
      book.marks.add(Mark::cached_at_invalid);
    }
    object = require_object(book.fields.value(Field::data), "the envelope's data");
    if (!object) {
      return ends_with(object.error());
    }
    book.fields = Fields(*object);
  }
  if (!book.fields.has(Field::title)) {
    object = unwrap(*object, book.fields, isbn, book.marks);
    if (!object) {
      return ends_with(object.error());
    }
    book.fields = Fields(*object);
  }
  if (!book.fields.has_any_of_a_book()) {
    return ends_with(Rejected{"not_a_book", "the object has no field of a book"});
  }
  if (identity_of(book.fields, isbn) == Identity::other) {
    return ends_with(mismatch(isbn, "the book's"));
  }
  if (has_duplicate_keys(*object)) {
    book.marks.add(Mark::duplicate_keys);
  }
  return book;
}

}  // namespace cutover::books
