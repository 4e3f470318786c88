// Are the books the right ones? Against the dump where there is one, and against each other.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "target/acceptance.h"
#include "target/check.h"
#include "target/rate.h"

namespace cutover::target {
namespace {

using reports::Verdict;

constexpr double missing_max = 0.01;    // the plan: completeness above 99 %
constexpr double different_max = 0.01;  // the plan: difference below 1 %

// By the answer's own words neither KV nor D1 had the book. An answer that tells no source is not
// held to have come from elsewhere.
bool is_from_elsewhere(const Look& look) {
  return !look.source.empty() && look.source != "d1" && look.source != "cache" &&
         look.source != "kv";
}

// The contract's words for "ask again later". A 500 is none of them.
bool says_nothing_of_the_book(const Look& look) {
  return look.status == 0 || look.status == 429 || (look.status > 500 && look.status < 600);
}

// What the first looks say of the books that the dump holds.
struct Held {
  Complaints missing;
  Complaints different;
  std::uint64_t found = 0;
  std::uint64_t unanswered = 0;
  std::uint64_t expired = 0;  // not found, and their entries had expired

  [[nodiscard]] std::uint64_t judged() const { return found + missing.count(); }
};

Held held_against_the_dump(const Tour& tour) {
  Held held;
  for (const Look& look : tour.reading.first) {
    const Wanted& wanted = tour.reading.wanted[look.wanted];
    if (look.found && is_from_elsewhere(look)) {
      held.missing.add(wanted.isbn + ": came from '" + look.source + "'");
    } else if (look.found) {
      ++held.found;
    } else if (says_nothing_of_the_book(look)) {
      ++held.unanswered;
    } else if (wanted.expired) {
      ++held.expired;
    } else {
      held.missing.add(wanted.isbn + ": " + look.said);
    }
    if (look.found && !look.differs.empty()) held.different.add(wanted.isbn + ": " + look.differs);
  }
  return held;
}

std::string left_out(const Tour& tour, const Held& held) {
  std::string text = fmt::format("{} of the {} books in the dump were looked up",
                                 tour.reading.first.size(), tour.sample->books_in_all);
  if (held.unanswered > 0) text += fmt::format("; {} got no usable answer", held.unanswered);
  if (held.expired > 0) {
    text += fmt::format("; {} are gone and had expired, so nothing is said of them", held.expired);
  }
  return text;
}

Found judged_rate(const Tour& tour, const Held& held, const Complaints& bad, std::uint64_t of,
                  double limit) {
  const bool whole = tour.sample->whole() && of == tour.sample->books_in_all;
  Found found;
  found.verdict = judge_rate(bad.count(), of, limit, whole);
  found.note = left_out(tour, held);
  if (of == 0) return found;
  found.measured = 100.0 * static_cast<double>(bad.count()) / static_cast<double>(of);
  found.unit = "%";
  if (found.verdict == Verdict::unknown) {
    found.note += fmt::format("; to tell at 95 %, {} are needed, or all (--sample, --requests)",
                              needed_for(bad.count(), limit));
  }
  if (bad.count() > 0) found.note += fmt::format(". {}: {}", bad.count(), bad.text());
  return found;
}

Found books_are_there(Tour& tour) {
  if (!tour.sample) return cannot_say("there is no --dump that says which books must be there");
  const Held held = held_against_the_dump(tour);
  Found found = judged_rate(tour, held, held.missing, held.judged(), missing_max);
  // As completeness, which is what the plan limits.
  if (auto* missing = std::get_if<double>(&found.measured)) *missing = 100.0 - *missing;
  return found;
}

Found books_are_right(Tour& tour) {
  if (!tour.sample) return cannot_say("there is no --dump that says what the books must be");
  const Held held = held_against_the_dump(tour);
  const auto found =
      static_cast<std::uint64_t>(std::count_if(tour.reading.first.begin(), tour.reading.first.end(),
                                               [](const Look& look) { return look.found; }));
  return judged_rate(tour, held, held.different, found, different_max);
}

Found same_as_before(const Reading& reading, const std::vector<Look>& looks,
                     const std::string& what) {
  Complaints wrong;
  std::uint64_t answered = 0;
  std::set<std::size_t> books;
  for (const Look& look : looks) {
    if (says_nothing_of_the_book(look)) continue;
    ++answered;
    books.insert(look.wanted);
    const std::string name = look.spelling + " (" + reading.wanted[look.wanted].isbn + ")";
    if (!look.found) {
      wrong.add(name + ": " + look.said);
    } else if (!look.differs.empty()) {
      wrong.add(name + ": " + look.differs);
    }
  }
  if (answered == 0) return cannot_say("no book could be asked for " + what);
  return wrong.found(fmt::format("{} books asked for {}, {} times in all: the same book each time",
                                 books.size(), what, answered));
}

Found a_book_stays_the_same(Tour& tour) {
  std::vector<Look> looks = tour.reading.again;
  looks.insert(looks.end(), tour.reading.more.begin(), tour.reading.more.end());
  return same_as_before(tour.reading, looks, "again");
}

Found spellings_are_one(Tour& tour) {
  return same_as_before(tour.reading, tour.reading.spelled, "as ISBN-10 and with hyphens");
}

// The plan's contract test, on every answer.
Found the_shape_is_the_same(Tour& tour) {
  const Reading& reading = tour.reading;
  if (reading.shape.answers() == 0) return cannot_say("no book was found");
  Complaints wrong;
  for (const char* path : {"success", "data.book.isbn", "data.book.title", "data.book.authors",
                           "data.book.imageLinks", "metadata"}) {
    wrong.expect(value_at(reading.shape.model(), path) != nullptr,
                 std::string("there is no ") + path);
  }
  for (const std::string& difference : reading.shape_differences) wrong.add(difference);
  if (reading.shape_different > reading.shape_differences.size()) {
    wrong.add(fmt::format("{} answers differ in all", reading.shape_different));
  }
  return wrong.found(fmt::format("{} answers: the same keys, and values of the same types",
                                 reading.shape.answers()));
}

Found old_clients_find_the_book(Tour& tour) {
  const std::string isbn = tour.known_isbn();
  if (isbn.empty()) return cannot_say("no book was found that could be asked for");
  const Answer answer = tour.visit.ask({"GET", "/search?isbn=" + isbn, "", ""});
  if (answer.status == 404 || answer.status == 0) {
    return cannot_say("GET /search?isbn=" + isbn + ": " + said(answer) +
                      "; whether there are clients that still ask it is not known here");
  }
  const auto json = json_in(answer);
  const Json* told = json ? value_at(*json, "isbn") : nullptr;
  const bool good = answer.status == 200 && told != nullptr && *told == isbn &&
                    value_at(*json, "title") != nullptr;
  const std::string what = "GET /search?isbn=" + isbn + ": " + said(answer);
  return good ? holds(what + ", with isbn and title at the top")
              : fails(what + ", without this isbn and a title at the top");
}

constexpr std::array book_rows = {
    Check{"the books of the dump are there", "R6.5 R6.1", "> 99", books_are_there},
    Check{"the books are what the dump says, field by field", "R6.1 R3.3", "< 1", books_are_right},
    Check{"a book stays the same when it is asked for again", "R6.4", "holds",
          a_book_stays_the_same},
    Check{"an ISBN-10, an ISBN-13 and one with hyphens are one book", "R6.4 R3.9", "holds",
          spellings_are_one},
    Check{"all answers of the search have one shape", "R4.5", "one shape", the_shape_is_the_same},
    Check{"clients of the route of before find the book", "R3.6 R4.5", "200",
          old_clients_find_the_book},
};

}  // namespace

std::span<const Check> book_checks() {
  return book_rows;
}

}  // namespace cutover::target
