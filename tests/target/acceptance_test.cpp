// A deployment that is right passes; one that is wrong in one thing fails the criterion for that
// thing, and no other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/check.h"
#include "tests/target/deployment.h"

namespace cutover::target {
namespace {

using api::HttpRequest;
using api::HttpResponse;
using reports::Verdict;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Json = nlohmann::json;

reports::Report judged(const AcceptanceOptions& options) {
  auto report = accept_target(options);
  if (!report) {
    ADD_FAILURE() << report.error();
    return {};
  }
  return std::move(*report);
}

// The deployment's own answer, changed in its JSON.
Deployment::Change in_json(const std::string& path,
                           std::function<void(const HttpRequest&, Json&)> how) {
  return [path, how](const HttpRequest& request, HttpResponse& response) {
    if (request.path != path || response.status != 200) return;
    Json body = Json::parse(response.body);
    how(request, body);
    response.body = body.dump();
  };
}

AcceptanceOptions with_tokens(const Deployment& deployment) {
  AcceptanceOptions options = deployment.options();
  options.admin_token = Deployment::admin_token;
  options.user = "reader";
  options.user_token = Deployment::user_token;
  return options;
}

const std::string search = "/v1/search/isbn";

TEST(AnHonestDeployment, R8_11_PassesWhenEnoughWasAsked) {
  Deployment deployment;
  AcceptanceOptions options = with_tokens(deployment);
  options.limits.requests_max = 3500;
  options.allow_writes = true;
  const auto report = judged(options);
  EXPECT_THAT(named(report, Verdict::fail), IsEmpty());
  // The shelf is empty but for the one book that is put there and taken away.
  EXPECT_THAT(named(report, Verdict::unknown), ElementsAre("filters of the shelf filter"));
  EXPECT_THAT(reports::contradictions(report), IsEmpty());
  EXPECT_THAT(found_by(report, "the admin sees the migration's status"), HasSubstr("listed 43"));
}

TEST(AnHonestDeployment, PassesWithoutAnyUnknownWhenTheShelfHasBooks) {
  Deployment deployment;
  AcceptanceOptions options = with_tokens(deployment);
  options.limits.requests_max = 3500;
  deployment.odd = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.path != "/v1/library/reader" ||
        request.header("Authorization") != "Bearer " + std::string(Deployment::user_token))
      return std::nullopt;
    if (query_of(request, "rating") == "abc") return refusal(400, "INVALID_REQUEST");
    return json_answer(200, {{"data",
                              {{"books",
                                {{{"isbn", "1"},
                                  {"rating", 4},
                                  {"status", "reading"},
                                  {"publication_year", 2004}}}}}}});
  };
  const auto report = judged(options);
  EXPECT_EQ(report.verdict, Verdict::pass) << found_by(report, "errors are rare");
}

TEST(AnHonestDeployment, R8_11_IsOnlyAskedByGetUnlessWritesAreAllowed) {
  Deployment deployment;
  static_cast<void>(judged(with_tokens(deployment)));
  EXPECT_THAT(deployment.methods(), ElementsAre("GET"));
  AcceptanceOptions options = with_tokens(deployment);
  options.allow_writes = true;
  static_cast<void>(judged(options));
  EXPECT_THAT(deployment.methods(), ElementsAre("DELETE", "GET", "POST"));
  EXPECT_EQ(deployment.shelf(), "{}") << "what was put there is taken away";
}

TEST(AnHonestDeployment, R6_5_HasUnknownErrorsAndNoPassWhenTooLittleWasAsked) {
  Deployment deployment;
  const auto report = judged(deployment.options());
  EXPECT_EQ(report.verdict, Verdict::unknown);
  EXPECT_THAT(named(report, Verdict::unknown), ElementsAre("errors are rare"));
  EXPECT_THAT(found_by(report, "errors are rare"), HasSubstr("2995 are needed"));
  EXPECT_THAT(named(report, Verdict::fail), IsEmpty());
}

TEST(AnHonestDeployment, R6_1_HasUnknownBooksWithoutADump) {
  Deployment deployment;
  AcceptanceOptions options = deployment.options();
  options.dump.clear();
  options.isbns = {deployment.isbn(1), deployment.isbn(2)};
  const auto report = judged(options);
  EXPECT_THAT(named(report, Verdict::fail), IsEmpty());
  EXPECT_THAT(named(report, Verdict::unknown),
              testing::IsSupersetOf({"the books of the dump are there",
                                     "the books are what the dump says, field by field"}));
  EXPECT_THAT(found_by(report, "a book stays the same when it is asked for again"),
              HasSubstr("2 books"));
}

TEST(AnHonestDeployment, R6_1_NeedsThreeHundredBooksOrAll) {
  Deployment deployment;
  AcceptanceOptions options = deployment.options();
  options.sample = 20;
  const auto report = judged(options);
  EXPECT_THAT(named(report, Verdict::unknown),
              testing::Contains("the books of the dump are there"));
  EXPECT_THAT(found_by(report, "the books of the dump are there"), HasSubstr("299 are needed"));
}

TEST(AnHonestDeployment, ThatHasNotTheRouteOfBeforeIsNotFailedForIt) {
  Deployment deployment;
  deployment.odd = [](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.path == "/search") return refusal(404, "ROUTE_NOT_FOUND");
    return std::nullopt;
  };
  const auto report = judged(deployment.options());
  EXPECT_THAT(named(report, Verdict::fail), IsEmpty());
  EXPECT_THAT(named(report, Verdict::unknown),
              testing::Contains("clients of the route of before find the book"));
}

TEST(AnHonestDeployment, WhoseProviderIsLimitedIsNotFailedForUnknownBooks) {
  Deployment deployment;
  deployment.change = [](const HttpRequest& request, HttpResponse& response) {
    if (request.path == search && response.status == 404) {
      response = refusal(429, "OVERLOADED");
      response.headers.emplace_back("Retry-After", "30");
    }
  };
  const auto report = judged(deployment.options());
  EXPECT_THAT(named(report, Verdict::fail), IsEmpty());
  EXPECT_THAT(found_by(report, "a book that nobody has is not found"), HasSubstr("429"));
}

TEST(Reports, TellNoTokenEvenWhenAnAnswerRepeatsIt) {
  Deployment deployment;
  deployment.change = [](const HttpRequest& request, HttpResponse& response) {
    if (request.path != "/admin/migration-status" || response.status != 200) return;
    response.status = 302;
    response.headers.emplace_back("Location", "/" + std::string(Deployment::admin_token));
  };
  const auto report = judged(with_tokens(deployment));
  const std::string found = found_by(report, "the admin sees the migration's status");
  EXPECT_THAT(found, HasSubstr("302 to /(token)"));
  for (const reports::Step& step : report.steps) {
    EXPECT_THAT(step.what_happened, Not(HasSubstr(Deployment::admin_token)));
  }
}

TEST(Checks, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  std::size_t count = 0;
  for (const auto group : {refusal_checks(), access_checks(), admin_checks(), shelf_checks(),
                           shelf_writing_checks(), book_checks(), speed_checks(), form_checks()}) {
    for (const Check& check : group) {
      EXPECT_TRUE(names.insert(check.name).second) << check.name;
      ++count;
    }
  }
  EXPECT_EQ(count, 29U);
}

// ---- Wrong in one thing ----

struct Wrong {
  std::string criterion;
  std::string told;  // stands in what was found
  Deployment::Odd odd = {};
  Deployment::Change change = {};
};

Deployment::Odd at(const std::string& path, HttpResponse answer) {
  return [path, answer](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.path == path) return answer;
    return std::nullopt;
  };
}

// For an `isbn` that the question has.
Deployment::Odd for_isbn(std::function<bool(const std::string&)> wanted, HttpResponse answer) {
  return [wanted, answer](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.path == search && wanted(query_of(request, "isbn"))) return answer;
    return std::nullopt;
  };
}

Deployment::Odd without_a_token(const std::string& path) {
  return [path](const HttpRequest& request) -> std::optional<HttpResponse> {
    const bool theirs = request.header("Authorization") == "Bearer the-users-own-token" ||
                        request.header("Authorization") == "Bearer the-admins-own-token";
    if (request.path != path || theirs) return std::nullopt;
    return json_answer(200, {{"success", true}, {"data", {{"books", Json::array()}}}});
  };
}

HttpResponse page(const std::string& text) {
  HttpResponse response;
  response.status = 400;
  response.content_type = "text/html; charset=utf-8";
  response.body = "<p>" + text + "</p>";
  return response;
}

std::vector<Wrong> all_wrongs() {
  const std::string no_book = R"({"success":true,"data":{"book":null},"metadata":{}})";
  HttpResponse empty = json_answer(200, Json::parse(no_book));
  const auto is = [](const char* text) {
    return [text](const std::string& isbn) { return isbn == text; };
  };
  return {
      {"the service says that it is healthy", "500", at("/health", refusal(500, "X"))},
      {"a look-up without an ISBN is refused", "404", for_isbn(is(""), refusal(404, "NOT_FOUND"))},
      {"what is no ISBN is refused", "abc", for_isbn(is("abc"), empty)},
      {"a very long ISBN is refused", "500",
       for_isbn([](const auto& isbn) { return isbn.size() == 600; }, refusal(500, "X"))},
      {"markup and SQL are refused, and no page repeats them", "in a page of HTML",
       for_isbn(is("<script>alert(1)</script>"), page("<script>alert(1)</script>"))},
      {"a book that nobody has is not found", "200", for_isbn(is("9799123456788"), empty)},
      {"an unknown route is not found", "/no-such-route", at("/no-such-route", empty)},
      {"a method that a route does not have is refused", "200",
       at("/v1/library/nobody/books", empty)},
      {"every refusal is JSON with a code and a message", "is no JSON",
       [](const HttpRequest& request) -> std::optional<HttpResponse> {
         if (request.path != "/no-such-route") return std::nullopt;
         HttpResponse response = page("no such route");
         response.status = 404;
         return response;
       }},
      {"refusals tell nothing of the inside", "D1_ERROR",
       at("/no-such-route",
          json_answer(
              404, {{"success", false},
                    {"error", {{"code", "X"}, {"message", "D1_ERROR: no such table: Books"}}}}))},
      {"the admin's routes are closed to strangers", "200",
       without_a_token("/admin/migration-status")},
      {"a shelf is closed to strangers", "200", without_a_token("/v1/library/reader")},
      {"the admin sees the migration's status",
       "no JSON",
       {},
       [](const HttpRequest& request, HttpResponse& response) {
         if (request.path == "/admin/migration-status" && response.status == 200) {
           response.body = "<html>";
         }
       }},
      {"the owner sees the shelf",
       "no data.books",
       {},
       [](const HttpRequest& request, HttpResponse& response) {
         // Filters need the same list, so the first of these questions alone is answered so.
         if (request.path == "/v1/library/reader" && response.status == 200 &&
             request.query.empty()) {
           response.body = R"({"success":true,"data":[]})";
         }
       }},
      {"an ISBN-10, an ISBN-13 and one with hyphens are one book", "400",
       for_isbn([](const auto& isbn) { return isbn.find('-') != isbn.npos; },
                refusal(400, "INVALID_ISBN"))},
      {"all answers of the search have one shape",
       "metadata has a new 'extra'",
       {},
       in_json(search,
               [](const HttpRequest& request, Json& body) {
                 if (query_of(request, "isbn").find('-') != std::string::npos) {
                   body["metadata"]["extra"] = 1;
                 }
               })},
      {"clients of the route of before find the book",
       "without this isbn",
       {},
       in_json("/search", [](const HttpRequest&, Json& body) { body.erase("isbn"); })},
      {"what was asked for is cached",
       "0 of",
       {},
       in_json(search,
               [](const HttpRequest&, Json& body) {
                 body["metadata"] = {{"source", "d1"}, {"cached", false}};
               })},
  };
}

class ADeploymentThatIsWrongInOneThing : public testing::TestWithParam<std::size_t> {};

TEST_P(ADeploymentThatIsWrongInOneThing, R8_11_FailsForThisAlone) {
  const Wrong wrong = all_wrongs()[GetParam()];
  SCOPED_TRACE(wrong.criterion);
  Deployment deployment;
  deployment.odd = wrong.odd;
  deployment.change = wrong.change;
  const auto report = judged(with_tokens(deployment));
  std::set<std::string> failed = named(report, Verdict::fail);
  // A 500 among 500 requests is more than one in a thousand, whatever it was.
  if (wrong.told == "500") failed.erase("errors are rare");
  EXPECT_THAT(failed, ElementsAre(wrong.criterion));
  EXPECT_EQ(report.verdict, Verdict::fail);
  EXPECT_THAT(found_by(report, wrong.criterion), HasSubstr(wrong.told));
}

INSTANTIATE_TEST_SUITE_P(Each, ADeploymentThatIsWrongInOneThing,
                         testing::Range(std::size_t{0}, all_wrongs().size()),
                         [](const testing::TestParamInfo<std::size_t>& which) {
                           std::string name = all_wrongs()[which.param].criterion;
                           for (char& c : name)
                             c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
                           return name;
                         });

}  // namespace
}  // namespace cutover::target
