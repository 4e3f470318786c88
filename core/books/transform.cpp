#include "core/books/transform.h"

#include <cstddef>
#include <initializer_list>
#include <utility>

#include "core/books/book_object.h"
#include "core/books/columns.h"
#include "core/books/isbn.h"
#include "core/books/json_document.h"
#include "core/books/marks.h"
#include "core/books/sha256.h"

namespace cutover::books {
namespace {

constexpr std::size_t value_bytes_max = std::size_t{25} << 20;  // a KV value holds no more
constexpr std::size_t row_text_bytes_max = 1'900'000;  // a D1 row holds 2,000,000 (defect T12)

struct Key {
  ParsedIsbn parsed;
  std::int64_t rank;
};

tl::expected<Key, Rejected> read_key(std::string_view key) {
  std::int64_t rank = 0;
  if (key.substr(0, plan_prefix.size()) == plan_prefix) {
    key.remove_prefix(plan_prefix.size());
  } else if (key.substr(0, legacy_prefix.size()) == legacy_prefix) {
    key.remove_prefix(legacy_prefix.size());
    rank = 1;
  } else {
    return tl::unexpected(Rejected{"key_unknown", "the key has neither accepted prefix"});
  }
  const auto parsed = Isbn::parse(key);
  if (!parsed) {
    return tl::unexpected(Rejected{name_of(parsed.error()), "the key's part after the prefix"});
  }
  return Key{*parsed, rank + (parsed->canonical ? 0 : 2)};
}

std::size_t text_bytes(const BookRow& row) {
  std::size_t bytes = 0;
  for (const std::string* text : {&row.isbn, &row.title, &row.authors, &row.canonical_metadata,
                                  &row.content_hash, &row.source_key}) {
    bytes += text->size();
  }
  for (const std::optional<std::string>* text :
       {&row.authors_detailed, &row.published_date, &row.publisher, &row.language, &row.categories,
        &row.description, &row.cover_url, &row.thumbnail_url, &row.quality}) {
    bytes += *text ? (*text)->size() : 0;
  }
  return bytes;
}

Rejected too_large(std::size_t bytes, std::size_t bytes_max, std::string_view what) {
  return {"too_large", std::string(what) + " has " + std::to_string(bytes) + " bytes; at most " +
                           std::to_string(bytes_max) + " fit"};
}

Transformed as_transformed(Ending ending) {
  return std::visit([](auto& part) { return Transformed(std::move(part)); }, ending);
}

}  // namespace

struct Transform::Parser {
  JsonDocument document;
  Sha256 sha256;
};

Transform::Transform() : parser_(std::make_unique<Parser>()) {}
Transform::~Transform() = default;

Transformed Transform::operator()(const Source& source) {
  const auto key = read_key(source.key);
  if (!key) {
    return key.error();
  }
  if (source.value.empty()) {
    return Empty{"zero_bytes"};
  }
  if (source.value.size() > value_bytes_max) {
    return too_large(source.value.size(), value_bytes_max, "the value");
  }
  if (auto rejected = parser_->document.parse(source.value)) {
    return *std::move(rejected);
  }
  auto book = find_book_object(parser_->document.root(), key->parsed.isbn);
  if (!book) {
    return as_transformed(std::move(book.error()));
  }

  Transformed result(std::in_place_type<BookRow>);
  BookRow& row = *std::get_if<BookRow>(&result);
  Marks marks = book->marks;
  if (key->parsed.zeros_restored) {
    marks.add(Mark::isbn_zeros_restored);
  }
  row.isbn = key->parsed.isbn.str();
  fill_columns(book->fields, row, marks);
  row.canonical_metadata = source.value;
  row.content_hash = parser_->sha256.hex(source.value);
  row.source_key = source.key;
  row.source_rank = key->rank;
  row.source_time = book->source_time;
  row.source_expires_at = source.expires_at;
  row.quality = marks.to_json();
  if (const std::size_t bytes = text_bytes(row); bytes > row_text_bytes_max) {
    return too_large(bytes, row_text_bytes_max, "the row's text");
  }
  return result;
}

}  // namespace cutover::books
