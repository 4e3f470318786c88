// Who may ask, how often, how much, and what comes of requests that make no sense.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/adapters/http/raw_client.h"
#include "tests/fakes/cloudflare/served.h"

namespace cutover::simulate {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(SimulatedAccess, WithoutTheTokenNothingIsLearnt) {
  Served served;
  const std::string place = served.new_namespace();
  const std::string database = served.new_database();
  const std::string nothing = "/storage/kv/namespaces/" + std::string(32, 'a');
  for (const std::string& path : {place + "/keys", nothing + "/keys", database,
                                  std::string("/d1/x"), std::string("/client/v4/none")}) {
    for (const std::string& authorization :
         {std::string(), std::string("Bearer"), "Bearer " + test_token + "x",
          "Bearer " + test_token.substr(1), "Basic " + test_token, test_token,
          std::string("Bearer  ")}) {
      const Reply reply = served.ask("GET", path, "", "", authorization);
      EXPECT_EQ(reply.status, 401) << path << " " << authorization;
      EXPECT_EQ(reply.code(), 10000);
      EXPECT_EQ(reply.message(), "Authentication error");
      EXPECT_EQ(reply.header("x-ratelimit-limit"), "");
    }
  }
  EXPECT_EQ(served.ask("GET", "/_cutover/state", "", "", "").status, 401);
  EXPECT_EQ(served.ask("POST", "/_cutover/none", "", "", "Bearer x").status, 401);
  EXPECT_EQ(served.ask("DELETE", place, "", "", "").status, 401);
  EXPECT_EQ(served.get(place).status, 200) << "it was not deleted";
  EXPECT_EQ(served.ask("GET", place, "", "", "bEARER " + test_token).status, 200);
}

TEST(SimulatedAccess, WhoHasNoTokenCannotSendMuch) {
  Served served;
  const std::string place = served.new_namespace();
  const std::string body(70'000, 'x');
  EXPECT_EQ(served.ask("PUT", place + "/values/k", body, "text/plain", "Bearer no").status, 413);
  EXPECT_EQ(served.ask("PUT", place + "/values/k", body).status, 200);
  EXPECT_EQ(served.ask("POST", "/d1/database", body).status, 413) << "a name needs no such room";
}

TEST(SimulatedAccess, RefusalsBeforeAnyRouteHaveTheEnvelopeToo) {
  Served served;
  for (const std::string bytes : {"GET /% HTTP/1.1\r\nHost: x\r\n\r\n", "nonsense\r\n\r\n",
                                  "POST /client/v4/x HTTP/1.1\r\nHost: x\r\n"
                                  "Content-Length: 99999999999\r\n\r\n"}) {
    const Json body = Json::parse(http::body_of(http::ask(served.port(), bytes)), nullptr, false);
    EXPECT_EQ(body["success"], false) << bytes;
    EXPECT_EQ(body["errors"][0]["code"], 10001);
  }
}

TEST(SimulatedAccess, UnknownPathsAndMethodsAreNamedAsSuch) {
  Served served;
  const std::string place = served.new_namespace();
  EXPECT_EQ(served.get("/client/v4/zones").code(), 7003);
  EXPECT_EQ(served.get("/client/v4/accounts/short/d1/database").code(), 7003);
  EXPECT_EQ(served.get("/").status, 404);
  const Reply wrong = served.ask("PATCH", place);
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.code(), 7001);
  EXPECT_EQ(served.get("/_cutover/none").status, 404);
  EXPECT_EQ(served.get("/_cutover/reset").status, 405);
}

TEST(SimulatedAccess, TheRateLimitIsTheWholeApis) {
  Served served;
  const std::string place = served.new_namespace();
  ASSERT_EQ(served.put("/_cutover/limits", {{"requests_max", 3}}).status, 200);
  EXPECT_EQ(served.get(place).header("x-ratelimit-remaining"), "2");
  EXPECT_EQ(served.get("/d1/database").header("x-ratelimit-remaining"), "1");
  EXPECT_EQ(served.get(place).header("x-ratelimit-limit"), "3");
  const Reply refused = served.get(place);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.code(), 971);
  EXPECT_EQ(refused.header("retry-after"), "300");
  served.post("/_cutover/time", {{"advance_seconds", 299}});
  EXPECT_EQ(served.get(place).status, 429) << "for five minutes";
  served.post("/_cutover/time", {{"advance_seconds", 1}});
  EXPECT_EQ(served.get(place).status, 200);
  served.put("/_cutover/limits", {{"requests_max", 0}});
  const Reply unlimited = served.get(place);
  EXPECT_EQ(unlimited.status, 200);
  EXPECT_EQ(unlimited.header("x-ratelimit-limit"), "");
}

TEST(SimulatedAccess, TheDocumentedLimitIsOnByDefault) {
  RateLimit limit;
  for (int i = 0; i < 1200; ++i) ASSERT_TRUE(limit.take(Duration{0})) << i;
  EXPECT_FALSE(limit.take(std::chrono::seconds(200)));
  EXPECT_FALSE(limit.take(std::chrono::seconds(499)));
  EXPECT_TRUE(limit.take(std::chrono::seconds(500))) << "five minutes after it was exceeded";
}

TEST(SimulatedAccess, AWindowThatWasNotUsedUpBeginsAnew) {
  RateLimit limit(2);
  EXPECT_TRUE(limit.take(Duration{0}));
  EXPECT_TRUE(limit.take(std::chrono::seconds(299)));
  EXPECT_TRUE(limit.take(std::chrono::seconds(300)));
  EXPECT_EQ(limit.remaining(), 1);
  EXPECT_EQ(limit.seconds_left(std::chrono::seconds(301)), 299);
}

TEST(SimulatedAccess, AClientOfTheAccountFindsItsAccount) {
  Served served;
  EXPECT_EQ(served.get("/client/v4/accounts").result().size(), 1U);
  EXPECT_EQ(served.get("/client/v4/memberships").result().size(), 1U);
  EXPECT_EQ(served.get("/client/v4/user").status, 200);
  const Reply verified = served.get("/client/v4/user/tokens/verify");
  EXPECT_EQ(verified.result()["status"], "active");
  EXPECT_THAT(verified.body, Not(HasSubstr(test_token)));
}

}  // namespace
}  // namespace cutover::simulate
