#include "core/store/book_columns.h"

#include <utility>

namespace cutover::store {

std::string book_column_list(std::string_view prefix) {
  std::string list;
  for (const std::string_view name : book_column_names) {
    if (!list.empty()) list += ", ";
    list.append(prefix).append(name);
  }
  return list;
}

std::string book_upsert_text(std::string_view origin, std::string_view written_by,
                             std::string_view condition) {
  std::string values;
  std::string replacements;
  for (std::size_t i = 0; i < book_column_names.size(); ++i) {
    values += '?' + std::to_string(i + 1) + ", ";
    if (i == 0) continue;  // the ISBN is what they have in common
    const std::string name(book_column_names[i]);
    replacements += name + " = excluded." + name + ", ";
  }
  std::string text = "INSERT INTO Books (" + book_column_list() + ", origin, written_by)\nVALUES (";
  text.append(values).append(origin).append(", ").append(written_by);
  text += ")\nON CONFLICT(isbn) DO UPDATE SET " + replacements;
  text +=
      "origin = excluded.origin, written_by = excluded.written_by, "
      "version = Books.version + 1, updated_at = unixepoch()\nWHERE ";
  return text.append(condition);
}

std::string any_book_column_differs() {
  std::string text = "(";
  for (std::size_t i = 1; i < book_column_names.size(); ++i) {
    const std::string name(book_column_names[i]);
    if (i > 1) text += " OR ";
    text += "Books." + name + " IS NOT excluded." + name;
  }
  return text + ")";
}

std::vector<SqlValue> book_params(books::BookRow row) {
  std::vector<SqlValue> p;
  p.reserve(book_column_names.size() + 1);  // one more for the writer's own
  p.emplace_back(std::move(row.isbn));
  p.emplace_back(std::move(row.title));
  p.emplace_back(std::move(row.authors));
  p.push_back(text_value(std::move(row.authors_detailed)));
  p.push_back(number_value(row.publication_year));
  p.push_back(text_value(std::move(row.published_date)));
  p.push_back(text_value(std::move(row.publisher)));
  p.push_back(number_value(row.page_count));
  p.push_back(text_value(std::move(row.language)));
  p.push_back(text_value(std::move(row.categories)));
  p.push_back(text_value(std::move(row.description)));
  p.push_back(text_value(std::move(row.cover_url)));
  p.push_back(text_value(std::move(row.thumbnail_url)));
  p.emplace_back(std::move(row.canonical_metadata));
  p.emplace_back(std::move(row.content_hash));
  p.emplace_back(std::move(row.source_key));
  p.emplace_back(row.source_rank);
  p.push_back(number_value(row.source_time));
  p.push_back(number_value(row.source_expires_at));
  p.push_back(text_value(std::move(row.quality)));
  return p;
}

books::BookRow take_book(SqlRow& row, std::size_t& place) {
  std::size_t& i = place;
  books::BookRow book;
  book.isbn = required_text(std::move(row.at(i++)));
  book.title = required_text(std::move(row.at(i++)));
  book.authors = required_text(std::move(row.at(i++)));
  book.authors_detailed = optional_text(std::move(row.at(i++)));
  book.publication_year = optional_number(row.at(i++));
  book.published_date = optional_text(std::move(row.at(i++)));
  book.publisher = optional_text(std::move(row.at(i++)));
  book.page_count = optional_number(row.at(i++));
  book.language = optional_text(std::move(row.at(i++)));
  book.categories = optional_text(std::move(row.at(i++)));
  book.description = optional_text(std::move(row.at(i++)));
  book.cover_url = optional_text(std::move(row.at(i++)));
  book.thumbnail_url = optional_text(std::move(row.at(i++)));
  book.canonical_metadata = required_text(std::move(row.at(i++)));
  book.content_hash = required_text(std::move(row.at(i++)));
  book.source_key = required_text(std::move(row.at(i++)));
  book.source_rank = optional_number(row.at(i++)).value_or(0);
  book.source_time = optional_number(row.at(i++));
  book.source_expires_at = optional_number(row.at(i++));
  book.quality = optional_text(std::move(row.at(i++)));
  return book;
}

std::optional<std::string> optional_text(SqlValue&& value) {
  if (is_null(value)) return std::nullopt;
  if (auto* text = std::get_if<std::string>(&value)) return std::move(*text);
  if (auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (auto* real = std::get_if<double>(&value)) return std::to_string(*real);
  return std::move(std::get<Blob>(value).bytes);
}

std::string required_text(SqlValue&& value) {
  return optional_text(std::move(value)).value_or(std::string());
}

std::optional<std::int64_t> optional_number(const SqlValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  const auto* real = std::get_if<double>(&value);
  constexpr double beyond = 9.2e18;  // such a number is no column of ours, and fits no integer
  if (real == nullptr || !(*real > -beyond && *real < beyond)) return std::nullopt;
  return static_cast<std::int64_t>(*real);
}

SqlValue text_value(std::optional<std::string>&& value) {
  if (!value) return std::monostate{};
  return std::move(*value);
}

SqlValue number_value(const std::optional<std::int64_t>& value) {
  if (!value) return std::monostate{};
  return *value;
}

}  // namespace cutover::store
