// The suite "book search".

#include <string_view>
#include <utility>

#include "scenarios/live/http.h"
#include "scenarios/phases/suites.h"

namespace cutover::scenarios {
namespace {

constexpr std::int64_t enough_searches = 100;
constexpr double hit_rate_min = 80;  // %
constexpr double p95_max_ms = 500;
constexpr int requests_of_p95 = 100;

// A number with one decimal.
std::string rounded(double number) {
  const auto tenths = static_cast<std::int64_t>(number * 10 + 0.5);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

std::string source_of(const api::HttpResponse& answer) {
  const std::string_view body = answer.body;
  return std::string(unquoted(json_after(body, "\"source\":", body.rfind("\"metadata\":"))));
}

class SearchSuite {
 public:
  SearchSuite(Operator& person, Stage& stage, const SearchSuiteInput& input)
      : person_(person), stage_(stage), input_(input) {}

  std::vector<SuiteCase> run() {
    answers("should return book from D1 on cache miss", input_.missed, input_.missed_source);
    hit_rate();
    p95();
    answers("answers a popular book from the cache", input_.popular, "cache");
    legacy();
    status("a book that nobody has is 404", "9789999999991", 404);
    status("what is no ISBN is 400", "not-an-isbn", 400);
    return std::move(cases_);
  }

 private:
  void add(std::string name, std::string expected, std::string seen, bool passed) {
    cases_.push_back(
        {input_.when, "search", std::move(name), std::move(expected), std::move(seen), passed});
  }

  void answers(const char* name, const std::string& isbn, const std::string& source) {
    const auto answer = person_.search(isbn);
    const bool truth = answer.status == 200 && stage_.oracle().tells_truth(isbn, answer.body);
    const std::string seen = source_of(answer);
    add(name, "200, the book as its source says, from " + source,
        std::to_string(answer.status) + (truth ? ", as its source says" : ", another book") +
            ", from " + (seen.empty() ? "nowhere" : seen),
        truth && seen == source);
  }

  void hit_rate() {
    const Figures figures = stage_.meter().figures(input_.traffic);
    if (figures.requests < enough_searches || !figures.hit_rate) return;
    add("should maintain cache hit rate >80%", "> 80 %",
        rounded(*figures.hit_rate) + " % of " + std::to_string(figures.requests) + " requests",
        *figures.hit_rate > hit_rate_min);
  }

  void p95() {
    std::vector<double> times;
    for (int i = 0; i < requests_of_p95; ++i) {
      person_.search(input_.popular);
      times.push_back(std::chrono::duration<double, std::milli>(person_.took()).count());
    }
    const double seen = percentile(std::move(times), 95).value_or(p95_max_ms);
    add("should respond within 500ms P95", "< 500 ms", rounded(seen) + " ms", seen < p95_max_ms);
  }

  void legacy() {
    const auto answer = person_.send(get_request("/search", {{"isbn", input_.popular}}));
    const bool truth =
        answer.status == 200 && stage_.oracle().tells_truth(input_.popular, answer.body);
    add("the legacy route answers the same book", "200, the book",
        std::to_string(answer.status) + (truth ? ", the book" : ", another book"), truth);
  }

  void status(const char* name, const std::string& isbn, int expected) {
    const int seen = person_.search(isbn).status;
    add(name, std::to_string(expected), std::to_string(seen), seen == expected);
  }

  Operator& person_;
  Stage& stage_;
  const SearchSuiteInput& input_;
  std::vector<SuiteCase> cases_;
};

}  // namespace

std::vector<SuiteCase> run_search_suite(Operator& person, Stage& stage,
                                        const SearchSuiteInput& input) {
  return SearchSuite(person, stage, input).run();
}

}  // namespace cutover::scenarios
