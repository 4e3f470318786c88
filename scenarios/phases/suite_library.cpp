// The suite "user library": what is on a shelf, and every filter of the plan.

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "core/store/book_statements.h"
#include "scenarios/live/http.h"
#include "scenarios/phases/suites.h"
#include "scenarios/reference_judge.h"

namespace cutover::scenarios {
namespace {

using nlohmann::json;

constexpr std::size_t books_of_the_shelf = 12;
constexpr std::array<const char*, 3> statuses = {"want_to_read", "reading", "completed"};

// A book on the shelf, as this suite put it there; the year as the reference transform reads it.
struct Shelved {
  std::string isbn;
  std::string year;
  int rating = 0;
  std::string status;
};

std::vector<Shelved> choose(const std::vector<KvRecord>& sources) {
  ReferenceJudge judge;
  const auto& names = store::book_columns();
  const auto year_at = static_cast<std::size_t>(
      std::find(names.begin(), names.end(), "publication_year") - names.begin());
  std::vector<Shelved> shelf;
  std::set<std::string> taken;
  for (const KvRecord& source : sources) {
    if (shelf.size() == books_of_the_shelf) break;
    const auto row = judge.expected(source.key, source.value, source.expiration);
    if (!row || !row->at(year_at) || !taken.insert(row->at(0).value_or("")).second) continue;
    const std::size_t number = shelf.size();
    shelf.push_back({row->at(0).value_or(""), *row->at(year_at),
                     number % 2 == 0 ? 5 : static_cast<int>(1 + number % 4),
                     statuses[number / 2 % statuses.size()]});
  }
  return shelf;
}

class LibrarySuite {
 public:
  LibrarySuite(Operator& person, const std::string& when, std::vector<Shelved> shelf)
      : person_(person), when_(when), shelf_(std::move(shelf)) {}

  std::vector<SuiteCase> run() {
    if (shelf_.empty()) return {};
    write("adds a book to the shelf", 201, [](const Shelved& book) {
      return R"({"isbn":")" + book.isbn + R"(","status":")" + book.status + R"(","rating":)" +
             std::to_string(book.rating) + "}";
    });
    // The year of a book that is rated 5 and completed, so that no filter finds nothing.
    const auto wanted = std::find_if(shelf_.begin(), shelf_.end(), [](const Shelved& book) {
      return book.rating == 5 && book.status == "completed";
    });
    const std::string year = wanted == shelf_.end() ? shelf_.front().year : wanted->year;
    shows("shows the whole shelf", {}, [](const Shelved&) { return true; });
    shows("should support filtering by rating", {{"rating", "5"}},
          [](const Shelved& book) { return book.rating >= 5; });
    shows("should support filtering by year", {{"year", year}},
          [&](const Shelved& book) { return book.year == year; });
    shows("should support combined filters",
          {{"rating", "5"}, {"year", year}, {"status", "completed"}}, [&](const Shelved& book) {
            return book.rating >= 5 && book.year == year && book.status == "completed";
          });
    remove();
    return std::move(cases_);
  }

 private:
  void add(std::string name, std::string expected, std::string seen, bool passed) {
    cases_.push_back(
        {when_, "library", std::move(name), std::move(expected), std::move(seen), passed});
  }
  api::HttpRequest request(const char* method, const std::string& rest, std::string body = "",
                           api::Pairs query = {}) {
    return {method, "/v1/library/" + user_ + rest, std::move(query),
            authorised(user_token(live_user_secret, user_)), std::move(body)};
  }

  void write(const char* name, int expected,
             const std::function<std::string(const Shelved&)>& body) {
    std::size_t done = 0;
    int last = 0;
    for (const Shelved& book : shelf_) {
      last = person_.send(request("POST", "/books", body(book))).status;
      done += last == expected ? 1 : 0;
    }
    add(name, std::to_string(expected) + " for each of " + std::to_string(shelf_.size()),
        std::to_string(done) + " of " + std::to_string(shelf_.size()) +
            (done == shelf_.size() ? "" : ", the last " + std::to_string(last)),
        done == shelf_.size());
  }

  void shows(const char* name, const api::Pairs& query,
             const std::function<bool(const Shelved&)>& fits) {
    std::set<std::string> expected;
    for (const Shelved& book : shelf_) {
      if (fits(book)) expected.insert(book.isbn);
    }
    const auto answer = person_.send(request("GET", "", "", query));
    std::set<std::string> seen;
    const json body = json::parse(answer.body, nullptr, false);
    const bool reads = answer.status == 200 && body.is_object();
    if (reads) {
      for (const json& book : body["data"]["books"]) seen.insert(book.value("isbn", ""));
    }
    add(name, "200 and " + std::to_string(expected.size()) + " books, those that fit",
        std::to_string(answer.status) + " and " + std::to_string(seen.size()) + " books" +
            (seen == expected ? "" : ", others"),
        reads && seen == expected && !expected.empty());
  }

  void remove() {
    std::size_t removed = 0;
    for (const Shelved& book : shelf_) {
      removed += person_.send(request("DELETE", "/books/" + book.isbn)).status == 200 ? 1 : 0;
    }
    const auto answer = person_.send(request("GET", ""));
    const bool empty = json_after(answer.body, "\"count\":") == "0";
    add("removes them again", "200 for each of " + std::to_string(shelf_.size()) + ", then none",
        std::to_string(removed) + (empty ? ", then none" : ", and some are left"),
        removed == shelf_.size() && empty);
  }

  const std::string user_ = "suite-user";
  Operator& person_;
  const std::string& when_;
  std::vector<Shelved> shelf_;
  std::vector<SuiteCase> cases_;
};

}  // namespace

std::vector<SuiteCase> run_library_suite(Operator& person, const std::string& when,
                                         const std::vector<KvRecord>& sources) {
  return LibrarySuite(person, when, choose(sources)).run();
}

}  // namespace cutover::scenarios
