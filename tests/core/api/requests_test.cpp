// What holds for every route: matching, methods, queries, bodies, who may pass.
#include <gtest/gtest.h>

#include "core/api/routes.h"
#include "tests/core/api/contract.h"
#include "tests/core/api/stand.h"

namespace cutover::api {
namespace {

TEST(Routes, U06_TheRouteTableAndOpenApiListTheSameRoutes) {
  std::set<std::string> served;
  for (const Route& route : routes()) {
    served.insert(std::string(route.method) + " " + std::string(route.pattern));
  }
  EXPECT_EQ(served, documented_routes());
  EXPECT_EQ(served.size(), routes().size()) << "no route stands there twice";
  EXPECT_TRUE(served.contains("PATCH /v1/library/:userId/books/:isbn"));
}

TEST(Routes, AnUnknownPathIs404) {
  Stand stand;
  for (const char* path : {"/", "", "/v1", "/v1/search", "/v1/search/isbn/", "/v1/library/",
                           "//v1/search/isbn", "/v1/library/a/b/c/d", "/admin", "nonsense"}) {
    const HttpResponse answer = stand.get(path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(code_of(answer), "ROUTE_NOT_FOUND") << path;
  }
}

TEST(Routes, AWrongMethodIs405WithTheRightOnes) {
  Stand stand;
  const HttpResponse answer = stand.send(make_request("POST", "/v1/search/isbn", "", ""));
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(header_of(answer, "Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(stand.send(make_request("BREW", "/health", "", "")).status, 405);
  EXPECT_EQ(stand.send(make_request("get", "/health", "", "")).status, 405);
}

TEST(Routes, OptionsTellTheMethodsWithoutAToken) {
  Stand stand;
  const HttpResponse answer = stand.send(make_request("OPTIONS", "/admin/flags", "", ""));
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(header_of(answer, "Allow"), "GET, HEAD, PUT, OPTIONS");
}

TEST(Routes, HeadAnswersAsGetWithoutABody) {
  Stand stand;
  const HttpResponse answer = stand.send(make_request("HEAD", "/health", "", ""));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(stand.send(make_request("HEAD", "/v1/search/isbn?isbn=x", "", "")).status, 400);
}

TEST(Requests, R3_9_AQueryIsReadStrictly) {
  Stand stand;
  const HttpResponse unknown = stand.get("/v1/search/isbn?isbn=9780439708180&lang=en");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_NE(unknown.body.find("lang"), std::string::npos) << unknown.body;
  EXPECT_EQ(stand.get("/v1/search/isbn?isbn=9780439708180&isbn=9780451524935").status, 400);
  EXPECT_EQ(stand.get("/health?x=1").status, 400);
  std::string many = "/v1/search/isbn?isbn=9780439708180";
  for (int i = 0; i < 30; ++i) many += "&isbn=1";
  EXPECT_EQ(stand.get(many).status, 400);
}

TEST(Requests, R3_9_ABodyIsBoundedTypedAndStrict) {
  Stand stand;
  const std::string target = "/v1/library/ada/books";
  const std::string large = R"({"review":")" + std::string(300'000, 'x') + "\"}";
  EXPECT_EQ(stand.as_user("ada", "POST", target, large).status, 413);
  EXPECT_EQ(code_of(stand.as_user("ada", "POST", target, "{\"isbn\":")), "INVALID_JSON");
  EXPECT_EQ(code_of(stand.as_user("ada", "POST", target, "[]")), "INVALID_JSON");
  EXPECT_EQ(stand.as_user("ada", "POST", target, R"({"isbn":9780439708180})").status, 400);
  EXPECT_EQ(stand.as_user("ada", "POST", target, R"({"ISBN":"9780439708180"})").status, 400);
  EXPECT_EQ(stand.as_user("ada", "POST", target, "").status, 415) << "no body, no type";
  HttpRequest typed = make_request("POST", target, token_of("ada"), "");
  typed.body = R"({"isbn":"9780439708180"})";
  typed.headers.emplace_back("Content-Type", "text/plain");
  EXPECT_EQ(stand.send(typed).status, 415);
  typed.headers.back().second = "Application/JSON; charset=utf-8";
  EXPECT_EQ(stand.send(typed).status, 404) << "now it is read: the book is unknown";
  HttpRequest body_with_get = make_request("GET", "/health", "", "{}");
  EXPECT_EQ(stand.send(body_with_get).status, 400);
}

TEST(Access, AdminRoutesNeedTheAdminToken) {
  Stand stand;
  const HttpResponse nobody = stand.get("/admin/flags");
  EXPECT_EQ(nobody.status, 401);
  EXPECT_EQ(header_of(nobody, "WWW-Authenticate"), "Bearer");
  EXPECT_EQ(stand.send(make_request("GET", "/admin/flags", "wrong", "")).status, 403);
  EXPECT_EQ(stand.as_user("ada", "GET", "/admin/flags").status, 403);
  EXPECT_EQ(stand.as_admin("GET", "/admin/flags").status, 200);
  HttpRequest basic = make_request("GET", "/admin/flags", "", "");
  basic.headers.emplace_back("authorization", "Basic " + std::string(admin_token));
  EXPECT_EQ(stand.send(basic).status, 401);
}

TEST(Access, WithoutConfiguredSecretsTheRoutesAreClosed) {
  SystemOptions options = stand_options();
  options.api.admin_token = "";
  options.api.user_secret = "";
  Stand stand(options);
  EXPECT_EQ(stand.get("/admin/flags").status, 403);
  EXPECT_EQ(stand.send(make_request("GET", "/admin/flags", "x", "")).status, 403);
  EXPECT_EQ(stand.get("/v1/library/ada").status, 403);
  EXPECT_EQ(stand.as_user("ada", "GET", "/v1/library/ada").status, 403);
}

TEST(Requests, EveryOneIsReportedWithItsRouteAndWithoutSecrets) {
  Stand stand;
  stand.as_admin("GET", "/admin/flags");
  stand.get("/secret/path");
  const auto events = stand.telemetry.events("http.request");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_TRUE(
      events[0].starts_with("http.request route=/admin/flags method=GET status=200 micros="));
  EXPECT_TRUE(events[1].starts_with("http.request route=none method=GET status=404 micros="));
  for (const std::string& event : events) {
    EXPECT_EQ(event.find(admin_token), std::string::npos);
  }
}

}  // namespace
}  // namespace cutover::api
