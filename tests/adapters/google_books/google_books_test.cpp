#include "adapters/google_books/google_books.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <thread>

#include "tests/adapters/google_books/scripted_server.h"

namespace cutover::google_books {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view isbn = "9780439708180";
const std::string key = "AIzaSySecret-Key_1";
const std::string found = R"({"totalItems":1,"items":[{"volumeInfo":{"title":"T"}}]})";

GoogleBooksOptions options_for(const ScriptedServer& server) {
  GoogleBooksOptions options;
  options.base_url = server.url();
  options.key = key;
  options.country = "DE";
  options.timeout = std::chrono::seconds(2);
  return options;
}

Outcome<std::optional<std::string>> ask(const Reply& reply) {
  ScriptedServer server({reply});
  return (*GoogleBooks::create(options_for(server)))->find(isbn);
}

// What Google sends when it refuses.
std::string error_body(int code, const std::string& reason, const std::string& message) {
  return R"({"error":{"code":)" + std::to_string(code) + R"(,"message":")" + message +
         R"(","errors":[{"domain":"global","reason":")" + reason + R"("}],"status":"S"}})";
}

TEST(GoogleBooks, AsksForOneIsbnWithKeyAndCountry) {
  ScriptedServer server({http_reply(200, found)});
  const auto books = std::move(*GoogleBooks::create(options_for(server)));
  const auto answer = books->find(isbn);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->value(), found);
  EXPECT_THAT(server.requests().at(0),
              StartsWith("GET /books/v1/volumes?q=isbn:9780439708180&key=" + key +
                         "&country=DE HTTP/1.1\r\n"));
}

TEST(GoogleBooks, NoItemsIsAnAnswerNotAFailure) {
  const auto answer = ask(http_reply(200, R"({"kind":"books#volumes","totalItems":0})"));
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->has_value());
}

TEST(GoogleBooks, ATotalWithoutItemsIsNoProofOfAbsence) {
  const auto answer = ask(http_reply(200, R"({"totalItems":3})"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::malformed);
}

struct Refusal {
  int status;
  std::string reason;
  std::string message;
  FailureKind kind;
  bool retryable;
};

TEST(GoogleBooks, R14_EachRefusalIsClassified) {
  const std::vector<Refusal> refusals = {
      {429, "rateLimitExceeded",
       "Quota exceeded for quota metric 'Queries' and limit 'Queries per day'",
       FailureKind::throttled, false},
      {429, "rateLimitExceeded", "Queries per minute", FailureKind::throttled, true},
      {403, "userRateLimitExceeded", "User Rate Limit Exceeded", FailureKind::throttled, true},
      {403, "dailyLimitExceeded", "Daily Limit Exceeded", FailureKind::throttled, false},
      {400, "badRequest", "Quota exceeded", FailureKind::throttled, true},
      {403, "unknownLocation", "Cannot determine user location", FailureKind::unauthorized, false},
      {403, "accessNotConfigured", "Books API has not been used", FailureKind::unauthorized, false},
      {400, "badRequest", "API key not valid. Please pass a valid API key.",
       FailureKind::unauthorized, false},
      {401, "authError", "Invalid Credentials", FailureKind::unauthorized, false},
      {503, "backendFailed", "Service temporarily unavailable.", FailureKind::unavailable, true},
      {500, "backendError", "Backend Error", FailureKind::unavailable, true},
      {504, "", "", FailureKind::timeout, true},
      {400, "invalid", "Invalid value", FailureKind::malformed, false},
      {404, "notFound", "Not Found", FailureKind::malformed, false},
      {302, "", "", FailureKind::malformed, false},
  };
  for (const Refusal& refusal : refusals) {
    const auto answer = ask(
        http_reply(refusal.status, error_body(refusal.status, refusal.reason, refusal.message)));
    ASSERT_FALSE(answer) << refusal.status << refusal.reason;
    const Failure& failure = answer.error();
    EXPECT_EQ(failure.kind, refusal.kind) << describe(failure);
    EXPECT_EQ(failure.retryable, refusal.retryable) << describe(failure);
    EXPECT_EQ(failure.service, Service::provider);
    EXPECT_EQ(failure.effect, Effect::not_applied);
    EXPECT_THAT(failure.message, HasSubstr("status " + std::to_string(refusal.status)));
  }
}

TEST(GoogleBooks, TheWishOfTheServiceIsKept) {
  const auto answer = ask(http_reply(503, "", "Retry-After: 7\r\n"));
  EXPECT_EQ(answer.error().retry_after, std::chrono::seconds(7));
  const auto odd = ask(http_reply(503, "", "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n"));
  EXPECT_EQ(odd.error().retry_after, Duration{0});
  const auto day =
      ask(http_reply(429, error_body(429, "rateLimitExceeded", "limit 'Queries per day'")));
  EXPECT_GE(day.error().retry_after, std::chrono::minutes(10));
}

TEST(GoogleBooks, TheKeyStandsInNoMessage) {
  for (const int status : {400, 403, 429, 503}) {
    const auto answer =
        ask(http_reply(status, error_body(status, "x", "Bad key " + key + ", again: " + key)));
    EXPECT_THAT(describe(answer.error()), AllOf(HasSubstr("Bad key (key)"), Not(HasSubstr(key))));
  }
  GoogleBooksOptions options;
  options.key = "not a key\r\nX: y";
  EXPECT_THAT(GoogleBooks::create(options).error(), Not(HasSubstr("not a key\r")));
}

TEST(GoogleBooks, HtmlAndBrokenJsonAreMalformed) {
  for (const std::string body : {"<html><body>Sorry...</body></html>", "{\"totalItems\":", "", "[]",
                                 "7", "{\"totalItems\":\"0\"}", "\xFF\xFE"}) {
    const auto answer = ask(http_reply(200, body));
    ASSERT_FALSE(answer) << body;
    EXPECT_EQ(answer.error().kind, FailureKind::malformed) << body;
  }
  EXPECT_THAT(ask(http_reply(200, "<html>")).error().message, HasSubstr("HTML"));
  EXPECT_EQ(ask(http_reply(503, "<html>")).error().kind, FailureKind::unavailable);
}

TEST(GoogleBooks, AnAnswerThatIsCutShortIsALostConnection) {
  Reply cut = http_reply(200, found);
  cut.bytes.resize(cut.bytes.size() - 10);
  cut.close_after = true;
  EXPECT_EQ(ask(cut).error().kind, FailureKind::connection_lost);
  Reply nothing;
  nothing.close_after = true;
  EXPECT_EQ(ask(nothing).error().kind, FailureKind::connection_lost);
}

TEST(GoogleBooks, BytesThatAreNoHttpAreALostConnection) {
  Reply reply;
  reply.bytes = "SSH-2.0-OpenSSH_9.2\r\n\r\n";
  reply.close_after = true;
  EXPECT_EQ(ask(reply).error().kind, FailureKind::connection_lost);
}

TEST(GoogleBooks, AServerThatIsGoneIsALostConnection) {
  std::string url;
  {
    const ScriptedServer server({http_reply(200, found)});
    url = server.url();
  }
  GoogleBooksOptions options;
  options.base_url = url;
  EXPECT_EQ((*GoogleBooks::create(options))->find(isbn).error().kind, FailureKind::connection_lost);
}

TEST(GoogleBooks, SilenceIsATimeout) {
  Reply late = http_reply(200, found);
  late.pause = std::chrono::seconds(5);
  ScriptedServer server({late});
  GoogleBooksOptions options = options_for(server);
  options.timeout = std::chrono::milliseconds(150);
  const auto answer = (*GoogleBooks::create(options))->find(isbn);
  EXPECT_EQ(answer.error().kind, FailureKind::timeout);
  EXPECT_TRUE(answer.error().retryable);
}

TEST(GoogleBooks, ADribblingServerDoesNotOutlastTheDeadline) {
  Reply slow = http_reply(200, found);
  slow.per_byte = std::chrono::milliseconds(20);
  ScriptedServer server({slow});
  GoogleBooksOptions options = options_for(server);
  options.timeout = std::chrono::milliseconds(1300);
  const auto begin = std::chrono::steady_clock::now();
  const auto answer = (*GoogleBooks::create(options))->find(isbn);
  EXPECT_EQ(answer.error().kind, FailureKind::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

TEST(GoogleBooks, ALargeAnswerIsBoundedWhileItIsRead) {
  ScriptedServer server({http_reply(200, std::string(100'000, ' '))});
  GoogleBooksOptions options = options_for(server);
  options.answer_bytes_max = 5000;
  const auto answer = (*GoogleBooks::create(options))->find(isbn);
  EXPECT_EQ(answer.error().kind, FailureKind::limit_exceeded);
  EXPECT_FALSE(answer.error().retryable);
}

TEST(GoogleBooks, ConnectionsAreReused) {
  ScriptedServer server({http_reply(200, found)});
  const auto books = std::move(*GoogleBooks::create(options_for(server)));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(books->find(isbn));
  EXPECT_EQ(server.connections(), 1);
}

TEST(GoogleBooks, AKeptConnectionThatEndedIsReplaced) {
  Reply cut;
  cut.close_after = true;  // ends when the second request comes, without a word
  ScriptedServer server({http_reply(200, found), cut, http_reply(200, found)});
  const auto books = std::move(*GoogleBooks::create(options_for(server)));
  EXPECT_TRUE(books->find(isbn));
  EXPECT_TRUE(books->find(isbn));
  EXPECT_EQ(server.connections(), 2);
}

TEST(GoogleBooks, ConnectionsAreBoundedAndWaitedFor) {
  Reply late = http_reply(200, found);
  late.pause = std::chrono::milliseconds(60);
  ScriptedServer server({late});
  GoogleBooksOptions options = options_for(server);
  options.connections_max = 2;
  const auto books = std::move(*GoogleBooks::create(options));
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] { EXPECT_TRUE(books->find(isbn)); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(server.connections(), 2);
}

TEST(GoogleBooks, WhatIsNoIsbnIsNotAsked) {
  ScriptedServer server({http_reply(200, found)});
  const auto books = std::move(*GoogleBooks::create(options_for(server)));
  for (const char* text : {"", "978043970818X", "9780439708180&key=x", "0439708184"}) {
    EXPECT_EQ(books->find(text).error().kind, FailureKind::malformed);
  }
  EXPECT_TRUE(server.requests().empty());
}

TEST(GoogleBooks, RefusesOptionsThatCannotWork) {
  for (const char* url :
       {"", "www.googleapis.com", "ftp://a", "https://", "https://a/b", "https://u@a"}) {
    GoogleBooksOptions options;
    options.base_url = url;
    EXPECT_FALSE(GoogleBooks::create(options)) << url;
  }
  GoogleBooksOptions options;
  options.country = "DEU";
  EXPECT_THAT(GoogleBooks::create(options).error(), HasSubstr("two letters"));
}

TEST(GoogleBooks, ACertificateThatNobodyVouchesForIsRefused) {
  EVP_PKEY* private_key = EVP_RSA_gen(2048);
  X509* certificate = X509_new();
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, private_key);
  X509_sign(certificate, private_key, EVP_sha256());
  httplib::SSLServer server(certificate, private_key);
  server.Get(".*", [](const httplib::Request&, httplib::Response& response) {
    response.set_content(found, "application/json");
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  std::thread thread([&] { server.listen_after_bind(); });
  while (!server.is_running()) std::this_thread::yield();
  GoogleBooksOptions options;
  options.base_url = "https://127.0.0.1:" + std::to_string(port);
  const auto answer = (*GoogleBooks::create(options))->find(isbn);
  server.stop();
  thread.join();
  X509_free(certificate);
  EVP_PKEY_free(private_key);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::connection_lost);
  EXPECT_THAT(answer.error().message, HasSubstr("TLS"));
}

}  // namespace
}  // namespace cutover::google_books
