#include "adapters/http/request_head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cutover::http {
namespace {

using testing::ElementsAre;
using testing::Pair;

// The head with these lines and a Host.
std::string head(const std::string& request_line, const std::string& more = {}) {
  return request_line + "\r\nHost: a" + (more.empty() ? "" : "\r\n" + more);
}

int refusal(const std::string& text) {
  const auto parsed = parse_head(text, {});
  return parsed ? 0 : parsed.error().status;
}

TEST(RequestHead, ReadsMethodPathQueryAndHeadersInOrder) {
  const auto parsed = parse_head(
      head("PATCH /v1/library/a%2Fb?x=1&y=%C3%A9+z&x=2&flag HTTP/1.1", "If-Match:  \"7\" \r\nE:"),
      {});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->request.method, "PATCH");
  EXPECT_EQ(parsed->request.path, "/v1/library/a/b");
  EXPECT_THAT(parsed->request.query, ElementsAre(Pair("x", "1"), Pair("y", "\xC3\xA9 z"),
                                                 Pair("x", "2"), Pair("flag", "")));
  EXPECT_THAT(parsed->request.headers,
              ElementsAre(Pair("Host", "a"), Pair("If-Match", "\"7\""), Pair("E", "")));
  EXPECT_TRUE(parsed->keep_alive);
}

TEST(RequestHead, DecodesThePathOnceAndOnlyOnce) {
  EXPECT_EQ(parse_head(head("GET /a%2520b+c HTTP/1.1"), {})->request.path, "/a%20b+c");
}

TEST(RequestHead, HandsOnMethodsThatItHasNeverHeardOf) {
  EXPECT_EQ(parse_head(head("BREW / HTTP/1.1"), {})->request.method, "BREW");
}

TEST(RequestHead, RefusesBrokenEscapesInPathAndQuery) {
  for (const char* target :
       {"/%", "/%4", "/%zz", "/a?b=%", "/a?%=1", "/a?b=%0g", "/%00", "/?a=%00"}) {
    EXPECT_EQ(refusal(head("GET " + std::string(target) + " HTTP/1.1")), 400) << target;
  }
}

TEST(RequestHead, AcceptsTheFormThatProxiesSend) {
  EXPECT_EQ(parse_head(head("GET http://a.example/health?x=1 HTTP/1.1"), {})->request.path,
            "/health");
  EXPECT_EQ(parse_head(head("GET http://a.example HTTP/1.1"), {})->request.path, "/");
  EXPECT_EQ(parse_head(head("OPTIONS * HTTP/1.1"), {})->request.path, "*");
}

TEST(RequestHead, RefusesRequestLinesThatAreNone) {
  for (const char* line :
       {"", "GET", "GET /", "GET / HTTP/2.0", "GET /  HTTP/1.1", "GET /a b HTTP/1.1",
        "GET nowhere HTTP/1.1", "GET * HTTP/1.1", "G@T / HTTP/1.1", " / HTTP/1.1",
        "GET /\x01 HTTP/1.1", "GET /\xC3\xA9 HTTP/1.1"}) {
    EXPECT_EQ(refusal(head(line)), 400) << line;
  }
  EXPECT_EQ(refusal(head(std::string(33, 'M') + " / HTTP/1.1")), 400);
}

TEST(RequestHead, RefusesWhatTwoProgramsCouldReadInTwoWays) {
  const char* line = "POST / HTTP/1.1";
  for (const char* headers :
       {"Content-Length: 1\r\nContent-Length: 2", "Content-Length: 1, 1", "Content-Length: +1",
        "Content-Length: -1", "Content-Length:", "Content-Length: 1\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "Transfer-Encoding: identity",
        "Host: b", " folded", "Name : x", ": x", "no colon", "A: x\x01y", "A: x\ny", "A: x\ry"}) {
    EXPECT_EQ(refusal(head(line, headers)), 400) << headers;
  }
  EXPECT_EQ(refusal("GET / HTTP/1.1"), 400) << "no Host";
  EXPECT_EQ(refusal("POST / HTTP/1.0\r\nTransfer-Encoding: chunked"), 400);
  EXPECT_EQ(refusal(head(line, "Content-Length: 5\r\nContent-Length: 5")), 0) << "they agree";
}

TEST(RequestHead, BoundsEverySize) {
  EXPECT_EQ(refusal(head("GET /" + std::string(8192, 'a') + " HTTP/1.1")), 414);
  std::string many;
  for (int i = 0; i < 100; ++i) many += (i ? "\r\nA: " : "A: ") + std::to_string(i);
  EXPECT_EQ(refusal(head("GET / HTTP/1.1", many)), 431);
  EXPECT_EQ(refusal(head("POST / HTTP/1.1", "Content-Length: 262144")), 0);
  EXPECT_EQ(refusal(head("POST / HTTP/1.1", "Content-Length: 262145")), 413);
  EXPECT_EQ(refusal(head("POST / HTTP/1.1", "Content-Length: 99999999999999999999999")), 413);
  EXPECT_EQ(refusal(head("POST / HTTP/1.1", "Expect: a-miracle")), 417);
}

TEST(RequestHead, KnowsWhoWantsToKeepTheConnection) {
  EXPECT_FALSE(parse_head(head("GET / HTTP/1.1", "Connection: x, Close"), {})->keep_alive);
  EXPECT_FALSE(parse_head("GET / HTTP/1.0", {})->keep_alive);
  EXPECT_TRUE(parse_head("GET / HTTP/1.0\r\nConnection: keep-alive", {})->keep_alive);
}

}  // namespace
}  // namespace cutover::http
