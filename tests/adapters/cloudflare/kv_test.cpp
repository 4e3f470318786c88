// CloudflareKv: which requests each operation makes, and what it makes of the answers. What every
// store must do is in tests/contracts.

#include "adapters/cloudflare/cloudflare_kv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/cloudflare/list_cursor.h"
#include "tests/adapters/cloudflare/recording_server.h"

namespace cutover::cloudflare {
namespace {

using testing::HasSubstr;

struct KvStand {
  explicit KvStand(std::vector<Canned> answers)
      : server(std::move(answers)),
        api(server.client()),
        kv(std::move(*CloudflareKv::create(*api, server.runtime, "ns-1"))) {}

  std::string asked(std::size_t i) {
    const api::HttpRequest request = server.requests().at(i);
    constexpr std::string_view base = "/client/v4/accounts/acc/storage/kv/namespaces/ns-1";
    EXPECT_EQ(request.path.substr(0, base.size()), base);
    std::string text = request.method + " " + request.path.substr(base.size());
    for (const auto& [name, value] : request.query) text.append(" ").append(name + "=" + value);
    return request.body.empty() ? text : text + " " + request.body;
  }

  RecordingServer server;
  std::unique_ptr<ApiClient> api;
  std::unique_ptr<CloudflareKv> kv;
};

Canned page(const std::string& keys, const std::string& cursor) {
  return succeeded("[" + keys + "]", R"(,"result_info":{"count":1,"cursor":")" + cursor + "\"}");
}

std::vector<std::string> names_of(const Outcome<KvPage>& listed) {
  if (!listed) return {describe(listed.error())};
  std::vector<std::string> names;
  for (const KvListedKey& key : listed->keys) names.push_back(key.name);
  return names;
}

TEST(CloudflareKv, AGetIsOneRequestForValueAndMetadata) {
  KvStand stand({succeeded(R"({"values":{"k/1":{"value":"text","metadata":{"a":1}}}})")});
  const auto value = stand.kv->get("k/1");
  ASSERT_TRUE(value && *value);
  EXPECT_EQ(**value, (KvValue{"text", R"({"a":1})"}));
  EXPECT_EQ(stand.asked(0), R"(POST /bulk/get {"keys":["k/1"],"type":"text","withMetadata":true})");
  EXPECT_EQ(stand.server.requests().size(), 1U);
}

TEST(CloudflareKv, ATextThatMayHaveBeenBytesIsReadAgainAlone) {
  KvStand stand(
      {succeeded(R"({"values":{"a/b":{"value":"x\ufffd","metadata":null}}})"), {200, "x\xFF"}});
  const auto value = stand.kv->get("a/b");
  ASSERT_TRUE(value && *value);
  EXPECT_EQ(**value, (KvValue{"x\xFF", ""}));
  EXPECT_EQ(stand.asked(1), "GET /values/a/b");
}

TEST(CloudflareKv, AValueTooLargeForABulkReadIsReadAloneWithItsMetadata) {
  KvStand stand({{413, ""}, succeeded(R"({"m":2})"), {200, "large"}});
  const auto value = stand.kv->get("k");
  ASSERT_TRUE(value && *value);
  EXPECT_EQ(**value, (KvValue{"large", R"({"m":2})"}));
  EXPECT_EQ(stand.asked(1), "GET /metadata/k");
  EXPECT_EQ(stand.asked(2), "GET /values/k");
}

TEST(CloudflareKv, AKeyThatGoesBetweenTwoReadsIsAbsent) {
  const Canned damaged = succeeded(R"({"values":{"k":{"value":"\ufffd","metadata":null}}})");
  for (const Canned& gone : {refused_with(404, 10009, "get: 'key not found'"), Canned{404, ""},
                             Canned{404, R"({"success":false,"errors":[]})"}}) {
    KvStand stand({damaged, gone});
    const auto value = stand.kv->get("k");
    ASSERT_TRUE(value) << describe(value.error());
    EXPECT_FALSE(*value);
  }
}

// A wrong address also answers 404, and must not pass for an empty store.
TEST(CloudflareKv, AnyOther404IsAFailureAndNoAbsence) {
  const Canned damaged = succeeded(R"({"values":{"k":{"value":"\ufffd","metadata":null}}})");
  for (const Canned& lost : {refused_with(404, 10013, "get: 'namespace not found'"),
                             Canned{404, "<html>not found</html>"}}) {
    KvStand stand({damaged, lost, lost, lost});
    EXPECT_FALSE(stand.kv->get("k"));
    EXPECT_FALSE(stand.kv->get("k"));
    EXPECT_FALSE(stand.kv->remove("k"));
  }
}

TEST(CloudflareKv, AnAnswerWithoutTheMetadataThatWasAskedForIsMalformed) {
  for (const char* result :
       {R"({"values":{"k":"text"}})", R"({"values":[]})", R"({})", "null",
        R"({"values":{"k":{"metadata":null}}})", R"({"values":{"k":{"value":5,"metadata":1}}})"}) {
    KvStand stand({succeeded(result)});
    const auto value = stand.kv->get("k");
    ASSERT_FALSE(value) << result;
    EXPECT_EQ(value.error().kind, FailureKind::malformed) << result;
    EXPECT_EQ(value.error().effect, Effect::not_applied) << result;
  }
}

TEST(CloudflareKv, GetManyAsksForTextInOneRequest) {
  KvStand stand({succeeded(R"({"values":{"b":"2","a":"1","c":null}})")});
  const std::vector<std::string> keys = {"a", "c", "b", "d"};
  const auto values = stand.kv->get_many(keys);
  ASSERT_TRUE(values) << describe(values.error());
  const std::vector<std::optional<std::string>> expected = {"1", std::nullopt, "2", std::nullopt};
  EXPECT_EQ(*values, expected);
  EXPECT_EQ(stand.asked(0), R"(POST /bulk/get {"keys":["a","c","b","d"],"type":"text"})");
}

TEST(CloudflareKv, ABulkReadThatIsTooLargeSaysSoAndCanBeHalved) {
  KvStand stand({refused_with(413, 10001, "too large")});
  const auto values = stand.kv->get_many(std::vector<std::string>{"a", "b"});
  ASSERT_FALSE(values);
  EXPECT_EQ(values.error().kind, FailureKind::limit_exceeded);
}

constexpr const char* written = R"({"successful_key_count":1,"unsuccessful_keys":[]})";

TEST(CloudflareKv, APutCarriesValueMetadataAndExpiryInOneRequest) {
  KvStand stand({succeeded(written), succeeded(written), succeeded(written)});
  KvPutOptions options;
  options.expiration_ttl = 3600;
  options.metadata = R"({"n":1.50})";  // as it is, not as we would write it
  ASSERT_TRUE(stand.kv->put("k", "a \"text\"", options));
  EXPECT_EQ(stand.asked(0), R"(PUT /bulk [{"expiration_ttl":3600,"key":"k","value":"a \"text\"",)"
                            R"("metadata":{"n":1.50}}])");
  ASSERT_TRUE(stand.kv->put("k", "x", {}));
  EXPECT_EQ(stand.asked(1), R"(PUT /bulk [{"key":"k","value":"x"}])");
  ASSERT_TRUE(stand.kv->put("k", std::string("\0\xFF", 2), {}));
  EXPECT_EQ(stand.asked(2), R"(PUT /bulk [{"base64":true,"key":"k","value":"AP8="}])");
}

TEST(CloudflareKv, APutThatDidNotReachEveryPlaceIsUnknownAndMayBeRepeated) {
  KvStand stand({succeeded(R"({"successful_key_count":0,"unsuccessful_keys":["k"]})")});
  const auto stored = stand.kv->put("k", "x", {});
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().kind, FailureKind::unavailable);
  EXPECT_EQ(stored.error().effect, Effect::unknown);
  EXPECT_TRUE(stored.error().retryable);
}

TEST(CloudflareKv, MetadataThatIsNotJsonIsNotSent) {
  KvStand stand({});
  KvPutOptions options;
  options.metadata = "{\"a\":1},\"value\":\"other\"";
  const auto stored = stand.kv->put("k", "x", options);
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().kind, FailureKind::malformed);
  EXPECT_TRUE(stand.server.requests().empty());
}

TEST(CloudflareKv, RemovingWhatIsNotThereSucceeds) {
  KvStand stand({succeeded("{}"), refused_with(404, 10009, "delete: 'key not found'")});
  EXPECT_TRUE(stand.kv->remove("a b"));
  EXPECT_TRUE(stand.kv->remove("a b"));
  EXPECT_EQ(stand.asked(0), "DELETE /values/a b");
}

TEST(CloudflareKv, AListRepeatsThePrefixWithTheServicesCursor) {
  KvStand stand({page(R"({"name":"p:1","expiration":1795396385,"metadata":{"a":1}})", "c+/="),
                 page("", "second"), page(R"({"name":"p:2","metadata":null})", "")});
  const auto first = stand.kv->list({"p:", 1000, ""});
  ASSERT_TRUE(first) << describe(first.error());
  EXPECT_FALSE(first->complete);
  ASSERT_EQ(first->keys.size(), 1U);
  EXPECT_EQ(first->keys[0], (KvListedKey{"p:1", 1'795'396'385, R"({"a":1})"}));
  const auto second = stand.kv->list({"p:", 1000, first->cursor});
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->complete) << "an empty page is not the end";
  const auto third = stand.kv->list({"p:", 1000, second->cursor});
  ASSERT_TRUE(third);
  EXPECT_TRUE(third->complete);
  EXPECT_EQ(third->cursor, "");
  EXPECT_EQ(third->keys[0], (KvListedKey{"p:2", std::nullopt, ""}));
  EXPECT_EQ(stand.asked(0), "GET /keys limit=1000 prefix=p:");
  EXPECT_EQ(stand.asked(1), "GET /keys limit=1000 prefix=p: cursor=c+/=");
  EXPECT_EQ(stand.asked(2), "GET /keys limit=1000 prefix=p: cursor=second");
}

TEST(CloudflareKv, AListingWithoutAnyCursorIsComplete) {
  KvStand stand({succeeded("[]"), succeeded("[]", R"(,"result_info":{"count":0,"cursor":null})")});
  EXPECT_TRUE(stand.kv->list({"", 1000, ""})->complete);
  EXPECT_TRUE(stand.kv->list({"", 1000, ""})->complete);
}

TEST(CloudflareKv, AWishForFewerKeysThanTheApiListsGetsItsPageInParts) {
  std::string ten;
  for (const char name : std::string_view("abcdefghij")) {
    ten += (ten.empty() ? "" : ",") + std::string(R"({"name":")") + name + "\"}";
  }
  const Canned first = page(ten, "next");
  KvStand stand({first, first, first, page(R"({"name":"k"})", "")});
  const auto one = stand.kv->list({"", 4, ""});
  EXPECT_EQ(names_of(one), (std::vector<std::string>{"a", "b", "c", "d"}));
  const auto two = stand.kv->list({"", 4, one->cursor});
  EXPECT_EQ(names_of(two), (std::vector<std::string>{"e", "f", "g", "h"}));
  const auto three = stand.kv->list({"", 4, two->cursor});
  EXPECT_EQ(names_of(three), (std::vector<std::string>{"i", "j"}));
  EXPECT_FALSE(three->complete);
  const auto four = stand.kv->list({"", 4, three->cursor});
  EXPECT_EQ(names_of(four), std::vector<std::string>{"k"});
  EXPECT_TRUE(four->complete);
  EXPECT_EQ(stand.asked(2), "GET /keys limit=10");
  EXPECT_EQ(stand.asked(3), "GET /keys limit=10 cursor=next");
}

TEST(CloudflareKv, ACursorSurvivesItsTextWhateverIsInIt) {
  for (const ListCursor& cursor :
       {ListCursor{}, ListCursor{"a.b", ""}, ListCursor{"", "x.y.z"},
        ListCursor{std::string("\0\xFF.", 3), ".."}, ListCursor{"k", "AAA=="}}) {
    const auto parsed = ListCursor::parse(cursor.text());
    ASSERT_TRUE(parsed) << cursor.text();
    EXPECT_EQ(parsed->last_key, cursor.last_key);
    EXPECT_EQ(parsed->service, cursor.service);
  }
  for (const char* none : {"x", "abc", "0.x", "0g.x", "AB.x"}) {
    EXPECT_FALSE(ListCursor::parse(none)) << none;
  }
  EXPECT_FALSE(ListCursor::parse(std::string(1026, 'a') + "."));
}

TEST(CloudflareKv, ACursorThatTheServiceRefusesIsMalformed) {
  KvStand stand({refused_with(400, 10001, "Invalid cursor.")});
  const auto listed = stand.kv->list({"", 1000, ".old"});
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().kind, FailureKind::malformed);
  EXPECT_THAT(listed.error().message, HasSubstr("Invalid cursor."));
}

TEST(CloudflareKv, AListingThatIsNoneIsMalformed) {
  for (const char* result :
       {"{}", "null", R"([{"nom":"k"}])", R"([{"name":5}])", "[5]",
        R"([{"name":"k","expiration":"soon"}])", R"([{"name":"k","expiration":-1}])"}) {
    KvStand stand({succeeded(result)});
    const auto listed = stand.kv->list({"", 1000, ""});
    ASSERT_FALSE(listed) << result;
    EXPECT_EQ(listed.error().kind, FailureKind::malformed) << result;
  }
}

TEST(CloudflareKv, AnIdThatCannotBeOneIsRefusedAtOnce) {
  RecordingServer server({});
  const auto api = server.client();
  for (const std::string& id : {std::string(), std::string("a/b"), std::string(65, 'a')}) {
    EXPECT_FALSE(CloudflareKv::create(*api, server.runtime, id)) << id;
  }
}

}  // namespace
}  // namespace cutover::cloudflare
