// The day after, as operators and users see it: dry run, status and shelves; the flag; rollback.

#include <algorithm>
#include <map>

#include "chaos/invariants/day_after.h"
#include "chaos/invariants/tables.h"
#include "chaos/users.h"
#include "scenarios/generate.h"

namespace cutover::chaos {
namespace {

using migrate::Fate;
using std::chrono::seconds;

constexpr std::string_view flag_key = "feature:enable_d1_reads";
constexpr std::uint64_t known_number = 820'000'000;  // of books that the provider has

std::string totals_of(const migrate::Totals& totals) {
  std::string text = "{\"listed\":" + std::to_string(totals.listed);
  for (const Fate fate : migrate::all_fates) {
    text += ",\"" + std::string(name_of(fate)) + "\":" + std::to_string(totals[fate]);
  }
  return text + "}";
}

struct Entry {
  std::string isbn;
  std::string status;
  std::int64_t rating = 0;
  std::int64_t added_at = 0;
  std::int64_t year = 0;
  std::string title;
};

// The user's shelf by the tables, newest first.
std::vector<Entry> shelf_of(DayAfter& day, const std::string& user) {
  std::vector<Entry> entries;
  for (const SqlRow& row :
       read_rows(day.world,
                 "SELECT u.isbn, u.status, u.rating, u.added_at, b.publication_year, b.title "
                 "FROM UserLibrary u JOIN Books b ON b.isbn = u.isbn WHERE u.user_id = '" +
                     user + "' ORDER BY u.added_at DESC, u.id DESC")) {
    entries.push_back({text_of(row[0]), text_of(row[1]), number_of(row[2]), as_int(row[3]),
                       number_of(row[4]), text_of(row[5])});
  }
  return entries;
}

std::vector<std::string> isbns_in(std::string_view body) {
  constexpr std::string_view name = "\"isbn\":";
  std::vector<std::string> isbns;
  for (std::size_t at = body.find(name); at != std::string_view::npos;
       at = body.find(name, at + name.size())) {
    const std::string_view value = json_after(body, name, at);
    isbns.emplace_back(value.substr(1, value.size() - 2));
  }
  return isbns;
}

template <class Wanted>
void compare_shelf(DayAfter& day, const std::string& user, const std::vector<Entry>& entries,
                   const char* name, const std::string& value, Wanted&& wanted) {
  api::Pairs query;
  if (*name != '\0') query.emplace_back(name, value);
  std::vector<std::string> right;
  for (const Entry& entry : entries) {
    if (wanted(entry)) right.push_back(entry.isbn);
  }
  const api::HttpResponse answer = day.shelf(user, "", std::move(query));
  if (answer.status == 200 && isbns_in(answer.body) == right) return;
  day.report("shelf_filters", user,
             "with " + std::string(name) + "=" + value + " answered " +
                 std::to_string(answer.status) + " with " +
                 std::to_string(isbns_in(answer.body).size()) + " entries, not the right " +
                 std::to_string(right.size()) + " in order");
}

// Page after page, each entry once, in order.
void compare_pages(DayAfter& day, const std::string& user, const std::vector<Entry>& entries) {
  std::vector<std::string> read;
  api::Pairs query = {{"limit", "4"}};
  for (std::size_t page = 0; page <= entries.size() / 4; ++page) {
    const api::HttpResponse answer = day.shelf(user, "", query);
    for (std::string& isbn : isbns_in(answer.body)) read.push_back(std::move(isbn));
    const std::string_view cursor = json_after(answer.body, "\"nextCursor\":");
    if (cursor.size() < 2 || cursor.front() != '"') break;
    query = {{"limit", "4"}, {"cursor", std::string(cursor.substr(1, cursor.size() - 2))}};
  }
  std::vector<std::string> right;
  for (const Entry& entry : entries) right.push_back(entry.isbn);
  if (read != right)
    day.report("shelf_filters", user, "pages do not show each entry once in order");
}

std::int64_t books_in_d1(DayAfter& day) {
  return as_int(read_rows(day.world, "SELECT count(*) FROM Books")[0][0]);
}

std::string known_isbn(DayAfter& day, std::uint64_t which) {
  const std::string isbn = scenarios::isbn13_of(known_number + which);
  day.world.provider().put_book(isbn, R"({"title":"Known","authors":["P. Rovider"]})");
  return isbn;
}

// Both the provider and D1 have the book, KV does not: who answers?
std::string who_answers(DayAfter& day, std::uint64_t which) {
  const std::string isbn = known_isbn(day, which);
  day.search(isbn);
  day.pass(seconds(4));
  day.empty_the_cache();
  return day.search(isbn).source;
}

}  // namespace

void check_dry_run(DayAfter& day, const migrate::Totals& rerun) {
  const std::string before = day.world.d1().digest();
  const api::HttpResponse answer =
      day.admin("POST", "/admin/migrate-kv-to-d1", "", {{"dryRun", "true"}});
  if (day.world.d1().digest() != before) day.report("dry_run", "", "a dry run wrote to D1");
  if (answer.status == 200 && answer.body.find(totals_of(rerun)) != std::string::npos) return;
  day.report("dry_run", "",
             "answered " + std::to_string(answer.status) + " with other totals than the run had, " +
                 totals_of(rerun));
}

void check_status(DayAfter& day) {
  const api::HttpResponse answer = day.admin("GET", "/admin/migration-status", "");
  const auto rows = read_rows(day.world,
                              "SELECT run_id, state, listed FROM MigrationRuns "
                              "ORDER BY rowid DESC LIMIT 1");
  const std::string run = "\"runId\":\"" + text_of(rows[0][0]) + "\"";
  const std::string state = "\"state\":\"" + text_of(rows[0][1]) + "\"";
  const std::string listed = "{\"listed\":" + std::to_string(as_int(rows[0][2]));
  for (const std::string& part : {run, state, listed}) {
    if (answer.status == 200 && answer.body.find(part) != std::string::npos) continue;
    day.report("status", "", "does not say what the ledger says: " + part);
  }
}

void check_shelves(DayAfter& day) {
  const auto users = read_rows(day.world,
                               "SELECT user_id FROM UserLibrary GROUP BY user_id "
                               "ORDER BY count(*) DESC, user_id LIMIT 1");
  if (users.empty()) return;
  const std::string user = text_of(users[0][0]);
  const std::vector<Entry> entries = shelf_of(day, user);
  const Entry& middle = entries[entries.size() / 2];
  compare_shelf(day, user, entries, "", "", [](const Entry&) { return true; });
  compare_shelf(day, user, entries, "status", middle.status,
                [&](const Entry& entry) { return entry.status == middle.status; });
  const std::int64_t rating = std::max<std::int64_t>(1, middle.rating);
  compare_shelf(day, user, entries, "rating", std::to_string(rating),
                [&](const Entry& entry) { return entry.rating >= rating; });
  const std::int64_t year = std::max<std::int64_t>(1, middle.year);
  compare_shelf(day, user, entries, "year", std::to_string(year),
                [&](const Entry& entry) { return entry.year == year; });
  compare_shelf(day, user, entries, "addedYear", "2024", [](const Entry&) { return false; });
  compare_pages(day, user, entries);
  std::vector<const Entry*> best;
  const std::string best_year = std::to_string(year);
  for (const Entry& entry : entries) {
    if (entry.rating == 5 && entry.year == year) best.push_back(&entry);
  }
  std::sort(best.begin(), best.end(), [](const Entry* left, const Entry* right) {
    return std::tie(left->title, left->isbn) < std::tie(right->title, right->isbn);
  });
  std::vector<std::string> right;
  for (const Entry* entry : best) right.push_back(entry->isbn);
  if (isbns_in(day.shelf(user, "/top-rated", {{"year", best_year}}).body) != right) {
    day.report("shelf_filters", user, "top-rated shows other books than the best of " + best_year);
  }
}

// Seventy seconds after the flag is off, D1 answers nobody whom the provider can answer; and again
// when it is on.
void check_flag(DayAfter& day) {
  day.admin("PUT", "/admin/flags", R"({"value":"false"})");
  day.pass(seconds(71));
  const std::string off = who_answers(day, 1);
  if (off != "provider") day.report("flag", "", "the flag is off, and \"" + off + "\" answered");
  day.admin("PUT", "/admin/flags", R"({"value":"true"})");
  day.pass(seconds(71));
  const std::string on = who_answers(day, 2);
  if (on != "d1") day.report("flag", "", "the flag is on, and \"" + on + "\" answered");
  // No flag at all, and one that says nothing clear, are off (F01).
  std::vector<KvRecord> entries = day.world.kv().entries();
  std::erase_if(entries, [](const KvRecord& record) { return record.key == flag_key; });
  day.world.kv().restore(entries);
  day.pass(seconds(71));
  const std::string unset = who_answers(day, 4);
  if (unset != "provider") day.report("flag", "", "no flag is set, and \"" + unset + "\" answered");
  day.world.kv().load({std::string(flag_key), "on?", std::nullopt, ""});
  day.pass(seconds(71));
  const std::string unclear = who_answers(day, 5);
  if (unclear != "provider") {
    day.report("flag", "", "the flag is unclear, and \"" + unclear + "\" answered");
  }
  day.admin("PUT", "/admin/flags", R"({"value":"true"})");
  day.pass(seconds(71));
}

// After a rollback the provider is asked before D1; what only D1 has is still answered; nothing is
// lost (F04, F05).
void check_rolled_back(DayAfter& day) {
  const std::int64_t before = books_in_d1(day);
  const auto answer = day.admin("POST", "/admin/rollback", R"({"reason":"the day after"})");
  if (answer.status != 200) {
    day.report("rollback", "",
               "in phase " + day.phase() + " is refused: " + answer.body.substr(0, 200));
    return;
  }
  const auto jump = day.admin("POST", "/admin/phase", R"({"phase":"d1","reason":"too early"})");
  if (jump.status != 409) {
    day.report("gate", day.phase(),
               "a move to d1 right after a rollback is answered " + std::to_string(jump.status));
  }
  day.pass(seconds(11));
  const std::string source = who_answers(day, 3);
  if (source != "provider") {
    day.report("phase", day.phase(),
               "eleven seconds after the rollback \"" + source + "\" answered");
  }
  day.empty_the_cache();
  day.provider.power.down = true;
  for (const auto& [isbn, title] : day.some_books(3)) {
    const auto reading = day.search(isbn);
    if (reading.status == 200 && reading.title == title) continue;
    day.report("rollback", isbn,
               "was answered before the rollback, and is now " + std::to_string(reading.status));
  }
  day.provider.power.down = false;
  if (books_in_d1(day) < before) day.report("rollback", "", "the rollback lost rows of D1");
  day.pass(seconds(31));
}

}  // namespace cutover::chaos
