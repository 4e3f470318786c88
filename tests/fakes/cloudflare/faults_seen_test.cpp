// What a client of the HTTP API sees of each fault: the table of docs/SIMULATE.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "tests/fakes/cloudflare/served.h"

namespace cutover::simulate {
namespace {

using testing::HasSubstr;

struct Seen {
  const char* fault;
  int status;  // 0: no answer
  int code;    // 0: there is no envelope
  bool applied;
};

void PrintTo(const Seen& seen, std::ostream* out) {
  *out << seen.fault;
}

class KvFault : public testing::TestWithParam<Seen> {};

TEST_P(KvFault, IsSeenAsTheTableSays) {
  Served served;
  const std::string place = served.new_namespace();
  served.fault("kv.put", "k", GetParam().fault);
  const Reply reply = served.ask("PUT", place + "/values/k", "v");
  EXPECT_EQ(reply.status, GetParam().status) << reply.body;
  if (GetParam().code != 0) {
    EXPECT_EQ(reply.code(), GetParam().code);
  }
  EXPECT_EQ(served.get(place + "/values/k").status, GetParam().applied ? 200 : 404);
}

INSTANTIATE_TEST_SUITE_P(
    All, KvFault,
    testing::Values(Seen{"latency_spike", 200, 0, true}, Seen{"unavailable", 503, 10099, false},
                    Seen{"throttled", 429, 10099, false}, Seen{"daily_limit", 429, 10048, false},
                    Seen{"timeout_before", 504, 0, false}, Seen{"timeout_after", 504, 0, true},
                    Seen{"lost_before", 0, 0, false}, Seen{"lost_after", 0, 0, true},
                    Seen{"killed_before", 0, 0, false}, Seen{"killed_after", 0, 0, true}));

class D1Fault : public testing::TestWithParam<Seen> {};

TEST_P(D1Fault, IsSeenAsTheTableSays) {
  Served served;
  const std::string database = served.new_database();
  served.query(database, {{"sql", "CREATE TABLE t (a)"}});
  served.fault("d1.query", "INSERT t", GetParam().fault);
  const Reply reply = served.query(database, {{"sql", "INSERT INTO t VALUES (1)"}});
  EXPECT_EQ(reply.status, GetParam().status) << reply.body;
  if (GetParam().code != 0) {
    EXPECT_EQ(reply.code(), GetParam().code);
  }
  const Json rows = served.query(database, {{"sql", "SELECT count(*) AS n FROM t"}}).result();
  EXPECT_EQ(rows[0]["results"][0]["n"], GetParam().applied ? 1 : 0);
}

INSTANTIATE_TEST_SUITE_P(
    All, D1Fault,
    testing::Values(
        Seen{"slow_query", 200, 0, true}, Seen{"unavailable", 503, 10099, false},
        Seen{"overloaded", 429, 7429, false}, Seen{"queue_full", 429, 7429, false},
        Seen{"code_updated_before", 500, 7500, false}, Seen{"code_updated_after", 500, 7500, true},
        Seen{"storage_reset_before", 500, 7500, false},
        Seen{"storage_reset_after", 500, 7500, true},
        Seen{"timeout_reset_before", 500, 7500, false},
        Seen{"timeout_reset_after", 500, 7500, true}, Seen{"memory_reset_after", 500, 7500, true},
        Seen{"cpu_reset_before", 500, 7500, false}, Seen{"starting_up", 500, 7500, false},
        Seen{"not_resolved", 500, 7500, false}, Seen{"timeout_before", 504, 0, false},
        Seen{"timeout_after", 504, 0, true}, Seen{"lost_before", 0, 0, false},
        Seen{"lost_after", 0, 0, true}, Seen{"killed_after", 0, 0, true}));

struct BookFault {
  const char* fault;
  int status;
  const char* says;
};

void PrintTo(const BookFault& seen, std::ostream* out) {
  *out << seen.fault;
}

class ProviderFault : public testing::TestWithParam<BookFault> {};

TEST_P(ProviderFault, IsSeenAsTheTableSays) {
  Served served;
  served.post("/_cutover/books",
              Json::array({{{"isbn", "9780439785969"}, {"book", {{"title", "A Title"}}}}}));
  served.fault("provider.find", "9780439785969", GetParam().fault);
  const std::string path = "/books/v1/volumes?q=isbn:9780439785969";
  const Reply reply = served.get(path);
  EXPECT_EQ(reply.status, GetParam().status);
  EXPECT_THAT(reply.body.substr(0, 2000), HasSubstr(GetParam().says));
  EXPECT_THAT(served.get(path).body, HasSubstr("A Title")) << "the next call is well";
}

INSTANTIATE_TEST_SUITE_P(All, ProviderFault,
                         testing::Values(BookFault{"unavailable", 503, "backendFailed"},
                                         BookFault{"quota_used_up", 429, "RESOURCE_EXHAUSTED"},
                                         BookFault{"forbidden", 403, "unknownLocation"},
                                         BookFault{"not_enabled", 403, "accessNotConfigured"},
                                         BookFault{"rate_limit", 403, "userRateLimitExceeded"},
                                         BookFault{"bad_request", 400, "Quota exceeded"},
                                         BookFault{"not_found", 200, R"("totalItems":0)"},
                                         BookFault{"wrong_edition", 200, "9780521693769"},
                                         BookFault{"malformed", 200, R"({"vol)"},
                                         BookFault{"html", 200, "<!DOCTYPE html>"},
                                         BookFault{"huge", 200, "xxxx"},
                                         BookFault{"timeout_before", 0, ""},
                                         BookFault{"lost_after", 0, ""}));

TEST(SimulatedFaults, AListMayBeShortEmptyOrRefuseItsCursor) {
  Served served;
  const std::string place = served.new_namespace();
  Json pairs = Json::array();
  for (int i = 0; i < 30; ++i) pairs.push_back({{"key", std::to_string(i)}, {"value", ""}});
  served.put(place + "/bulk", pairs);
  served.fault("kv.list", "", "empty_page");
  const Reply page = served.get(place + "/keys");
  EXPECT_EQ(page.result().size(), 0U);
  const auto cursor = page.json()["result_info"]["cursor"].get<std::string>();
  ASSERT_NE(cursor, "") << "an empty page is not the end";
  served.fault("kv.list", "", "cursor_refused");
  const std::string next = place + "/keys?cursor=" + escaped(cursor);
  EXPECT_EQ(served.get(next).status, 400);
  EXPECT_EQ(served.get(next).result().size(), 30U);
}

TEST(SimulatedFaults, R8_10_AreDrawnByRateAndShownAsAListThatCanBeSetAgain) {
  const auto storm = [](const Json& plan) {
    Served served;
    const std::string place = served.new_namespace();
    EXPECT_EQ(served.put("/_cutover/faults", plan).status, 200);
    std::string statuses;
    for (int i = 0; i < 60; ++i) {
      const std::string path = place + "/values/" + std::to_string(i);
      statuses += std::to_string(served.ask("PUT", path, "v").status) + " ";
    }
    return std::pair(statuses, served.get("/_cutover/faults").json());
  };
  const Json rates{{"unavailable", 2000}, {"lost_after", 1000}};
  const auto [first, plan] = storm({{"rates", rates}, {"seed", 7}});
  EXPECT_THAT(first, HasSubstr("503"));
  EXPECT_THAT(first, HasSubstr("0 "));
  EXPECT_THAT(first, HasSubstr("200"));
  EXPECT_EQ(storm({{"rates", rates}, {"seed", 7}}).first, first);
  EXPECT_NE(storm({{"rates", rates}, {"seed", 8}}).first, first);
  ASSERT_GT(plan["taken"].size(), 5U);
  const auto [again, listed] = storm({{"faults", plan["taken"]}});
  EXPECT_EQ(again, first);
  EXPECT_EQ(listed["unmatched"], Json::array());
}

TEST(SimulatedFaults, PlansThatMakeNoSenseAreRefusedAndChangeNothing) {
  Served served;
  const std::string place = served.new_namespace();
  served.fault("kv.get", "k", "unavailable");
  for (const char* plan :
       {"", "{}", "[]", R"({"rates":{},"faults":[]})", R"({"rates":5})", R"({"rates":{"nope":1}})",
        R"({"rates":{"unavailable":10001}})", R"({"rates":{"unavailable":"1"}})",
        R"({"rates":{"budget_spent":1}})", R"({"rates":{},"seed":-1})", R"({"faults":[{}]})",
        R"({"faults":[{"site":"kv.get","fault":"nope"}]})",
        R"({"faults":[{"site":"kv.get","fault":"unavailable","role":"migrator"}]})",
        R"({"faults":[{"site":"kv.get","fault":"unavailable","occurrence":-1}]})",
        R"({"faults":[{"site":"kv.get","fault":"unavailable","when":1}]})"}) {
    EXPECT_EQ(served.ask("PUT", "/_cutover/faults", plan).status, 400) << plan;
  }
  EXPECT_EQ(served.get(place + "/values/k").status, 503);
  served.fault("kv.get", "k", "unavailable");
  EXPECT_EQ(served.remove("/_cutover/faults").status, 200);
  EXPECT_EQ(served.get(place + "/values/k").status, 404);
}

TEST(SimulatedFaults, AServiceThatDiedServesTheNextRequest) {
  Served served;
  const std::string place = served.new_namespace();
  for (int i = 0; i < 5; ++i) {
    served.fault("kv.get", "k", "killed_after");
    EXPECT_EQ(served.get(place + "/values/k").status, 0);
    EXPECT_EQ(served.get(place + "/values/k").status, 404);
  }
}

}  // namespace
}  // namespace cutover::simulate
