// What the bindings of a Worker speak (miniflare-observed 8.1).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/cloudflare/served.h"

namespace cutover::simulate {
namespace {

using testing::HasSubstr;

// The last part of a path.
std::string id_in(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

class Bindings : public testing::Test {
 protected:
  // The status line's phrase is the binding's text, so it is kept beside the rest.
  struct Heard : Reply {
    std::string reason;
  };

  Heard ask(const std::string& binding, const std::string& method, const std::string& path,
            const std::string& body = "", httplib::Headers headers = {},
            const std::string& token = test_token) {
    httplib::Client client("127.0.0.1", served.port());
    httplib::Request request;
    request.method = method;
    request.path = path;
    request.body = body;
    request.headers = std::move(headers);
    request.set_header("cutover-binding", binding);
    request.set_header("authorization", "Bearer " + token);
    Heard heard;
    if (const auto result = client.send(request)) {
      heard.status = result->status;
      heard.body = result->body;
      heard.headers = result->headers;
      heard.reason = result->reason;
    }
    return heard;
  }
  Heard kv(const std::string& method, const std::string& path, const std::string& body = "",
           httplib::Headers headers = {}) {
    return ask("kv/" + namespace_id + "/0", method, path, body, std::move(headers));
  }
  Json d1(const std::string& path, const Json& body) {
    return ask("d1/" + database_id, "POST", path, text_of(body)).json();
  }

  Served served;
  std::string namespace_id = id_in(served.new_namespace());
  std::string database_id = id_in(served.new_database());
};

TEST_F(Bindings, AValueComesBackWithItsMetadata) {
  EXPECT_EQ(kv("PUT", "/book:isbn:1?urlencoded=true&expiration_ttl=60", "one",
               {{"CF-KV-Metadata", R"({"a":1})"}})
                .status,
            200);
  const Heard got = kv("GET", "/book:isbn:1?urlencoded=true");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "one");
  EXPECT_EQ(got.header("CF-KV-Metadata"), R"({"a":1})");
  EXPECT_EQ(kv("GET", "/none?urlencoded=true").status, 404);
  EXPECT_EQ(kv("DELETE", "/book:isbn:1?urlencoded=true").status, 200);
}

TEST_F(Bindings, ARefusalIsAStatusAndAPhrase) {
  EXPECT_EQ(kv("PUT", "/k?expiration_ttl=5", "x").reason,
            "Invalid expiration_ttl of 5. Expiration TTL must be at least 60.");
  const Heard long_key = kv("GET", "/" + std::string(513, 'a'));
  EXPECT_EQ(long_key.status, 414);
  EXPECT_THAT(long_key.reason, HasSubstr("exceeds key length limit of 512"));
  EXPECT_EQ(kv("PUT", "/k", "one").status, 200);
  const Heard again = kv("PUT", "/k", "two");
  EXPECT_EQ(again.status, 429);
  EXPECT_EQ(again.reason, "Too Many Requests");
  EXPECT_EQ(kv("PUT", "/k?expiration=soon", "x").status, 400);
}

TEST_F(Bindings, AListGivesMetadataAsText) {
  for (const char* name : {"b1", "b2", "c"}) {
    kv("PUT", std::string("/") + name, "x", {{"CF-KV-Metadata", "7"}});
  }
  const Json page = kv("GET", "/?key_count_limit=1&prefix=b").json();
  EXPECT_EQ(page["keys"][0]["name"], "b1");
  EXPECT_EQ(page["keys"][0]["metadata"], "7");
  EXPECT_EQ(page["list_complete"], false);
  const Json rest = kv("GET", "/?prefix=b&cursor=" + page["cursor"].get<std::string>()).json();
  EXPECT_EQ(rest["keys"][0]["name"], "b2");
  EXPECT_EQ(rest["list_complete"], true);
  EXPECT_FALSE(rest.contains("cursor"));
  EXPECT_EQ(kv("GET", "/?key_count_limit=-1").status, 400);
}

TEST_F(Bindings, ABulkReadGivesTextsOrJson) {
  kv("PUT", "/a", R"({"x":1})", {{"CF-KV-Metadata", "7"}});
  const auto bulk = [this](const Json& body) { return kv("POST", "/bulk/get", text_of(body)); };
  EXPECT_EQ(bulk({{"keys", {"a", "none"}}}).json(), (Json{{"a", R"({"x":1})"}, {"none", nullptr}}));
  EXPECT_EQ(bulk({{"keys", {"a"}}, {"type", "json"}, {"withMetadata", true}}).json()["a"],
            (Json{{"value", {{"x", 1}}}, {"metadata", 7}}));
  kv("PUT", "/torn", "{");
  EXPECT_EQ(bulk({{"keys", {"torn"}}, {"type", "json"}}).status, 400);
  EXPECT_EQ(bulk({{"keys", "a"}}).status, 400);
}

TEST_F(Bindings, EachLocationRemembersForItself) {
  EXPECT_EQ(ask("kv/" + namespace_id + "/1", "GET", "/k").status, 404);
  kv("PUT", "/k", "new");
  EXPECT_EQ(ask("kv/" + namespace_id + "/1", "GET", "/k").status, 404) << "for a minute";
  EXPECT_EQ(ask("kv/" + namespace_id + "/2", "GET", "/k").body, "new");
  served.post("/_cutover/time", {{"advance_seconds", 61}});
  EXPECT_EQ(ask("kv/" + namespace_id + "/1", "GET", "/k").body, "new");
}

TEST_F(Bindings, AQueryGivesColumnsAndRows) {
  EXPECT_EQ(d1("/execute?resultsFormat=NONE", {{"sql", "CREATE TABLE t (a, b)"}})[0]["success"],
            true);
  const Json made = d1("/execute?resultsFormat=NONE",
                       {{"sql", "INSERT INTO t VALUES (?, ?)"}, {"params", {1, nullptr}}});
  EXPECT_EQ(made[0]["results"], Json::array());
  EXPECT_EQ(made[0]["meta"]["changes"], 1);
  const Json rows = d1("/query?resultsFormat=ROWS_AND_COLUMNS", {{"sql", "SELECT a, b FROM t"}});
  EXPECT_EQ(rows[0]["results"], (Json{{"columns", {"a", "b"}}, {"rows", {{1, nullptr}}}}));
}

TEST_F(Bindings, ABatchIsOneTransactionAndItsErrorHasD1sWords) {
  d1("/execute", {{"sql", "CREATE TABLE t (a PRIMARY KEY)"}});
  const Json failed = d1(
      "/query?resultsFormat=ROWS_AND_COLUMNS",
      Json::array({{{"sql", "INSERT INTO t VALUES (1)"}}, {{"sql", "INSERT INTO t VALUES (1)"}}}));
  EXPECT_EQ(failed["success"], false);
  EXPECT_THAT(failed["error"].get<std::string>(),
              testing::StartsWith("UNIQUE constraint failed: t.a: SQLITE_CONSTRAINT"));
  EXPECT_EQ(d1("/query", {{"sql", "SELECT count(*) FROM t"}})[0]["results"]["rows"][0][0], 0);
}

TEST_F(Bindings, NonsenseIsAnErrorInWords) {
  for (const Json& body : {Json(5), Json::array(), Json{{"sql", 5}}, Json::array({1}),
                           Json{{"sql", "SELECT ?"}, {"params", {{{"a", 1}}}}}}) {
    const Json answer = d1("/query", body);
    EXPECT_EQ(answer["success"], false) << body;
    EXPECT_NE(answer["error"], "") << body;
  }
  EXPECT_EQ(ask("d1/" + database_id, "POST", "/query", "{").json()["success"], false);
  EXPECT_EQ(ask("d1/" + database_id, "GET", "/query").status, 404);
  EXPECT_EQ(kv("PATCH", "/k").status, 405);
}

TEST_F(Bindings, AFaultIsWhatTheBindingMakesAnErrorOf) {
  served.fault("kv.get", "k", "unavailable");
  EXPECT_EQ(kv("GET", "/k").status, 503);
  served.fault("kv.get", "k", "lost_after");
  EXPECT_EQ(kv("GET", "/k").status, 0) << "no answer at all";
  served.fault("d1.query", "SELECT", "overloaded");
  EXPECT_THAT(d1("/query", {{"sql", "SELECT 1"}})["error"].get<std::string>(),
              HasSubstr("overloaded"));
}

TEST_F(Bindings, WithoutTheTokenOrAKnownStoreNothingIsDone) {
  EXPECT_EQ(ask("kv/" + namespace_id + "/0", "PUT", "/k", "x", {}, "another").status, 401);
  EXPECT_EQ(kv("GET", "/k").status, 404);
  for (const std::string& binding : {std::string("kv"), std::string("kv/x/0"), "kv/" + namespace_id,
                                     "kv/" + namespace_id + "/99", "kv/" + namespace_id + "/-1",
                                     std::string("d1/x"), std::string("r2/") + namespace_id}) {
    EXPECT_EQ(ask(binding, "GET", "/k").status, 400) << binding;
  }
  EXPECT_EQ(ask("kv/" + std::string(32, 'a') + "/0", "GET", "/k").reason, "no such namespace");
}

}  // namespace
}  // namespace cutover::simulate
