// What a deployment must refuse, and how (R3.9, R3.10). Everything here is a GET.
#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include <fmt/format.h>

#include "target/acceptance.h"
#include "target/check.h"

namespace cutover::target {
namespace {

const std::string search = "/v1/search/isbn";

// "400" for people, with what was asked.
std::string asked_and_told(const std::string& what, const Told& told) {
  return what + " is answered with " + said(told);
}

// Wrong only when something came back and it is another status than these. `unsure` counts the
// rest.
void expect_status(Complaints& wrong, std::size_t& unsure, const std::string& what,
                   const Answer& answer, std::initializer_list<int> good) {
  if (answer.status == 0) {
    ++unsure;
    return;
  }
  const bool fine = std::find(good.begin(), good.end(), answer.status) != good.end();
  wrong.expect(fine, asked_and_told(what, answer));
}

Found judged(const Complaints& wrong, std::size_t unsure, const std::string& when_good) {
  if (wrong.count() == 0 && unsure > 0) {
    return cannot_say(fmt::format("{} questions got no answer", unsure));
  }
  return wrong.found(when_good);
}

Found it_is_healthy(Tour& tour) {
  const Told& told = tour.health;
  const bool good = told.status == 200 && says_json(told) && json_in(told).has_value();
  const std::string what = asked_and_told("GET /health", told);
  return good ? holds(what + " and JSON") : fails(what + "; 200 and JSON are expected");
}

Found an_isbn_is_required(Tour& tour) {
  Complaints wrong;
  std::size_t unsure = 0;
  for (const char* query : {"", "?isbn="}) {
    const std::string path = search + query;
    expect_status(wrong, unsure, "GET " + path, tour.ask({"GET", path, "", ""}, path), {400});
  }
  return judged(wrong, unsure, "without an ISBN, and with an empty one: 400");
}

Found what_is_no_isbn_is_refused(Tour& tour) {
  Complaints wrong;
  std::size_t unsure = 0;
  constexpr std::array none = {
      "abc", "12345",        "9780439708181",         "0439708185", "97804397081800",
      "%20", "%F0%9F%93%96", "..%2F..%2Fetc%2Fpasswd"};
  for (const char* text : none) {
    const std::string path = search + "?isbn=" + text;
    expect_status(wrong, unsure, "GET " + path, tour.ask({"GET", path, "", ""}, path), {400});
  }
  return judged(wrong, unsure,
                fmt::format("{} texts that are no ISBN, two of them with a wrong check digit: 400",
                            none.size()));
}

Found a_long_text_is_refused(Tour& tour) {
  Complaints wrong;
  std::size_t unsure = 0;
  const std::string path = search + "?isbn=" + std::string(600, '9');
  expect_status(wrong, unsure, "an ISBN of 600 digits",
                tour.ask({"GET", path, "", ""}, "600 digits"), {400, 414});
  return judged(wrong, unsure, "an ISBN of 600 digits: 400 or 414");
}

// In HTML, what a stranger wrote into a link would run in the reader's browser.
Found markup_and_sql_are_refused(Tour& tour) {
  Complaints wrong;
  std::size_t unsure = 0;
  const std::string markup = "<script>alert(1)</script>";
  for (const auto& [what, path] :
       {std::pair<std::string, std::string>{"a script as ISBN",
                                            "%3Cscript%3Ealert(1)%3C%2Fscript%3E"},
        {"SQL as ISBN", "%27%20OR%20%271%27%3D%271%27%20--"},
        {"SQL behind an ISBN", "9780439708180%27%3B%20DROP%20TABLE%20Books%3B--"}}) {
    const Answer answer = tour.visit.ask({"GET", search + "?isbn=" + path, "", ""});
    expect_status(wrong, unsure, what, answer, {400});
    const bool runs = says_html(answer) && answer.body.find(markup) != std::string::npos;
    wrong.expect(!runs, what + " comes back in a page of HTML, where it would run");
  }
  return judged(wrong, unsure, "a script and two pieces of SQL: 400, and no page repeats them");
}

Found nobodys_book_is_404(Tour& tour) {
  Complaints wrong;
  std::size_t unsure = 0;
  std::string not_now;
  for (const std::string& isbn : tour.options.unknown_isbns) {
    const Answer answer = tour.ask({"GET", search + "?isbn=" + isbn, "", ""}, "an unknown ISBN");
    const int status = answer.status;
    // The contract's words for "ask again later": they say nothing of the book.
    if (status == 429 || status == 502 || status == 503 || status == 504) {
      not_now += fmt::format("; {}: {}{}", isbn, status,
                             answer.retry_after.empty() ? " without Retry-After" : "");
      continue;
    }
    expect_status(wrong, unsure, isbn + ", which nobody has,", answer, {404});
  }
  if (wrong.count() == 0 && !not_now.empty()) {
    return cannot_say("the provider does not answer just now" + not_now);
  }
  return judged(wrong, unsure,
                fmt::format("{} ISBNs that nobody has: 404", tour.options.unknown_isbns.size()));
}

Found an_unknown_route_is_404(Tour& tour) {
  Complaints wrong;
  std::size_t unsure = 0;
  for (const char* path : {"/no-such-route", "/v1/search/no-such-route", "/v2/search/isbn"}) {
    expect_status(wrong, unsure, std::string("GET ") + path, tour.ask({"GET", path, "", ""}, path),
                  {404});
  }
  return judged(wrong, unsure, "three paths that no route has: 404");
}

// A GET where only POST is: the one wrong method that can change nothing anywhere.
Found a_wrong_method_is_refused(Tour& tour) {
  Complaints wrong;
  std::size_t unsure = 0;
  const std::string path = "/v1/library/nobody/books";
  const Answer answer = tour.ask({"GET", path, "", ""}, "GET " + path);
  expect_status(wrong, unsure, "GET " + path + ", a route for POST,", answer, {405, 404, 401, 403});
  return judged(wrong, unsure, asked_and_told("GET " + path + ", a route for POST,", answer));
}

Found refusals_are_json(Tour& tour) {
  Complaints wrong;
  for (const Refusal& one : tour.refusals) {
    const auto json = json_in(one.told);
    const std::string to = fmt::format("{} ({})", one.to, one.told.status);
    if (!says_json(one.told) || !json) {
      wrong.add(to + ": is no JSON, but " + shown(one.told.content_type));
    } else if (!is_refusal(*json)) {
      wrong.add(to + R"(: has no {"success":false,"error":{"code","message"}})");
    }
  }
  if (tour.refusals.empty()) return cannot_say("nothing was refused");
  return wrong.found(
      fmt::format("{} refusals, each JSON with a code and a message", tour.refusals.size()));
}

// Words that stand in stack traces and in databases' errors, and in no message for a client.
Found refusals_tell_nothing_of_the_inside(Tour& tour) {
  constexpr std::array words = {"\\n    at ",   "\n    at ", "SQLITE_",     "D1_ERROR",
                                "node_modules", "SELECT ",   "INSERT INTO", "Traceback (most",
                                "std::",        ".cpp:",     "file:///"};
  Complaints wrong;
  for (const Refusal& one : tour.refusals) {
    for (const char* word : words) {
      if (one.told.body.find(word) == std::string::npos) continue;
      wrong.add(
          fmt::format("{} ({}): the answer shows '{}'", one.to, one.told.status, shown(word)));
      break;
    }
  }
  if (tour.refusals.empty()) return cannot_say("nothing was refused");
  return wrong.found(fmt::format("{} refusals: no stack trace and no SQL", tour.refusals.size()));
}

constexpr std::array refusal_rows = {
    Check{"the service says that it is healthy", "R5.5", "200", it_is_healthy},
    Check{"a look-up without an ISBN is refused", "R3.9", "400", an_isbn_is_required},
    Check{"what is no ISBN is refused", "R3.9", "400", what_is_no_isbn_is_refused},
    Check{"a very long ISBN is refused", "R3.9", "400 or 414", a_long_text_is_refused},
    Check{"markup and SQL are refused, and no page repeats them", "R3.9", "400",
          markup_and_sql_are_refused},
    Check{"a book that nobody has is not found", "R3.10 R6.4", "404", nobodys_book_is_404},
    Check{"an unknown route is not found", "R3.9", "404", an_unknown_route_is_404},
    Check{"a method that a route does not have is refused", "R3.9", "405 or 404",
          a_wrong_method_is_refused},
};

constexpr std::array of_all = {
    Check{"every refusal is JSON with a code and a message", "R4.5 R3.9", "holds",
          refusals_are_json},
    Check{"refusals tell nothing of the inside", "R3.9", "holds",
          refusals_tell_nothing_of_the_inside},
};

}  // namespace

std::span<const Check> refusal_checks() {
  return refusal_rows;
}

std::span<const Check> form_checks() {
  return of_all;
}

}  // namespace cutover::target
