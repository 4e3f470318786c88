// The day after, in phase d1: each tier answers for the others, in the same words; nobody is asked
// twice for what nobody has; a breaker opens and closes; what is corrected is soon read.

#include "chaos/invariants/day_after.h"
#include "chaos/invariants/tables.h"
#include "core/ports/check.h"
#include "scenarios/generate.h"

namespace cutover::chaos {
namespace {

using std::chrono::seconds;

constexpr std::uint64_t new_number = 800'000'000;      // of a book that only the provider has
constexpr std::uint64_t nobodys_number = 810'000'000;  // of one that nobody has

// A fill is deferred, and KV takes one write a second for each key.
constexpr Duration filled = seconds(4);

void expect(DayAfter& day, std::string_view invariant, const std::string& isbn, bool holds,
            const DayAfter::Reading& reading, const std::string& what) {
  if (holds) return;
  day.report(invariant, isbn,
             what + ": answered " + std::to_string(reading.status) + " from \"" + reading.source +
                 "\", title " + reading.title);
}

void run_sql(DayAfter& day, const std::string& sql) {
  const auto done = day.world.d1().connection().run({sql, {}});
  CUTOVER_CHECK(done.has_value(), "a check's own statement is valid SQL");
}

}  // namespace

void check_tiers(DayAfter& day) {
  const auto books = day.some_books(3);
  day.empty_the_cache();
  day.provider.power.down = true;
  std::vector<DayAfter::Reading> from_d1;
  for (const auto& [isbn, title] : books) {
    const auto reading = day.search(isbn);
    expect(day, "degradation", isbn, reading.status == 200 && reading.title == title, reading,
           "D1 has it, KV does not, the provider is down");
    expect(day, "phase", isbn, reading.status != 200 || reading.source == "d1", reading,
           "in phase d1, with the flag on, D1 was not read");
    from_d1.push_back(reading);
  }
  day.pass(filled);
  day.d1.power.down = true;
  for (std::size_t i = 0; i < books.size(); ++i) {
    const auto reading = day.search(books[i].isbn);
    expect(day, "degradation", books[i].isbn,
           reading.status == 200 && reading.source == "cache" && !reading.stale, reading,
           "KV has it, D1 and the provider are down");
    expect(day, "same_answer", books[i].isbn, reading.book == from_d1[i].book, reading,
           "KV's answer is not D1's");
  }
  day.d1.power.down = false;
  day.kv.power.down = true;
  for (std::size_t i = 0; i < books.size(); ++i) {
    const auto reading = day.search(books[i].isbn);
    expect(day, "degradation", books[i].isbn, reading.status == 200, reading,
           "D1 has it, KV and the provider are down");
    expect(day, "same_answer", books[i].isbn, reading.book == from_d1[i].book, reading,
           "D1's answer without KV is another one");
  }
  day.d1.power.down = true;
  // Those who ask within two seconds share one answer.
  day.runtime.sleep(seconds(3));
  if (!books.empty()) {
    const auto reading = day.search(books[0].isbn);
    expect(day, "not_found", books[0].isbn, reading.status >= 502 && reading.status <= 504, reading,
           "with every backend down there is no answer about it");
  }
  day.kv.power.down = day.d1.power.down = day.provider.power.down = false;
}

// While D1 is down, the provider answers for what it has; a book that only D1 has is not "not
// found".
void check_unsure(DayAfter& day) {
  day.empty_the_cache();
  day.d1.power.down = true;
  const LiveRecord& live = day.aftermath.live;
  int provided = 0;
  for (const std::string& isbn : live.stocked) {
    if (live.forgotten.contains(isbn) || ++provided > 2) continue;
    const auto reading = day.search(isbn);
    expect(day, "degradation", isbn, reading.status == 200, reading,
           "the provider has it, KV does not, D1 is down");
  }
  int asked = 0;
  for (const auto& [isbn, title] : day.some_books(12)) {
    if (day.aftermath.live.stocked.contains(isbn) || ++asked > 2) continue;
    const auto reading = day.search(isbn);
    expect(day, "not_found", isbn, reading.status != 404, reading,
           "only D1 has it, and D1 is down");
  }
  day.d1.power.down = false;
}

// One that is missing everywhere costs one call of the provider, however many ask, and so does one
// that only the provider has (R3.11); that one is then in D1 and in KV, in the same words.
void check_absence(DayAfter& day) {
  const std::string nobodys = scenarios::isbn13_of(nobodys_number);
  const std::string its_own = scenarios::isbn13_of(new_number);
  day.world.provider().put_book(
      its_own, R"({"title":"Only here","authors":["P. Rovider"],"publishedDate":"2004-05-01",)"
               R"("pageCount":192,"imageLinks":{"thumbnail":"http://books.google.com/x"}})");
  DayAfter::Reading answers[2][3];
  {
    const auto group = day.runtime.task_group(10);
    for (int i = 0; i < 3; ++i) {
      group->spawn([&, i] { answers[0][i] = day.search(nobodys); });
      group->spawn([&, i] { answers[1][i] = day.search(its_own); });
    }
    group->wait();
  }
  const auto later = day.search(nobodys);
  expect(day, "not_found", nobodys, later.status == 404, later, "nobody has it");
  for (int i = 0; i < 3; ++i) {
    expect(day, "not_found", nobodys, answers[0][i].status == 404, answers[0][i], "nobody has it");
    expect(day, "same_answer", its_own,
           answers[1][i].status == 200 && answers[1][i].book == answers[1][0].book, answers[1][i],
           "those who ask at the same time get the same");
  }
  for (const std::string& isbn : {nobodys, its_own}) {
    const std::int64_t calls = day.provider.calls[isbn];
    if (calls == 1) continue;
    day.report("one_call", isbn, "cost " + std::to_string(calls) + " calls of the provider, not 1");
  }
  day.pass(filled);
  const auto cached = day.search(its_own);
  expect(day, "same_answer", its_own, cached.source == "cache" && cached.book == answers[1][0].book,
         cached, "the provider's answer, read from KV, is not the same");
  day.empty_the_cache();
  const auto stored = day.search(its_own);
  expect(day, "same_answer", its_own, stored.source == "d1" && stored.book == answers[1][0].book,
         stored, "the provider's answer, read from D1, is not the same");
  day.pass(filled);
}

// Its breaker opens while D1 is down, and closes again by itself when D1 is back.
void check_recovery(DayAfter& day) {
  constexpr int calls_to_open = 24;
  day.empty_the_cache();
  day.d1.power.down = true;
  for (int i = 0; i < calls_to_open; ++i) {
    day.search(scenarios::isbn13_of(nobodys_number + 1 + static_cast<std::uint64_t>(i)));
  }
  if (day.system.d1_breaker().state() == rollout::BreakerState::closed) {
    day.report("breaker", "",
               "is closed after " + std::to_string(calls_to_open) + " look-ups without D1");
  }
  day.d1.power.down = false;
  for (int i = 0; i < 6; ++i) {
    day.pass(seconds(6));
    day.search(scenarios::isbn13_of(nobodys_number + 100 + static_cast<std::uint64_t>(i)));
  }
  if (day.system.d1_breaker().state() != rollout::BreakerState::closed) {
    day.report("breaker", "", "is not closed 36 s after D1 came back");
  }
}

// What is corrected in D1 is read at once where it is invalidated, and everywhere when the entry's
// fresh life is over (docs/LOOKUP.md).
void check_corrections(DayAfter& day) {
  const auto books = day.some_books(2);
  if (books.size() < 2) return;
  for (const auto& [isbn, title] : books) day.search(isbn);
  day.pass(filled);
  for (const auto& [isbn, title] : books) {
    run_sql(day,
            "UPDATE Books SET title = 'Corrected', version = version + 1, origin = 'live', "
            "source_time = unixepoch() * 1000 WHERE isbn = '" +
                isbn + "'");
  }
  const auto told = day.admin("POST", "/admin/invalidate", R"({"isbn":")" + books[0].isbn + "\"}");
  if (told.status != 200) {
    day.report("bounded_staleness", books[0].isbn,
               "cannot be invalidated: " + std::to_string(told.status));
  }
  const auto at_once = day.search(books[0].isbn);
  expect(day, "bounded_staleness", books[0].isbn, at_once.title == "\"Corrected\"", at_once,
         "was invalidated, and this location still shows the old one");
  constexpr Duration bound = std::chrono::hours(24) + seconds(60) + seconds(40);
  day.runtime.sleep(bound);
  const auto later = day.search(books[1].isbn);
  expect(day, "bounded_staleness", books[1].isbn,
         later.status == 200 && (later.stale || later.title == "\"Corrected\""), later,
         "is older than the bound, and not marked stale");
  day.pass(seconds(12));
}

}  // namespace cutover::chaos
