#include "property-tests/worlds/model.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "chaos/invariants/tables.h"
#include "core/store/book_statements.h"
#include "scenarios/reference_judge.h"

namespace cutover::worlds {
namespace {

using chaos::Aftermath;
using chaos::Happen;

constexpr std::string_view book_prefix = "book:isbn:";
// Whether a run saw a source that ends about now is luck.
constexpr std::int64_t about_now = 120;

// What is known of one ISBN.
struct Book {
  std::set<std::string> titles;                             // by sources and writers
  std::set<std::string> written;                            // ... by writers
  bool has_source = false;                                  // one that lives on
  std::map<std::int64_t, std::set<std::string>> confirmed;  // titles, by the time of the write
};

std::map<std::string, Book> books_of(const Aftermath& end, std::int64_t now) {
  std::map<std::string, Book> books;
  scenarios::ReferenceJudge judge;
  const auto& columns = store::book_columns();
  const auto title = static_cast<std::size_t>(std::find(columns.begin(), columns.end(), "title") -
                                              columns.begin());
  for (const KvRecord& source : end.sources) {
    const auto row = judge.expected(source.key, source.value, source.expiration);
    if (!row) continue;
    Book& book = books[row->at(0).value_or("")];
    book.titles.insert(row->at(title).value_or(""));
    book.has_source = book.has_source || !source.expiration || *source.expiration > now + about_now;
  }
  for (const auto& [isbn, written] : end.written) {
    books[isbn].titles.insert(written.begin(), written.end());
    books[isbn].written = written;
  }
  for (const chaos::Acknowledged& write : end.acknowledged) {
    books[write.isbn].confirmed[write.source_time].insert(write.title);
  }
  return books;
}

bool anybody_migrates(const chaos::StormCase& played) {
  const auto starts_one = [](const chaos::Happening& happening) {
    return happening.what == Happen::double_start || happening.what == Happen::start_again ||
           happening.what == Happen::time_travel;
  };
  const auto& list = played.happenings;
  return played.migrators > 0 || played.isolates > 0 ||
         std::any_of(list.begin(), list.end(), starts_one);
}

// Where somebody invalidates, `null` may stand in place of bytes that its location cannot see
// (docs/LOOKUP.md).
bool anybody_invalidates(const chaos::StormCase& played) {
  const auto& list = played.happenings;
  return std::any_of(list.begin(), list.end(), [](const chaos::Happening& happening) {
    return happening.what == Happen::invalidate || happening.what == Happen::clear_cache;
  });
}

struct Row {
  bool live = false;
  std::int64_t time = 0;
  std::string title;
};

// What is wrong with a row; nothing when it may be so.
std::optional<std::string> objection(const Book& book, const Row& row) {
  if (!book.titles.contains(row.title)) return "has the title '" + row.title + "' from nobody";
  if (book.confirmed.empty()) return std::nullopt;
  const auto& [newest, titles] = *book.confirmed.rbegin();
  if (!row.live || row.time < newest) return "shows something older than what D1 confirmed";
  if (row.time == newest && !titles.contains(row.title)) {
    return "has the title '" + row.title + "', and another one was confirmed";
  }
  return std::nullopt;
}

void compare_d1(const Aftermath& end, const std::map<std::string, Book>& books,
                std::vector<std::string>& found) {
  std::map<std::string, Row> rows;
  bool any_brought = false;
  for (const SqlRow& row : chaos::read_rows(
           end, "SELECT isbn, origin = 'live', source_time, title FROM Books ORDER BY isbn")) {
    const bool live = as_int(row[1]) != 0;
    any_brought = any_brought || !live;
    rows[chaos::text_of(row[0])] = {live, chaos::number_of(row[2]), chaos::text_of(row[3])};
  }
  for (const auto& [isbn, row] : rows) {
    const auto book = books.find(isbn);
    const auto wrong = book == books.end() ? std::optional<std::string>("is a book of nobody")
                                           : objection(book->second, row);
    if (wrong) found.push_back("D1's row " + isbn + " " + *wrong);
  }
  const bool complete = end.finished && end.migration.complete();
  for (const auto& [isbn, book] : books) {
    const bool due = !book.confirmed.empty() || (complete && book.has_source);
    if (due && !rows.contains(isbn)) found.push_back("D1 has no row " + isbn);
  }
  if (any_brought && !anybody_migrates(end.played)) {
    found.emplace_back("D1 has migrated rows, and nobody migrated");
  }
}

// As a live writer puts it (chaos/traffic.cpp).
std::string value_of(const std::string& title) {
  return R"({"title":")" + title + R"(","authors":["A. Writer"]})";
}

std::string title_in(const std::string& value) {
  const auto json = nlohmann::json::parse(value, nullptr, false);
  const bool has_one = json.is_object() && json.contains("title") && json["title"].is_string();
  return has_one ? json["title"].get<std::string>() : std::string();
}

void compare_kv(const Aftermath& end, const std::map<std::string, Book>& books, std::int64_t now,
                std::vector<std::string>& found) {
  std::map<std::string, KvRecord> sources;
  for (const KvRecord& source : end.sources) sources[source.key] = source;
  const auto book_of = [&books](const std::string& key) -> const Book* {
    const bool is_book = key.starts_with(book_prefix);
    const auto book = is_book ? books.find(key.substr(book_prefix.size())) : books.end();
    return book == books.end() ? nullptr : &book->second;
  };
  const bool live_system = end.played.isolates > 0;
  const bool invalidated = anybody_invalidates(end.played);
  std::set<std::string> standing;
  for (const KvRecord& entry : end.world.kv().entries()) {
    if (!chaos::is_source(entry.key)) continue;  // checkpoint, flag, "nobody has it"
    standing.insert(entry.key);
    const auto source = sources.find(entry.key);
    if (source != sources.end() && entry.value == source->second.value) continue;
    const Book* book = book_of(entry.key);
    bool possible = false;
    if (book != nullptr && live_system) {
      possible =
          book->titles.contains(title_in(entry.value)) || (invalidated && entry.value == "null");
    } else if (book != nullptr) {
      possible = std::any_of(
          book->written.begin(), book->written.end(),
          [&entry](const std::string& title) { return entry.value == value_of(title); });
    }
    if (!possible) {
      found.push_back("KV's " + entry.key + " has the value '" + entry.value.substr(0, 200) +
                      "' from nobody");
    }
  }
  if (live_system) return;
  for (const auto& [key, source] : sources) {
    const bool ended = source.expiration && *source.expiration <= now;
    const Book* book = book_of(key);
    const bool written = book != nullptr && !book->written.empty();
    if (!ended && !standing.contains(key)) found.push_back("KV's " + key + " is gone");
    if (ended && !written && standing.contains(key)) {
      found.push_back("KV's " + key + " has outlived its end");
    }
  }
}

}  // namespace

std::vector<std::string> disagreements(const Aftermath& end) {
  std::vector<std::string> found;
  const std::int64_t now = end.world.scheduler().wall().seconds();
  const auto books = books_of(end, now);
  compare_d1(end, books, found);
  compare_kv(end, books, now, found);
  return found;
}

}  // namespace cutover::worlds
