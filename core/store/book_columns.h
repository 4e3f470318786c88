// The columns of Books that writers give, and the upsert that all writers share (plan defects W01,
// W02): its texts differ only in whose row it is and when it replaces what stands. For this folder
// only. Pure: never switches.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/books/book_row.h"
#include "core/ports/database.h"

namespace cutover::store {

inline constexpr std::array<std::string_view, 20> book_column_names = {
    "isbn",           "title",       "authors",       "authors_detailed",   "publication_year",
    "published_date", "publisher",   "page_count",    "language",           "categories",
    "description",    "cover_url",   "thumbnail_url", "canonical_metadata", "content_hash",
    "source_key",     "source_rank", "source_time",   "source_expires_at",  "quality"};

// "isbn, title, ...", each after `prefix`: "b." gives "b.isbn, b.title, ...".
[[nodiscard]] std::string book_column_list(std::string_view prefix = {});

// INSERT of the columns, as ?1 to ?20, with these SQL expressions for origin and written_by; on
// conflict all of them are replaced, `version` grows and `updated_at` is now, where `condition`
// holds. It reads what stands as Books.x and the new row as excluded.x.
[[nodiscard]] std::string book_upsert_text(std::string_view origin, std::string_view written_by,
                                           std::string_view condition);

// SQL text: does any column differ, whatever its type?
[[nodiscard]] std::string any_book_column_differs();

// The values for ?1 to ?20.
[[nodiscard]] std::vector<SqlValue> book_params(books::BookRow row);

// The 20 columns of a result's row, from `place` on, which moves behind them.
[[nodiscard]] books::BookRow take_book(SqlRow& row, std::size_t& place);

// Reads of columns that somebody may have filled with another type, which then compares as
// different instead of stopping the program.
[[nodiscard]] std::optional<std::string> optional_text(SqlValue&& value);
[[nodiscard]] std::string required_text(SqlValue&& value);
[[nodiscard]] std::optional<std::int64_t> optional_number(const SqlValue& value);

// As bindable values; nothing is NULL.
[[nodiscard]] SqlValue text_value(std::optional<std::string>&& value);
[[nodiscard]] SqlValue number_value(const std::optional<std::int64_t>& value);

}  // namespace cutover::store
