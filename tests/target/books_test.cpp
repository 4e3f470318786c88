// Deployments whose books are wrong, or slow: what is found, and what is said of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "tests/target/deployment.h"

namespace cutover::target {
namespace {

using api::HttpRequest;
using api::HttpResponse;
using reports::Verdict;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Json = nlohmann::json;

const std::string search_path = "/v1/search/isbn";
const std::string are_there = "the books of the dump are there";
const std::string are_right = "the books are what the dump says, field by field";
const std::string stays = "a book stays the same when it is asked for again";

class Books : public testing::Test {
 protected:
  // Changes the answer about this book, or about all where `isbn` is empty.
  void change_book(const std::string& isbn, std::function<void(const HttpRequest&, Json&)> how) {
    deployment.change = [isbn, how](const HttpRequest& request, HttpResponse& response) {
      if (request.path != search_path || response.status != 200) return;
      Json body = Json::parse(response.body);
      if (!isbn.empty() && body["data"]["book"]["isbn"] != isbn) return;
      how(request, body);
      response.body = body.dump();
    };
  }
  void answer_book(const std::string& isbn, HttpResponse answer) {
    deployment.odd = [isbn, answer](const HttpRequest& request) -> std::optional<HttpResponse> {
      if (request.path == search_path && query_of(request, "isbn") == isbn) return answer;
      return std::nullopt;
    };
  }
  reports::Report judged() {
    auto report = accept_target(options);
    EXPECT_TRUE(report.has_value());
    return report ? std::move(*report) : reports::Report();
  }

  Deployment deployment;
  AcceptanceOptions options = deployment.options();
};

TEST_F(Books, R6_1_AFieldThatDiffersIsNamedWithItsBook) {
  change_book(deployment.isbn(3), [](const HttpRequest&, Json& body) {
    body["data"]["book"]["title"] = "Another title";
  });
  const auto report = judged();
  EXPECT_THAT(named(report, Verdict::fail), ElementsAre(are_right));
  EXPECT_THAT(
      found_by(report, are_right),
      HasSubstr(deployment.isbn(3) + ": title: expected \"Title 3\", got \"Another title\""));
}

TEST_F(Books, R6_1_OneOfThreeHundredIsBelowOnePerCentAndNotEnoughToTell) {
  Deployment large(320);
  large.change = [&](const HttpRequest& request, HttpResponse& response) {
    if (request.path != search_path || response.status != 200) return;
    Json body = Json::parse(response.body);
    if (body["data"]["book"]["isbn"] == large.isbn(3)) body["data"]["book"]["pageCount"] = 7;
    response.body = body.dump();
  };
  options = large.options();
  options.sample = 320;
  options.limits.requests_max = 600;
  EXPECT_THAT(found_by(judged(), are_right), HasSubstr("pageCount: expected 103, got 7"));
  EXPECT_THAT(named(judged(), Verdict::fail), IsEmpty()) << "all were seen, and one differs";
  options.sample = 310;
  EXPECT_THAT(named(judged(), Verdict::unknown), testing::Contains(are_right));
}

TEST_F(Books, R6_5_ABookThatIsNotThereIsNamed) {
  answer_book(deployment.isbn(5), refusal(404, "NOT_FOUND"));
  const auto report = judged();
  EXPECT_THAT(named(report, Verdict::fail), ElementsAre(are_there));
  EXPECT_THAT(found_by(report, are_there), HasSubstr(deployment.isbn(5) + ": 404"));
  EXPECT_THAT(found_by(report, are_there), HasSubstr("97.5 %"));
}

TEST_F(Books, R6_5_ABookThatTheProviderHadToGiveIsNotInTheStores) {
  change_book(deployment.isbn(5),
              [](const HttpRequest&, Json& body) { body["metadata"]["source"] = "provider"; });
  const auto report = judged();
  EXPECT_THAT(named(report, Verdict::fail), ElementsAre(are_there));
  EXPECT_THAT(found_by(report, are_there), HasSubstr("came from 'provider'"));
}

TEST_F(Books, AnAnswerThatIsNoJsonOrTooDeepIsNoBook) {
  for (const std::string& body : {std::string("{"), std::string(100'000, '[')}) {
    HttpResponse odd = json_answer(200, {});
    odd.body = body;
    answer_book(deployment.isbn(5), odd);
    const auto report = judged();
    EXPECT_THAT(named(report, Verdict::fail), ElementsAre(are_there));
    EXPECT_THAT(found_by(report, are_there), HasSubstr("200, and no JSON"));
  }
}

TEST_F(Books, R6_5_AServerThatCannotSayIsNotHeldToHaveLostTheBook) {
  answer_book(deployment.isbn(5), refusal(503, "OVERLOADED"));
  const auto report = judged();
  EXPECT_THAT(named(report, Verdict::fail), ElementsAre("errors are rare"));
  EXPECT_THAT(named(report, Verdict::unknown), testing::IsSupersetOf({are_there, are_right}));
  EXPECT_THAT(found_by(report, are_there), HasSubstr("1 got no usable answer"));
}

TEST_F(Books, R6_5_OfABookThatHasExpiredAndIsGoneNothingIsSaid) {
  options.now_seconds = Deployment::expiry_of_the_first;
  answer_book(deployment.isbn(0), refusal(404, "NOT_FOUND"));
  const auto report = judged();
  EXPECT_THAT(named(report, Verdict::fail), IsEmpty());
  EXPECT_THAT(found_by(report, are_there), HasSubstr("1 are gone and had expired"));
  options.now_seconds = Deployment::expiry_of_the_first - 1;
  EXPECT_THAT(named(judged(), Verdict::fail), ElementsAre(are_there));
}

TEST_F(Books, R6_5_AServerThatBreaksOnABookDoesNotHaveIt) {
  answer_book(deployment.isbn(5), refusal(500, "INTERNAL_ERROR"));
  const auto report = judged();
  EXPECT_THAT(named(report, Verdict::fail), UnorderedElementsAre(are_there, "errors are rare"));
  EXPECT_THAT(found_by(report, are_there), HasSubstr(deployment.isbn(5) + ": 500"));
}

TEST_F(Books, R6_4_AServerThatBreaksOnAnotherSpellingIsFound) {
  deployment.odd = [](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.path != search_path || query_of(request, "isbn").size() != 10) return std::nullopt;
    return query_of(request, "isbn")[0] == '0' && query_of(request, "isbn") != "0439708185"
               ? std::optional(refusal(500, "INTERNAL_ERROR"))
               : std::nullopt;
  };
  EXPECT_THAT(named(judged(), Verdict::fail),
              UnorderedElementsAre("an ISBN-10, an ISBN-13 and one with hyphens are one book",
                                   "errors are rare"));
}

TEST_F(Books, R6_4_ABookThatFlipsBetweenTiersIsNamed) {
  std::atomic<int> asked = 0;
  change_book(deployment.isbn(4), [&](const HttpRequest&, Json& body) {
    if (++asked == 2) body["data"]["book"]["publishedDate"] = "2004";
  });
  const auto report = judged();
  EXPECT_THAT(named(report, Verdict::fail), ElementsAre(stays));
  EXPECT_THAT(found_by(report, stays), HasSubstr("expected \"2004-05-05\", got \"2004\""));
}

TEST_F(Books, R4_5_AnAnswerOfAnotherShapeIsNamed) {
  change_book(deployment.isbn(4), [](const HttpRequest&, Json& body) {
    body["data"]["book"].erase("authorsDetailed");
  });
  const auto report = judged();
  const std::string shape = "all answers of the search have one shape";
  EXPECT_THAT(named(report, Verdict::fail), ElementsAre(shape));
  EXPECT_THAT(found_by(report, shape), HasSubstr("authorsDetailed"));
}

TEST_F(Books, R3_11_AnswersThatDifferInABurstAreFound) {
  // The route of before is asked last but for the burst.
  std::atomic<bool> burst = false;
  std::atomic<int> count = 0;
  deployment.odd = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.path == "/search") burst = true;
    if (request.path != search_path || !burst || ++count != 20) return std::nullopt;
    return json_answer(200, {{"data", {{"book", {{"isbn", "another"}}}}}});
  };
  const auto report = judged();
  EXPECT_THAT(named(report, Verdict::fail),
              ElementsAre("fifty look-ups at once get the same answer"));
}

// Makes the answers that `slow` names take so long.
void slow_down(Deployment& deployment, std::chrono::milliseconds time,
               std::function<bool(const Json& metadata)> slow) {
  deployment.change = [time, slow](const HttpRequest& request, HttpResponse& response) {
    if (request.path != search_path || response.status != 200) return;
    if (slow(Json::parse(response.body)["metadata"])) std::this_thread::sleep_for(time);
  };
}

TEST_F(Books, R5_8_SlowLookUpsAreFound) {
  std::atomic<int> count = 0;
  slow_down(deployment, std::chrono::milliseconds(520),
            [&](const Json&) { return ++count % 12 == 0; });
  options.limits.requests_max = 250;
  EXPECT_THAT(named(judged(), Verdict::fail), ElementsAre("look-ups are fast: P95"));
}

TEST_F(Books, R5_8_SlowCachedLookUpsAreFound) {
  slow_down(deployment, std::chrono::milliseconds(110),
            [](const Json& metadata) { return metadata["cached"] == true; });
  options.limits.requests_max = 250;
  EXPECT_THAT(named(judged(), Verdict::fail), ElementsAre("cached look-ups are fast: P50"));
}

TEST_F(Books, R5_8_SlowLookUpsOfD1AreFound) {
  slow_down(deployment, std::chrono::milliseconds(310),
            [](const Json& metadata) { return metadata["source"] == "d1"; });
  EXPECT_THAT(named(judged(), Verdict::fail),
              ElementsAre("look-ups that D1 answers are fast: P50"));
}

TEST_F(Books, R6_5_ErrorsAboveTheLimitAreFoundHoweverFewWereAsked) {
  std::atomic<int> count = 0;
  deployment.odd = [&](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.path != search_path || query_of(request, "isbn").size() != 13) return std::nullopt;
    if (++count != 100) return std::nullopt;
    return refusal(503, "OVERLOADED");
  };
  const auto report = judged();
  EXPECT_THAT(named(report, Verdict::fail), ElementsAre("errors are rare"));
  EXPECT_THAT(found_by(report, "errors are rare"), HasSubstr("1 with 5xx"));
}

TEST_F(Books, R6_5_WithoutASourceInTheAnswersNothingIsSaidOfTiers) {
  change_book("", [](const HttpRequest&, Json& body) { body["metadata"] = Json::object(); });
  const auto report = judged();
  EXPECT_THAT(named(report, Verdict::fail), IsEmpty());
  EXPECT_THAT(named(report, Verdict::unknown),
              UnorderedElementsAre("cached look-ups are fast: P50", "D1 is in use",
                                   "look-ups that D1 answers are fast: P50",
                                   "what was asked for is cached", "errors are rare"));
}

// ---- Shelves ----

class Shelves : public Books {
 protected:
  Shelves() {
    options.user = "reader";
    options.user_token = Deployment::user_token;
    options.allow_writes = true;
  }
  // A shelf with two books; `filtered` is what every question with a filter gets.
  void shelve(const Json& filtered) {
    deployment.odd = [filtered](const HttpRequest& request) -> std::optional<HttpResponse> {
      if (request.path != "/v1/library/reader" || !request.header("Authorization") ||
          *request.header("Authorization") != "Bearer the-users-own-token") {
        return std::nullopt;
      }
      if (query_of(request, "rating") == "abc") return refusal(400, "INVALID_REQUEST");
      return json_answer(200, {{"data", {{"books", request.query.empty() ? both : filtered}}}});
    };
    options.allow_writes = false;
  }

  static inline const Json good = {
      {"isbn", "1"}, {"rating", 4}, {"status", "reading"}, {"publication_year", 2004}};
  static inline const Json other = {
      {"isbn", "2"}, {"rating", 2}, {"status", "completed"}, {"publication_year", 1999}};
  static inline const Json both = {good, other};
  const std::string filter = "filters of the shelf filter";
  const std::string shelving = "a book can be shelved, and a change of one field keeps the others";
};

TEST_F(Shelves, R6_4_FiltersThatFilterHold) {
  shelve(Json::array({good}));
  EXPECT_THAT(named(judged(), Verdict::pass), testing::Contains(filter));
}

TEST_F(Shelves, R6_4_AFilterThatLetsAllThroughIsFound) {
  shelve(both);
  const auto report = judged();
  EXPECT_THAT(named(report, Verdict::fail), ElementsAre(filter));
  EXPECT_THAT(found_by(report, filter), HasSubstr("?rating=4: 1 of 2 books do not fit"));
}

TEST_F(Shelves, R6_4_AFilterThatLosesABookIsFound) {
  shelve(Json::array());
  EXPECT_THAT(found_by(judged(), filter), HasSubstr("none, and the shelf has one that fits"));
}

TEST_F(Shelves, R3_7_AChangeThatForgetsTheReviewIsFoundAndTheBookTakenAway) {
  deployment.change = [](const HttpRequest& request, HttpResponse& response) {
    if (request.path != "/v1/library/reader" || response.status != 200) return;
    Json body = Json::parse(response.body);
    for (Json& book : body["data"]["books"]) {
      if (book["rating"] == 4) book["review"] = nullptr;
    }
    response.body = body.dump();
  };
  const auto report = judged();
  EXPECT_THAT(named(report, Verdict::fail), ElementsAre(shelving));
  EXPECT_THAT(found_by(report, shelving), HasSubstr("changed the review"));
  EXPECT_EQ(deployment.shelf(), "{}");
}

TEST_F(Shelves, R3_7_ABookThatCannotBeTakenAwayIsToldToStay) {
  deployment.odd = [](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.method == "DELETE") return refusal(405, "METHOD_NOT_ALLOWED");
    return std::nullopt;
  };
  EXPECT_THAT(found_by(judged(), shelving), HasSubstr("STAYS on the shelf"));
  EXPECT_THAT(deployment.shelf(), HasSubstr("cutover verify put this here"));
}

}  // namespace
}  // namespace cutover::target
