#include "core/store/book_statements.h"

#include <tuple>

#include "core/books/json_text.h"
#include "core/ports/check.h"

namespace cutover::store {
namespace {

using books::BookRow;

constexpr std::string_view upsert_sql = R"sql(
INSERT INTO Books (isbn, title, authors, authors_detailed, publication_year, published_date,
                   publisher, page_count, language, categories, description, cover_url,
                   thumbnail_url, canonical_metadata, content_hash, source_key, source_rank,
                   source_time, source_expires_at, quality, origin, written_by)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
        'backfill', ?21)
ON CONFLICT(isbn) DO UPDATE SET
  title = excluded.title, authors = excluded.authors,
  authors_detailed = excluded.authors_detailed, publication_year = excluded.publication_year,
  published_date = excluded.published_date, publisher = excluded.publisher,
  page_count = excluded.page_count, language = excluded.language,
  categories = excluded.categories, description = excluded.description,
  cover_url = excluded.cover_url, thumbnail_url = excluded.thumbnail_url,
  canonical_metadata = excluded.canonical_metadata, content_hash = excluded.content_hash,
  source_key = excluded.source_key, source_rank = excluded.source_rank,
  source_time = excluded.source_time, source_expires_at = excluded.source_expires_at,
  quality = excluded.quality, written_by = excluded.written_by,
  version = Books.version + 1, updated_at = unixepoch()
WHERE Books.origin = 'backfill' AND CASE
  WHEN Books.source_key IS excluded.source_key THEN
    coalesce(excluded.source_time, 0) >= coalesce(Books.source_time, 0) AND (
      Books.content_hash IS NOT excluded.content_hash OR Books.title IS NOT excluded.title OR
      Books.authors IS NOT excluded.authors OR
      Books.authors_detailed IS NOT excluded.authors_detailed OR
      Books.publication_year IS NOT excluded.publication_year OR
      Books.published_date IS NOT excluded.published_date OR
      Books.publisher IS NOT excluded.publisher OR Books.page_count IS NOT excluded.page_count OR
      Books.language IS NOT excluded.language OR Books.categories IS NOT excluded.categories OR
      Books.description IS NOT excluded.description OR
      Books.cover_url IS NOT excluded.cover_url OR
      Books.thumbnail_url IS NOT excluded.thumbnail_url OR
      Books.canonical_metadata IS NOT excluded.canonical_metadata OR
      Books.source_rank IS NOT excluded.source_rank OR
      Books.source_time IS NOT excluded.source_time OR
      Books.source_expires_at IS NOT excluded.source_expires_at OR
      Books.quality IS NOT excluded.quality)
  ELSE (coalesce(excluded.source_time, 0), -excluded.source_rank, coalesce(Books.source_key, '')) >
       (coalesce(Books.source_time, 0), -Books.source_rank, excluded.source_key)
END)sql";

constexpr std::string_view read_sql = R"sql(
SELECT isbn, title, authors, authors_detailed, publication_year, published_date, publisher,
       page_count, language, categories, description, cover_url, thumbnail_url,
       canonical_metadata, content_hash, source_key, source_rank, source_time, source_expires_at,
       quality, origin, version
FROM Books WHERE isbn IN (SELECT value FROM json_each(?1)))sql";

SqlValue text(std::optional<std::string>&& value) {
  if (!value) return std::monostate{};
  return std::move(*value);
}

SqlValue number(const std::optional<std::int64_t>& value) {
  if (!value) return std::monostate{};
  return *value;
}

std::optional<std::string> optional_text(SqlValue&& value) {
  if (is_null(value)) return std::nullopt;
  // A column that someone filled with another type still has to compare, as different.
  if (auto* text_value = std::get_if<std::string>(&value)) return std::move(*text_value);
  if (auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (auto* real = std::get_if<double>(&value)) return std::to_string(*real);
  return std::move(std::get<Blob>(value).bytes);
}

std::string required_text(SqlValue&& value) {
  return optional_text(std::move(value)).value_or(std::string());
}

// A number, or nothing when the column holds none: text in an INTEGER column compares as different.
std::optional<std::int64_t> optional_number(const SqlValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  if (const auto* real = std::get_if<double>(&value)) return static_cast<std::int64_t>(*real);
  return std::nullopt;
}

StoredBook stored_book(SqlRow&& row) {
  CUTOVER_CHECK(row.size() == 22, "read_sql selects 22 columns");
  StoredBook stored;
  BookRow& book = stored.row;
  std::size_t i = 0;
  book.isbn = required_text(std::move(row[i++]));
  book.title = required_text(std::move(row[i++]));
  book.authors = required_text(std::move(row[i++]));
  book.authors_detailed = optional_text(std::move(row[i++]));
  book.publication_year = optional_number(row[i++]);
  book.published_date = optional_text(std::move(row[i++]));
  book.publisher = optional_text(std::move(row[i++]));
  book.page_count = optional_number(row[i++]);
  book.language = optional_text(std::move(row[i++]));
  book.categories = optional_text(std::move(row[i++]));
  book.description = optional_text(std::move(row[i++]));
  book.cover_url = optional_text(std::move(row[i++]));
  book.thumbnail_url = optional_text(std::move(row[i++]));
  book.canonical_metadata = required_text(std::move(row[i++]));
  book.content_hash = required_text(std::move(row[i++]));
  book.source_key = required_text(std::move(row[i++]));
  book.source_rank = optional_number(row[i++]).value_or(0);
  book.source_time = optional_number(row[i++]);
  book.source_expires_at = optional_number(row[i++]);
  book.quality = optional_text(std::move(row[i++]));
  stored.live = required_text(std::move(row[i++])) == "live";
  stored.version = optional_number(row[i++]).value_or(1);
  return stored;
}

std::optional<std::string> as_column(const std::optional<std::int64_t>& value) {
  if (!value) return std::nullopt;
  return std::to_string(*value);
}

}  // namespace

Statement backfill_upsert(BookRow row, std::string_view written_by) {
  Statement statement{upsert_sql, {}};
  auto& p = statement.params;
  p.reserve(21);
  p.emplace_back(std::move(row.isbn));
  p.emplace_back(std::move(row.title));
  p.emplace_back(std::move(row.authors));
  p.push_back(text(std::move(row.authors_detailed)));
  p.push_back(number(row.publication_year));
  p.push_back(text(std::move(row.published_date)));
  p.push_back(text(std::move(row.publisher)));
  p.push_back(number(row.page_count));
  p.push_back(text(std::move(row.language)));
  p.push_back(text(std::move(row.categories)));
  p.push_back(text(std::move(row.description)));
  p.push_back(text(std::move(row.cover_url)));
  p.push_back(text(std::move(row.thumbnail_url)));
  p.emplace_back(std::move(row.canonical_metadata));
  p.emplace_back(std::move(row.content_hash));
  p.emplace_back(std::move(row.source_key));
  p.emplace_back(row.source_rank);
  p.push_back(number(row.source_time));
  p.push_back(number(row.source_expires_at));
  p.push_back(text(std::move(row.quality)));
  p.emplace_back(std::string(written_by));
  return statement;
}

bool preferred(const SourceRank& candidate, const SourceRank& current) {
  return std::tuple(candidate.time, -candidate.rank, current.key) >
         std::tuple(current.time, -current.rank, candidate.key);
}

Outcome<std::map<std::string, StoredBook>> read_books(Database& database,
                                                      const std::vector<std::string>& isbns) {
  CUTOVER_CHECK(isbns.size() <= 1000, "ask for at most 1,000 books at once");
  std::map<std::string, StoredBook> found;
  if (isbns.empty()) return found;
  std::string list = "[";
  for (const std::string& isbn : isbns) {
    if (list.size() > 1) list += ',';
    books::append_json_string(list, isbn);
  }
  list += ']';
  auto result = database.query({read_sql, {std::move(list)}});
  if (!result) return result.error();
  for (SqlRow& row : result->rows) {
    StoredBook stored = stored_book(std::move(row));
    std::string isbn = stored.row.isbn;
    found.emplace(std::move(isbn), std::move(stored));
  }
  return found;
}

const std::vector<std::string_view>& book_columns() {
  static const std::vector<std::string_view> columns = {
      "isbn",           "title",       "authors",       "authors_detailed",   "publication_year",
      "published_date", "publisher",   "page_count",    "language",           "categories",
      "description",    "cover_url",   "thumbnail_url", "canonical_metadata", "content_hash",
      "source_key",     "source_rank", "source_time",   "source_expires_at",  "quality"};
  return columns;
}

std::vector<std::optional<std::string>> column_values(const BookRow& row) {
  return {row.isbn,
          row.title,
          row.authors,
          row.authors_detailed,
          as_column(row.publication_year),
          row.published_date,
          row.publisher,
          as_column(row.page_count),
          row.language,
          row.categories,
          row.description,
          row.cover_url,
          row.thumbnail_url,
          row.canonical_metadata,
          row.content_hash,
          row.source_key,
          std::to_string(row.source_rank),
          as_column(row.source_time),
          as_column(row.source_expires_at),
          row.quality};
}

}  // namespace cutover::store
