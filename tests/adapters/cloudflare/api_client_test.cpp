// The transport: what goes over the wire, which connections are kept, and how silence is told.

#include "adapters/cloudflare/api_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/cloudflare/pace.h"
#include "adapters/threads/thread_runtime.h"
#include "tests/adapters/google_books/scripted_server.h"
#include "tests/core/ports/manual_runtime.h"

namespace cutover::cloudflare {
namespace {

using google_books::http_reply;
using google_books::Reply;
using google_books::ScriptedServer;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view token = "a-token-that-nobody-may-see";

ApiOptions options_for(const std::string& url) {
  ApiOptions options;
  options.base_url = url;
  options.account = "acc";
  options.token = token;
  return options;
}

struct Reached {
  explicit Reached(std::vector<Reply> replies) : server(std::move(replies)) {
    options = options_for(server.url() + "/client/v4/");
  }
  tl::expected<ApiAnswer, Silence> get(const std::string& path) {
    return call({"GET", path, "", false});
  }
  tl::expected<ApiAnswer, Silence> call(const ApiRequest& request) {
    if (!api) api = std::move(*ApiClient::create(options, runtime));
    return api->call(request);
  }

  ScriptedServer server;
  ApiOptions options;
  threads::ThreadRuntime runtime;
  std::unique_ptr<ApiClient> api;
};

std::string refusal_of(const ApiOptions& options) {
  threads::ThreadRuntime runtime;
  const auto made = ApiClient::create(options, runtime);
  return made ? "accepted" : made.error();
}

TEST(CloudflareApi, ARequestNamesTheAccountAndCarriesTheTokenAndThePathAsItIs) {
  Reached reached({http_reply(200, "{}")});
  const auto answer = reached.get("/storage/kv/values/a%2Fb%3A%00?limit=10&prefix=%25");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  const std::string head = reached.server.requests().at(0);
  EXPECT_THAT(head, HasSubstr("GET /client/v4/accounts/acc/storage/kv/values/a%2Fb%3A%00"
                              "?limit=10&prefix=%25 HTTP/1.1\r\n"));
  EXPECT_THAT(head, HasSubstr("Authorization: Bearer " + std::string(token)));
}

TEST(CloudflareApi, EveryByteThatMeansSomethingInAnAddressIsEncoded) {
  EXPECT_EQ(percent_encoded("azAZ09-._~"), "azAZ09-._~");
  EXPECT_EQ(percent_encoded("a/b?c&d=e+f g%h:#"), "a%2Fb%3Fc%26d%3De%2Bf%20g%25h%3A%23");
  EXPECT_EQ(percent_encoded(std::string("\0\xFF\xC3\xA9", 4)), "%00%FF%C3%A9");
}

TEST(CloudflareApi, OneConnectionServesCallAfterCall) {
  Reached reached({http_reply(200, "{}"), http_reply(404, "{}"), http_reply(500, "{}")});
  EXPECT_EQ(reached.get("/a")->status, 200);
  EXPECT_EQ(reached.get("/b")->status, 404);
  EXPECT_EQ(reached.get("/c")->status, 500);
  EXPECT_EQ(reached.server.connections(), 1);
}

TEST(CloudflareApi, AnErrorAnswerComesWithItsBodyAndItsWish) {
  Reached reached({http_reply(429, "slow down", "Retry-After: 17\r\n")});
  const auto answer = reached.get("/a");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 429);
  EXPECT_EQ(answer->body, "slow down");
  EXPECT_EQ(answer->retry_after, "17");
}

TEST(CloudflareApi, ARefusedConnectionWasNotSent) {
  std::string url;
  {
    const ScriptedServer gone({http_reply(200, "{}")});
    url = gone.url();
  }
  threads::ThreadRuntime runtime;
  auto api = std::move(*ApiClient::create(options_for(url), runtime));
  const auto answer = api->call({"POST", "/a", "{}", true});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::connection_lost);
  EXPECT_FALSE(answer.error().sent);
  EXPECT_TRUE(answer.error().retryable);
}

Reply cut_off() {
  Reply reply;
  reply.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{";
  reply.close_after = true;
  return reply;
}

TEST(CloudflareApi, AnAnswerThatBreaksOffWasSentAndAWriteIsNotRepeated) {
  Reached reached({http_reply(200, "{}"), cut_off(), http_reply(200, "{}")});
  ASSERT_TRUE(reached.get("/a"));
  const auto answer = reached.call({"DELETE", "/b", "", true});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::connection_lost);
  EXPECT_TRUE(answer.error().sent);
  EXPECT_EQ(reached.server.requests().size(), 2U);
}

TEST(CloudflareApi, AReadOnAKeptConnectionThatBreaksIsRepeatedOnceOnANewOne) {
  Reached reached({http_reply(200, "{}"), cut_off(), http_reply(200, "again")});
  ASSERT_TRUE(reached.get("/a"));
  const auto answer = reached.get("/b");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "again");
  EXPECT_EQ(reached.server.connections(), 2);
  EXPECT_EQ(reached.server.requests().size(), 3U);
}

TEST(CloudflareApi, AReadOnANewConnectionIsNotRepeated) {
  Reached reached({cut_off(), http_reply(200, "{}")});
  EXPECT_FALSE(reached.get("/a"));
  EXPECT_EQ(reached.server.requests().size(), 1U);
}

TEST(CloudflareApi, AnAnswerThatDoesNotComeInTimeIsATimeout) {
  Reply late = http_reply(200, "{}");
  late.pause = std::chrono::seconds(30);
  Reached reached({late});
  reached.options.timeout = std::chrono::milliseconds(200);
  const auto answer = reached.get("/a");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::timeout);
  EXPECT_TRUE(answer.error().sent);
}

TEST(CloudflareApi, AnAnswerThatDripsIsEndedByTheDeadlineOfTheWholeCall) {
  Reply dripping = http_reply(200, std::string(1000, 'x'));
  dripping.per_byte = std::chrono::milliseconds(20);
  Reached reached({dripping});
  reached.options.timeout = std::chrono::milliseconds(300);
  const auto answer = reached.get("/a");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::timeout);
}

TEST(CloudflareApi, AnAnswerBeyondTheBoundIsNotReadToItsEnd) {
  Reached reached({http_reply(200, std::string(5000, 'x'))});
  reached.options.answer_bytes_max = 4999;
  const auto answer = reached.get("/a");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::limit_exceeded);
  EXPECT_FALSE(answer.error().retryable);
  EXPECT_TRUE(answer.error().sent);
}

TEST(CloudflareApi, ARedirectIsNotFollowedSoTheTokenStaysHere) {
  Reached reached({http_reply(302, "", "Location: /elsewhere\r\n"), http_reply(200, "{}")});
  EXPECT_EQ(reached.get("/a")->status, 302);
  EXPECT_EQ(reached.server.requests().size(), 1U);
}

TEST(CloudflareApi, TheTokenStandsInNoTextForPeople) {
  Reached reached({http_reply(200, "{}")});
  ASSERT_TRUE(reached.get("/a"));
  const std::string shown =
      reached.api->for_people("x " + std::string(token) + "\n" + std::string(token) + "\xC3");
  EXPECT_THAT(shown, Not(HasSubstr(std::string(token))));
  EXPECT_EQ(shown, "x (token)?(token)\xEF\xBF\xBD");
  EXPECT_LE(reached.api->for_people(std::string(100'000, 'x')).size(), 500U);
}

TEST(CloudflareApi, OptionsThatCannotBeRightAreRefusedWithoutShowingTheToken) {
  EXPECT_EQ(refusal_of(options_for("https://api.cloudflare.com/client/v4")), "accepted");
  EXPECT_EQ(refusal_of(options_for("http://localhost:8787/client/v4")), "accepted");
  EXPECT_EQ(refusal_of(options_for("http://[::1]:8787")), "accepted");
  for (const char* url : {"", "api.cloudflare.com", "ftp://x", "https://", "https:///v4",
                          "https://user@host/", "https://host/?a=b", "https://host/a b"}) {
    EXPECT_THAT(refusal_of(options_for(url)), HasSubstr("base URL must be")) << url;
  }
  // Names that only begin like this machine's.
  for (const char* url :
       {"http://api.cloudflare.com", "http://localhost.example/", "http://127.0.0.1.example"}) {
    EXPECT_THAT(refusal_of(options_for(url)), HasSubstr("in the clear")) << url;
  }
  ApiOptions options = options_for("https://api.cloudflare.com");
  options.account = "a/b";
  EXPECT_THAT(refusal_of(options), HasSubstr("account id"));
  options = options_for("https://api.cloudflare.com");
  options.token = std::string(token) + "\r\nX: y";
  EXPECT_THAT(refusal_of(options), HasSubstr("API token"));
  EXPECT_THAT(refusal_of(options), Not(HasSubstr(std::string(token))));
}

TEST(CloudflareApi, ThePaceLetsARequestWaitThatWouldBeOneTooMany) {
  ManualRuntime runtime;
  Pace pace(runtime, 3, std::chrono::seconds(300));
  for (int i = 0; i < 3; ++i) {
    pace.wait();
    runtime.time += std::chrono::seconds(10);
  }
  EXPECT_TRUE(runtime.slept.empty());
  pace.wait();  // the first of the three leaves the window 300 s after it came
  EXPECT_EQ(runtime.slept, std::vector<Duration>{std::chrono::seconds(270)});
  pace.wait();
  EXPECT_EQ(runtime.slept.back(), std::chrono::seconds(10));
}

TEST(CloudflareApi, WithoutAPaceNothingWaits) {
  ManualRuntime runtime;
  Pace pace(runtime, 0, std::chrono::seconds(300));
  for (int i = 0; i < 5000; ++i) pace.wait();
  EXPECT_TRUE(runtime.slept.empty());
}

TEST(CloudflareApi, DailyLimitsEndAtMidnightUtc) {
  ManualRuntime runtime;
  runtime.start = {1'764'028'800'000'000 - 60'000'000};  // a minute before a midnight
  const auto api = std::move(*ApiClient::create(options_for("https://host"), runtime));
  EXPECT_EQ(api->until_midnight(), std::chrono::seconds(60));
}

}  // namespace
}  // namespace cutover::cloudflare
