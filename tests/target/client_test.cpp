// Targets that are none, and answers that nobody should trust.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <thread>

#include "target/acceptance.h"
#include "target/base_url.h"
#include "target/http_client.h"
#include "tests/adapters/google_books/scripted_server.h"
#include "tests/target/deployment.h"

namespace cutover::target {
namespace {

using google_books::http_reply;
using google_books::Reply;
using google_books::ScriptedServer;
using testing::HasSubstr;

Told asked(const std::string& url, std::chrono::milliseconds timeout, std::size_t bytes_max) {
  ClientOptions options;
  options.base_url = url;
  options.timeout = timeout;
  options.answer_bytes_max = bytes_max;
  const auto client = HttpClient::create(options);
  if (!client) return {};
  return (*client)->ask({"GET", "/x", "", ""});
}

constexpr std::chrono::milliseconds patient{20'000};

TEST(BaseUrls, AreTakenApart) {
  const auto url = read_base_url("https://api.example.net:8443/staging/", true);
  ASSERT_TRUE(url.has_value()) << url.error();
  EXPECT_EQ(url->origin, "https://api.example.net:8443");
  EXPECT_EQ(url->path, "/staging");
  EXPECT_EQ(read_base_url("http://127.0.0.1:8787", true)->path, "");
}

TEST(BaseUrls, ThatAreNoneAreRefusedWithTheFlag) {
  for (const char* url :
       {"", "example.net", "ftp://example.net", "https://", "https:///path",
        "https://user:secret@example.net", "https://example.net/?q=1", "https://example.net:0",
        "https://example.net:99999999999", "https://example.net:", "https://exa mple.net",
        "https://example.net:8x"}) {
    const auto read = read_base_url(url, false);
    ASSERT_FALSE(read.has_value()) << url;
    EXPECT_THAT(read.error(), HasSubstr("--target")) << url;
    EXPECT_THAT(read.error(), testing::Not(HasSubstr("secret"))) << url;
  }
}

TEST(BaseUrls, WithATokenMustBeHttpsOrThisMachine) {
  EXPECT_FALSE(read_base_url("http://example.net", true).has_value());
  EXPECT_FALSE(read_base_url("http://127.0.0.1.example.net", true).has_value());
  EXPECT_TRUE(read_base_url("http://example.net", false).has_value());
}

TEST(Clients, AskBelowTheBasePathAndSendTheToken) {
  ScriptedServer server({http_reply(200, "{}")});
  ClientOptions options;
  options.base_url = server.url() + "/staging/";
  const auto client = HttpClient::create(options);
  ASSERT_TRUE(client.has_value());
  EXPECT_EQ((*client)->ask({"GET", "/a?b=%20c", "the-token", ""}).status, 200);
  EXPECT_EQ((*client)->ask({"GET", "/a", "", ""}).status, 200);
  const auto requests = server.requests();
  EXPECT_THAT(requests.at(0), HasSubstr("GET /staging/a?b=%20c HTTP/1.1"));
  EXPECT_THAT(requests.at(0), HasSubstr("Bearer the-token"));
  EXPECT_THAT(requests.at(1), testing::Not(HasSubstr("Bearer")));
  EXPECT_EQ(server.connections(), 1) << "connections are kept";
}

TEST(Clients, DoNotFollowARedirect) {
  ScriptedServer server({http_reply(302, "", "Location: http://127.0.0.1:1/\r\n")});
  const Told told = asked(server.url(), patient, 1000);
  EXPECT_EQ(told.status, 302);
  EXPECT_EQ(told.location, "http://127.0.0.1:1/");
}

TEST(Clients, TakeNoMoreThanTheyMay) {
  ScriptedServer server({http_reply(200, std::string(100'000, 'x'))});
  const Told told = asked(server.url(), patient, 1000);
  EXPECT_EQ(told.status, 0);
  EXPECT_THAT(told.silence, HasSubstr("larger than 1000 bytes"));
}

TEST(Clients, EndAnExchangeThatDripsForEver) {
  Reply dripping = http_reply(200, std::string(10'000, 'x'));
  dripping.per_byte = std::chrono::milliseconds(20);  // more than three minutes in all
  ScriptedServer body({dripping});
  EXPECT_THAT(asked(body.url(), std::chrono::milliseconds(500), 100'000).silence,
              HasSubstr("no whole answer within 500 ms"));
  Reply head;
  head.bytes = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 10'000; ++i) head.bytes += "X-" + std::to_string(i) + ": y\r\n";
  head.per_byte = std::chrono::milliseconds(20);
  ScriptedServer headers({head});
  EXPECT_THAT(asked(headers.url(), std::chrono::milliseconds(500), 100'000).silence,
              HasSubstr("no whole answer within 500 ms"));
}

TEST(Clients, TellWhatIsNoHttp) {
  Reply reply;
  reply.bytes = "220 mail.example.net ESMTP\r\n";
  reply.close_after = true;
  ScriptedServer server({reply});
  EXPECT_THAT(asked(server.url(), patient, 1000).silence, HasSubstr("no HTTP"));
}

std::string error_of(const AcceptanceOptions& options) {
  const auto report = accept_target(options);
  return report ? "there is a report" : report.error();
}

TEST(Targets, R8_11_ThatDoNotAnswerAreAnErrorAndNoReport) {
  AcceptanceOptions options;
  options.url = "http://127.0.0.1:1";
  EXPECT_THAT(error_of(options), HasSubstr("--target: http://127.0.0.1:1 does not answer"));
  EXPECT_THAT(error_of(options), HasSubstr("no connection could be made"));
  ScriptedServer redirecting({http_reply(301, "", "Location: https://example.net/\r\n")});
  options.url = redirecting.url();
  EXPECT_THAT(error_of(options), HasSubstr("sends its callers to https://example.net/"));
}

TEST(Targets, R8_11_OptionsThatCannotBeUsedAreNamed) {
  AcceptanceOptions options;
  options.url = "http://127.0.0.1:1";
  options.isbns = {"123"};
  EXPECT_THAT(error_of(options), HasSubstr("--isbn: 123 is no ISBN"));
  options.isbns = {};
  options.unknown_isbns = {"9780439708181"};
  EXPECT_THAT(error_of(options), HasSubstr("--unknown-isbn: 9780439708181 is no ISBN"));
  options.unknown_isbns = {};
  options.dump = "nowhere.ndjson";
  EXPECT_THAT(error_of(options), HasSubstr("nowhere.ndjson"));
  options.dump = "";
  options.ca_file = "nowhere.pem";
  EXPECT_THAT(error_of(options), HasSubstr("--ca-file: there is no file nowhere.pem"));
}

TEST(Targets, R8_11_ThatFallSilentEndTheRunAndAreUnknown) {
  Deployment deployment;
  std::atomic<int> count = 0;
  deployment.odd = [&](const api::HttpRequest&) -> std::optional<api::HttpResponse> {
    if (++count < 60) return std::nullopt;
    throw http::NoAnswer{};
  };
  const auto report = accept_target(deployment.options());
  ASSERT_TRUE(report.has_value()) << report.error();
  EXPECT_THAT(report->headline, HasSubstr("ended early: the target gave no answer 10 times"));
  EXPECT_THAT(named(*report, reports::Verdict::unknown),
              testing::Contains("fifty look-ups at once get the same answer"));
  EXPECT_LT(count, 120) << "it is not asked to the end";
}

TEST(Targets, R6_1_WhatWasSeenBeforeTheyFellSilentIsJudged) {
  Deployment deployment;
  std::atomic<int> count = 0;
  deployment.odd = [&](const api::HttpRequest&) -> std::optional<api::HttpResponse> {
    if (++count < 100) return std::nullopt;
    throw http::NoAnswer{};
  };
  deployment.change = [](const api::HttpRequest& request, api::HttpResponse& response) {
    if (request.path != "/v1/search/isbn" || response.status != 200) return;
    nlohmann::json body = nlohmann::json::parse(response.body);
    body["data"]["book"]["title"] = "Another";
    response.body = body.dump();
  };
  const auto report = accept_target(deployment.options());
  ASSERT_TRUE(report.has_value()) << report.error();
  EXPECT_THAT(named(*report, reports::Verdict::fail),
              testing::Contains("the books are what the dump says, field by field"));
}

TEST(Targets, ThatSayItIsTooMuchAreLeftAlone) {
  Deployment deployment;
  std::atomic<int> count = 0;
  deployment.odd = [&](const api::HttpRequest&) -> std::optional<api::HttpResponse> {
    if (++count < 60) return std::nullopt;
    return refusal(429, "OVERLOADED");
  };
  const auto report = accept_target(deployment.options());
  ASSERT_TRUE(report.has_value()) << report.error();
  EXPECT_THAT(report->headline, HasSubstr("ended early: the target refused 20 requests with 429"));
  EXPECT_LT(count, 120);
}

TEST(Targets, AnInterruptedRunHasAReportThatSaysSo) {
  Deployment deployment;
  AcceptanceOptions options = deployment.options();
  std::atomic<int> count = 0;
  options.interrupted = [&] { return ++count > 100; };
  const auto report = accept_target(options);
  ASSERT_TRUE(report.has_value()) << report.error();
  EXPECT_EQ(report->verdict, reports::Verdict::unknown);
  EXPECT_THAT(report->headline, HasSubstr("the run was interrupted"));
}

// For localhost, for an hour, signed by itself.
struct Certificate {
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  std::unique_ptr<X509, decltype(&X509_free)> x509{X509_new(), X509_free};

  Certificate() {
    X509_set_version(x509.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(x509.get()), 3600);
    X509_set_pubkey(x509.get(), key.get());
    X509_NAME* name = X509_get_subject_name(x509.get());
    const auto* host = reinterpret_cast<const unsigned char*>("localhost");
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, host, -1, -1, 0);
    X509_set_issuer_name(x509.get(), name);
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
    X509_add_ext(x509.get(), names, -1);
    X509_EXTENSION_free(names);
    X509_sign(x509.get(), key.get(), EVP_sha256());
  }
  void write(const std::string& path) const {
    FILE* file = std::fopen(path.c_str(), "w");
    PEM_write_X509(file, x509.get());
    std::fclose(file);
  }
};

TEST(Targets, R8_11_WithACertificateThatNobodyVouchesForGetNoRequest) {
  const Certificate certificate;
  httplib::SSLServer server(certificate.x509.get(), certificate.key.get());
  ASSERT_TRUE(server.is_valid());
  std::atomic<int> requests = 0;
  server.set_pre_routing_handler([&](const httplib::Request&, httplib::Response& response) {
    ++requests;
    response.status = 404;
    return httplib::Server::HandlerResponse::Handled;
  });
  const int port = server.bind_to_any_port("localhost");
  ASSERT_GT(port, 0);
  std::thread serving([&] { server.listen_after_bind(); });

  AcceptanceOptions options;
  options.url = "https://localhost:" + std::to_string(port);
  const std::string refused = error_of(options);
  EXPECT_EQ(requests, 0);

  const std::string pem =
      (std::filesystem::temp_directory_path() / ("target-" + std::to_string(port) + ".pem"))
          .string();
  certificate.write(pem);
  ClientOptions trusting;
  trusting.base_url = options.url;
  trusting.ca_file = pem;
  const auto client = HttpClient::create(trusting);
  ASSERT_TRUE(client.has_value());
  const Told told = (*client)->ask({"GET", "/", "", ""});
  server.stop();
  serving.join();
  std::filesystem::remove(pem);

  EXPECT_THAT(refused, HasSubstr("its certificate is not trusted"));
  EXPECT_EQ(told.status, 404) << told.silence;
}

}  // namespace
}  // namespace cutover::target
