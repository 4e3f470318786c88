#include "core/store/shelf.h"

#include <chrono>
#include <utility>

#include "core/ports/check.h"
#include "core/store/book_columns.h"

namespace cutover::store {
namespace {

// Beyond every id and time; D1 binds numbers as REAL, which is exact up to here.
constexpr std::int64_t beyond_all = std::int64_t{1} << 53;

// The book without its source's bytes, which no reader of a shelf needs: they would double the
// answer (U08).
std::string book_fields() {
  std::string list = book_column_list("b.");
  const std::string_view source = "b.canonical_metadata";
  return list.replace(list.find(source), source.size(), "''");
}

constexpr std::string_view entry_fields =
    ", ul.id, ul.status, ul.rating, ul.review, ul.added_at, ul.started_at, ul.completed_at\n";

// One text for all filters, so that it is prepared once. CROSS JOIN keeps the order of the tables,
// so the rows come from idx_user_library_added as they are wanted and nothing is sorted (W09); a
// filter of adding time is a range of that index (U10).
const std::string& page_sql() {
  static const std::string sql =
      "SELECT " + book_fields() + std::string(entry_fields) +
      "FROM UserLibrary ul CROSS JOIN Books b ON b.isbn = ul.isbn\n"
      "WHERE ul.user_id = ?1 AND ul.added_at >= ?2 AND ul.added_at < ?3\n"
      "  AND (ul.added_at, ul.id) < (?4, ?5)\n"
      "  AND (?6 IS NULL OR ul.status = ?6)\n"
      "  AND (?7 IS NULL OR ul.rating >= ?7)\n"
      "  AND (?8 IS NULL OR b.publication_year = ?8)\n"
      "ORDER BY ul.added_at DESC, ul.id DESC\nLIMIT ?9";
  return sql;
}

// A user's five stars are fewer than the books of a year, so they come first.
const std::string& top_rated_sql() {
  static const std::string sql = "SELECT " + book_fields() + std::string(entry_fields) +
                                 "FROM UserLibrary ul CROSS JOIN Books b ON b.isbn = ul.isbn\n"
                                 "WHERE ul.user_id = ?1 AND ul.rating = 5\n"
                                 "  AND b.publication_year = ?2\n"
                                 "ORDER BY b.title, b.isbn\nLIMIT ?3";
  return sql;
}

constexpr std::string_view standing_sql =
    R"(SELECT EXISTS (SELECT 1 FROM Books WHERE isbn = ?2),
       EXISTS (SELECT 1 FROM UserLibrary WHERE user_id = ?1 AND isbn = ?2))";

// ?4 and ?6 say whether rating and review change, because they may change to NULL (U02). The dates
// belong to a change of status; a book that was read once is not begun by reading it again (U05).
constexpr std::string_view update_sql =
    R"(UPDATE UserLibrary SET
  status = COALESCE(?3, status),
  rating = CASE WHEN ?4 THEN ?5 ELSE rating END,
  review = CASE WHEN ?6 THEN ?7 ELSE review END,
  started_at = CASE
    WHEN ?3 = 'reading' AND status IS NOT 'reading' AND completed_at IS NULL
    THEN COALESCE(started_at, unixepoch()) ELSE started_at END,
  completed_at = CASE
    WHEN ?3 = 'completed' AND status IS NOT 'completed'
    THEN COALESCE(completed_at, unixepoch()) ELSE completed_at END
WHERE user_id = ?1 AND isbn = ?2
  AND ((?3 IS NOT NULL AND status IS NOT ?3)
    OR (?4 AND rating IS NOT ?5)
    OR (?6 AND review IS NOT ?7))
RETURNING id)";

// An INSERT that selects nothing takes no id, unlike one that turns into an update (W10).
constexpr std::string_view insert_sql =
    R"(INSERT INTO UserLibrary (user_id, isbn, status, rating, review, started_at, completed_at)
SELECT ?1, ?2, COALESCE(?3, 'want_to_read'), ?4, ?5,
       CASE WHEN ?3 = 'reading' THEN unixepoch() END,
       CASE WHEN ?3 = 'completed' THEN unixepoch() END
WHERE EXISTS (SELECT 1 FROM Books WHERE isbn = ?2)
  AND NOT EXISTS (SELECT 1 FROM UserLibrary WHERE user_id = ?1 AND isbn = ?2)
RETURNING id)";

constexpr std::string_view delete_sql =
    "DELETE FROM UserLibrary WHERE user_id = ?1 AND isbn = ?2 RETURNING id";

SqlValue text_of(const std::optional<std::string>& value) {
  return value ? SqlValue(*value) : SqlValue();
}

Statement update_of(std::string_view user, std::string_view isbn, const ShelfChange& change) {
  return {update_sql,
          {std::string(user), std::string(isbn), text_of(change.status),
           std::int64_t{change.rating ? 1 : 0}, number_value(change.rating.value_or(std::nullopt)),
           std::int64_t{change.review ? 1 : 0}, text_of(change.review.value_or(std::nullopt))}};
}

Statement standing_of(std::string_view user, std::string_view isbn) {
  return {standing_sql, {std::string(user), std::string(isbn)}};
}

ShelfBook shelf_book(SqlRow&& row) {
  ShelfBook entry;
  std::size_t place = 0;
  entry.book = take_book(row, place);
  CUTOVER_CHECK(row.size() == place + 7, "a shelf's queries select seven columns more");
  entry.id = optional_number(row[place]).value_or(0);
  entry.status = optional_text(std::move(row[place + 1]));
  entry.rating = optional_number(row[place + 2]);
  entry.review = optional_text(std::move(row[place + 3]));
  entry.added_at = optional_number(row[place + 4]).value_or(0);
  entry.started_at = optional_number(row[place + 5]);
  entry.completed_at = optional_number(row[place + 6]);
  return entry;
}

std::vector<ShelfBook> shelf_books(ResultSet& result) {
  std::vector<ShelfBook> entries;
  entries.reserve(result.rows.size());
  for (SqlRow& row : result.rows) entries.push_back(shelf_book(std::move(row)));
  return entries;
}

struct Seconds {
  std::int64_t from = 0;  // inclusive
  std::int64_t to = 0;    // exclusive
};

// Nothing: no entry can have been added then.
std::optional<Seconds> seconds_of(const std::optional<std::int64_t>& year) {
  if (!year) return Seconds{-beyond_all, beyond_all};
  if (*year < 1970 || *year > 9999) return std::nullopt;
  const auto first = [](std::int64_t number) {
    const std::chrono::sys_days day =
        std::chrono::year(static_cast<int>(number)) / std::chrono::January / std::chrono::day(1);
    return std::chrono::duration_cast<std::chrono::seconds>(day.time_since_epoch()).count();
  };
  return Seconds{first(*year), first(*year + 1)};
}

}  // namespace

Shelf::Shelf(Database& database) : database_(database) {}

Outcome<ShelfPage> Shelf::read(std::string_view user, const ShelfFilter& filter, std::int64_t limit,
                               const std::optional<ShelfPlace>& after) {
  CUTOVER_CHECK(limit >= 1 && limit <= page_max, "the caller checks the size of a page");
  ShelfPage page;
  const std::optional<Seconds> added = seconds_of(filter.added_year);
  if (!added) return page;
  const ShelfPlace place = after.value_or(ShelfPlace{beyond_all, beyond_all});
  // One row more than wanted tells whether another page follows.
  auto result = database_.query(
      {page_sql(),
       {std::string(user), added->from, added->to, place.added_at, place.id, text_of(filter.status),
        number_value(filter.rating_min), number_value(filter.year), limit + 1}});
  if (!result) return result.error();
  page.books = shelf_books(*result);
  if (page.books.size() > static_cast<std::size_t>(limit)) {
    page.books.pop_back();
    page.next = ShelfPlace{page.books.back().added_at, page.books.back().id};
  }
  return page;
}

Outcome<std::vector<ShelfBook>> Shelf::top_rated(std::string_view user, std::int64_t year) {
  auto result = database_.query({top_rated_sql(), {std::string(user), year, page_max}});
  if (!result) return result.error();
  return shelf_books(*result);
}

Outcome<ShelfEnd> Shelf::put(std::string_view user, std::string_view isbn,
                             const ShelfChange& change) {
  const Statement insert{insert_sql,
                         {std::string(user), std::string(isbn), text_of(change.status),
                          number_value(change.rating.value_or(std::nullopt)),
                          text_of(change.review.value_or(std::nullopt))}};
  const std::vector<Statement> batch = {standing_of(user, isbn), update_of(user, isbn, change),
                                        insert};
  const auto results = database_.batch(batch);
  if (!results) return results.error();
  CUTOVER_CHECK(results->size() == batch.size(), "a batch gives one result per statement");
  if (!(*results)[2].rows.empty()) return ShelfEnd::added;
  if (!(*results)[1].rows.empty()) return ShelfEnd::changed;
  const bool book_is_there = as_int((*results)[0].rows.at(0).at(0)) != 0;
  return book_is_there ? ShelfEnd::unchanged : ShelfEnd::no_such_book;
}

Outcome<ShelfEnd> Shelf::patch(std::string_view user, std::string_view isbn,
                               const ShelfChange& change) {
  const std::vector<Statement> batch = {standing_of(user, isbn), update_of(user, isbn, change)};
  const auto results = database_.batch(batch);
  if (!results) return results.error();
  CUTOVER_CHECK(results->size() == batch.size(), "a batch gives one result per statement");
  if (!(*results)[1].rows.empty()) return ShelfEnd::changed;
  const bool entry_is_there = as_int((*results)[0].rows.at(0).at(1)) != 0;
  return entry_is_there ? ShelfEnd::unchanged : ShelfEnd::no_such_entry;
}

Outcome<ShelfEnd> Shelf::remove(std::string_view user, std::string_view isbn) {
  const auto result = database_.query({delete_sql, {std::string(user), std::string(isbn)}});
  if (!result) return result.error();
  return result->rows.empty() ? ShelfEnd::no_such_entry : ShelfEnd::changed;
}

}  // namespace cutover::store
