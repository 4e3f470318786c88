// TLS: a server whose certificate nobody vouches for gets no request, and so no token.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <atomic>
#include <memory>
#include <thread>

#include "adapters/cloudflare/api_client.h"
#include "adapters/threads/thread_runtime.h"

namespace cutover::cloudflare {
namespace {

struct Certificate {
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  std::unique_ptr<X509, decltype(&X509_free)> x509{X509_new(), X509_free};

  // For this machine, for an hour, signed by itself.
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
    X509_sign(x509.get(), key.get(), EVP_sha256());
  }
};

TEST(CloudflareTls, AnUntrustedServerGetsNoRequestAndNothingIsRetried) {
  const Certificate certificate;
  httplib::SSLServer server(certificate.x509.get(), certificate.key.get());
  ASSERT_TRUE(server.is_valid());
  std::atomic<int> requests = 0;
  server.set_pre_routing_handler([&](const httplib::Request&, httplib::Response&) {
    ++requests;
    return httplib::Server::HandlerResponse::Unhandled;
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  ASSERT_GT(port, 0);
  std::thread serving([&] { server.listen_after_bind(); });

  threads::ThreadRuntime runtime;
  ApiOptions options;
  options.base_url = "https://127.0.0.1:" + std::to_string(port) + "/client/v4";
  options.account = "acc";
  options.token = "secret-token";
  const auto api = std::move(*ApiClient::create(options, runtime));
  const auto answer = api->call({"POST", "/d1/database/db/raw", "{}", true});
  server.stop();
  serving.join();

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::connection_lost);
  EXPECT_THAT(answer.error().message, testing::HasSubstr("no trusted TLS connection"));
  EXPECT_FALSE(answer.error().sent);
  EXPECT_FALSE(answer.error().retryable);
  EXPECT_EQ(requests, 0);
}

}  // namespace
}  // namespace cutover::cloudflare
