// Workers KV over HTTP, route by route.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/cloudflare/served.h"

namespace cutover::simulate {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string namespaces = "/storage/kv/namespaces";

TEST(SimulatedNamespaces, AreMadeListedRenamedAndDeleted) {
  Served served;
  const std::string second = served.new_namespace("second");
  const std::string first = served.new_namespace("first");
  const Reply list = served.get(namespaces + "?order=title&direction=asc&per_page=100&page=1");
  ASSERT_EQ(list.result().size(), 2U) << list.body;
  EXPECT_EQ(list.result()[0]["title"], "first");
  EXPECT_EQ(list.json()["result_info"]["total_count"], 2);
  EXPECT_EQ(served.get(namespaces + "?per_page=1&page=2").result().size(), 1U);
  EXPECT_EQ(served.get(namespaces + "?per_page=1&page=3").result().size(), 0U);

  EXPECT_EQ(served.put(first, {{"title", "renamed"}}).result()["title"], "renamed");
  EXPECT_EQ(served.get(first).result()["title"], "renamed");
  EXPECT_EQ(served.remove(first).status, 200);
  const Reply gone = served.get(first + "/keys");
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(gone.code(), 10013);
  EXPECT_EQ(gone.message(), "list keys: 'namespace not found'");
  EXPECT_EQ(served.get(second).status, 200);
}

TEST(SimulatedNamespaces, HaveTitlesOfTheirOwn) {
  Served served;
  const std::string one = served.new_namespace("one");
  served.new_namespace("two");
  EXPECT_EQ(served.post(namespaces, {{"title", "one"}}).code(), 10014);
  EXPECT_EQ(served.put(one, {{"title", "two"}}).code(), 10014);
  EXPECT_EQ(served.put(one, {{"title", "one"}}).status, 200) << "its own title is no clash";
  for (const Json& bad : {Json::object(), Json{{"title", ""}}, Json{{"title", 5}}}) {
    EXPECT_EQ(served.post(namespaces, bad).status, 400) << bad;
  }
}

TEST(SimulatedNamespaces, AnIdThatCanBeNoneIsRefusedInOtherWordsThanAnUnknownOne) {
  Served served;
  const Reply malformed = served.get(namespaces + "/short/values/k");
  EXPECT_EQ(malformed.status, 400);
  EXPECT_EQ(malformed.code(), 10011);
  const Reply unknown = served.get(namespaces + "/" + std::string(32, 'a') + "/values/k");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.message(), "get: 'namespace not found'");
}

TEST(SimulatedValues, ComeBackByteForByteUnderAnyKey) {
  Served served;
  const std::string place = served.new_namespace();
  const std::string bytes("\x00\xff\x80 a", 5);
  for (const char* key : {"book:isbn:9780439785969", "a%2Fb", "%2e%2e%2Fx", "50%25", "a%3Fb%26c",
                          "%F0%9F%98%80", "with%20blank", "a+b"}) {
    const std::string path = place + "/values/" + key;
    EXPECT_EQ(served.ask("PUT", path, bytes, "application/octet-stream").status, 200) << key;
    const Reply reply = served.get(path);
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, bytes) << key;
  }
  const Reply list = served.get(place + "/keys");
  EXPECT_EQ(list.result()[0]["name"], "../x") << list.body;
  EXPECT_EQ(list.json()["result_info"]["count"], 8);
  EXPECT_EQ(list.json()["result_info"]["cursor"], "");
}

TEST(SimulatedValues, MissingOnesAre404) {
  Served served;
  const std::string place = served.new_namespace();
  for (const char* part : {"/values/none", "/metadata/none"}) {
    const Reply reply = served.get(place + part);
    EXPECT_EQ(reply.status, 404);
    EXPECT_EQ(reply.code(), 10009);
    EXPECT_THAT(reply.message(), HasSubstr("'key not found'"));
  }
  EXPECT_EQ(served.remove(place + "/values/none").status, 200) << "nothing to remove is no error";
}

TEST(SimulatedValues, CarryMetadataAndExpiry) {
  Served served;
  const std::string place = served.new_namespace();
  const std::string path = place + "/values/k";
  const Reply put = served.ask("PUT", path + "?expiration_ttl=120&expiration=5",
                               form("a\r\nvalue", R"({"z":1,"a":[2]})"), form_type);
  EXPECT_EQ(put.status, 200) << put.body;
  EXPECT_EQ(put.result(), Json::object());
  const Reply got = served.get(path);
  EXPECT_EQ(got.body, "a\r\nvalue");
  const std::int64_t expiration = std::stoll(got.header("expiration"));
  EXPECT_EQ(text_of(served.get(place + "/metadata/k").result()), R"({"z":1,"a":[2]})");
  const Json key = served.get(place + "/keys").result()[0];
  EXPECT_EQ(key["expiration"], expiration);
  EXPECT_EQ(key["metadata"]["z"], 1);

  served.post("/_cutover/time", {{"advance_seconds", 121}});
  EXPECT_EQ(served.get(path).status, 404) << "it has expired";

  served.ask("PUT", path, "plain", "text/plain");
  EXPECT_EQ(served.get(path).header("expiration"), "") << "a plain write clears the expiry";
  EXPECT_TRUE(served.get(place + "/metadata/k").result().is_null());
}

TEST(SimulatedValues, WhatKvDoesNotTakeIsRefusedInItsWords) {
  Served served;
  const std::string place = served.new_namespace();
  const auto refused = [&](const std::string& path, const std::string& body,
                           const std::string& type = "text/plain") {
    const Reply reply = served.ask("PUT", place + path, body, type);
    EXPECT_EQ(served.get(place + "/keys").result().size(), 0U) << "nothing may be stored";
    return reply;
  };
  EXPECT_THAT(refused("/values/k?expiration_ttl=59", "v").message(),
              HasSubstr("Invalid expiration_ttl of 59. Expiration TTL must be at least 60."));
  EXPECT_EQ(refused("/values/k?expiration=1", "v").status, 400);
  EXPECT_EQ(refused("/values/k?expiration_ttl=soon", "v").status, 400);
  EXPECT_EQ(refused("/values/" + std::string(513, 'k'), "v").status, 414);
  EXPECT_EQ(refused("/values/%2e", "v").status, 400);
  EXPECT_EQ(refused("/values/", "v").code(), 7003) << "no key, no such route";
  EXPECT_EQ(refused("/values/k", form("v", ""), form_type).status, 400) << "empty metadata";
  EXPECT_EQ(refused("/values/k", form("v", "{"), form_type).status, 400);
  EXPECT_EQ(refused("/values/k", form("v", "\"" + std::string(1023, 'm') + "\""), form_type).status,
            413);
  EXPECT_EQ(refused("/values/k", "no form at all", form_type).status, 400);
}

TEST(SimulatedValues, AreAtMost25MebibytesLong) {
  Served served;
  const std::string place = served.new_namespace();
  const std::string largest(26'214'400, 'v');
  EXPECT_EQ(served.ask("PUT", place + "/values/a", largest, "text/plain").status, 200);
  const Reply larger = served.ask("PUT", place + "/values/b", largest + "v", "text/plain");
  EXPECT_EQ(larger.status, 413);
  EXPECT_THAT(larger.message(), HasSubstr("exceeds limit of 26214400"));
  EXPECT_EQ(served.get(place + "/values/a").body.size(), largest.size());
}

TEST(SimulatedValues, OneKeyTakesOneWriteASecond) {
  Served served;
  const std::string path = served.new_namespace() + "/values/flag";
  EXPECT_EQ(served.ask("PUT", path, "1").status, 200);
  const Reply again = served.ask("PUT", path, "2");
  EXPECT_EQ(again.status, 429);
  EXPECT_EQ(again.header("retry-after"), "1");
  EXPECT_EQ(served.get(path).body, "1");
  served.post("/_cutover/time", {{"advance_seconds", 1}});
  EXPECT_EQ(served.ask("PUT", path, "2").status, 200);
}

TEST(SimulatedKeys, ArePagedByCursorAndPrefix) {
  Served served;
  const std::string place = served.new_namespace();
  Json pairs = Json::array();
  for (int i = 0; i < 25; ++i) {
    pairs.push_back({{"key", "book:" + std::to_string(100 + i)}, {"value", "v"}});
  }
  pairs.push_back({{"key", "other"}, {"value", "v"}});
  ASSERT_EQ(served.put(place + "/bulk", pairs).status, 200);
  std::vector<std::string> names;
  std::string cursor;
  int pages = 0;
  do {
    const Reply page =
        served.get(place + "/keys?prefix=book%3A&limit=10&cursor=" + escaped(cursor));
    ASSERT_EQ(page.status, 200) << page.body;
    for (const Json& key : page.result()) names.push_back(key["name"].get<std::string>());
    cursor = page.json()["result_info"]["cursor"].get<std::string>();
    ++pages;
  } while (!cursor.empty());
  EXPECT_EQ(pages, 3);
  ASSERT_EQ(names.size(), 25U);
  EXPECT_EQ(names.front(), "book:100");
  EXPECT_EQ(names.back(), "book:124");
}

TEST(SimulatedKeys, LimitsAndCursorsAreChecked) {
  Served served;
  const std::string place = served.new_namespace();
  for (const char* query : {"limit=9", "limit=1001", "limit=x", "limit=-1", "cursor=garbage"}) {
    const Reply reply = served.get(place + "/keys?" + query);
    EXPECT_EQ(reply.status, 400) << query;
    EXPECT_EQ(reply.code(), 10001) << query;
  }
  EXPECT_THAT(served.get(place + "/keys?prefix=" + std::string(513, 'p')).message(),
              StartsWith("list keys: "));
}

TEST(SimulatedBulk, WritesReadsAndDeletesManyKeys) {
  Served served;
  const std::string place = served.new_namespace();
  const Reply put = served.put(
      place + "/bulk",
      Json::array({{{"key", "a"}, {"value", "{\"n\":1}"}, {"metadata", {{"m", 1}}}},
                   {{"key", "b"}, {"value", "AP8="}, {"base64", true}, {"expiration_ttl", 60}},
                   {{"key", "c"}, {"value", "text"}}}));
  EXPECT_EQ(put.result()["successful_key_count"], 3) << put.body;
  EXPECT_EQ(put.result()["unsuccessful_keys"], Json::array());
  EXPECT_EQ(served.get(place + "/values/b").body, std::string("\x00\xff", 2));

  const Json keys = Json::array({"a", "none", "c"});
  const Json values = served.post(place + "/bulk/get", {{"keys", keys}}).result()["values"];
  EXPECT_EQ(values["a"], "{\"n\":1}");
  EXPECT_TRUE(values["none"].is_null());
  const Reply whole =
      served.post(place + "/bulk/get",
                  {{"keys", Json::array({"a", "none"})}, {"type", "json"}, {"withMetadata", true}});
  EXPECT_EQ(whole.result()["values"]["a"]["value"]["n"], 1) << whole.body;
  EXPECT_EQ(whole.result()["values"]["a"]["metadata"]["m"], 1);
  EXPECT_EQ(served.post(place + "/bulk/get", {{"keys", keys}, {"type", "json"}}).status, 400)
      << "one value that is no JSON fails the whole call";

  EXPECT_EQ(served.post(place + "/bulk/delete", Json::array({"a", "none"})).status, 200);
  EXPECT_EQ(served.ask("DELETE", place + "/bulk", R"(["c"])").status, 200) << "the older way";
  EXPECT_EQ(served.get(place + "/keys").result().size(), 1U);
}

TEST(SimulatedBulk, TakesAsMuchAsTheServiceAndNoMore) {
  Served served;
  const std::string place = served.new_namespace();
  const auto pairs = [](int count) {
    Json list = Json::array();
    for (int i = 0; i < count; ++i) list.push_back({{"key", std::to_string(i)}, {"value", ""}});
    return list;
  };
  EXPECT_EQ(served.put(place + "/bulk", pairs(10'001)).status, 400);
  EXPECT_EQ(served.put(place + "/bulk", Json::array()).status, 400);
  const Reply all = served.put(place + "/bulk", pairs(10'000));
  EXPECT_EQ(all.result()["successful_key_count"], 10'000) << all.body.substr(0, 200);
  Json keys = Json::array();
  for (int i = 0; i < 101; ++i) keys.push_back(std::to_string(i));
  EXPECT_EQ(served.post(place + "/bulk/get", {{"keys", keys}}).status, 400);
  keys.erase(100);
  EXPECT_EQ(served.post(place + "/bulk/get", {{"keys", keys}}).result()["values"].size(), 100U);
}

TEST(SimulatedBulk, APairThatCanNeverBeWrittenStopsAllOfThem) {
  Served served;
  const std::string place = served.new_namespace();
  const Json good{{"key", "good"}, {"value", "v"}};
  for (const Json& bad :
       {Json{{"key", ""}, {"value", "v"}}, Json{{"key", "k"}, {"value", 5}}, Json{{"value", "v"}},
        Json{{"key", "k"}, {"value", "v"}, {"expiration_ttl", 5}},
        Json{{"key", "k"}, {"value", "v"}, {"expiration", 5}},
        Json{{"key", "k"}, {"value", "!"}, {"base64", true}}, Json{{"key", "."}, {"value", "v"}},
        Json{{"key", "good"}, {"value", "another"}},
        Json{{"key", "k"}, {"value", "v"}, {"metadata", std::string(1025, 'm')}}, Json(7)}) {
    EXPECT_EQ(served.put(place + "/bulk", Json::array({good, bad})).status, 400) << bad;
  }
  EXPECT_EQ(served.get(place + "/keys").result().size(), 0U);
}

TEST(SimulatedBulk, KeysThatWereJustWrittenAreReportedNotFailed) {
  Served served;
  const std::string place = served.new_namespace();
  served.ask("PUT", place + "/values/hot", "1");
  const Reply put = served.put(place + "/bulk", Json::array({{{"key", "hot"}, {"value", "2"}},
                                                             {{"key", "cold"}, {"value", "2"}}}));
  EXPECT_EQ(put.status, 200);
  EXPECT_EQ(put.result()["successful_key_count"], 1);
  EXPECT_EQ(put.result()["unsuccessful_keys"], Json::array({"hot"}));
}

}  // namespace
}  // namespace cutover::simulate
