#include "core/api/user_token.h"

#include <gtest/gtest.h>

#include "core/api/base64url.h"
#include "core/api/secrets.h"

namespace cutover::api {
namespace {

constexpr std::string_view secret = "key";

std::string signed_token(const std::string& header, const std::string& claims) {
  const std::string text = to_base64url(header) + "." + to_base64url(claims);
  return text + "." + to_base64url(hmac_sha256(secret, text));
}

const std::string good_header = R"({"alg":"HS256","typ":"JWT"})";

TEST(UserToken, IsReadBackUntilItExpires) {
  const std::string token = mint_user_token(secret, "ada", 1000);
  EXPECT_EQ(verify_user_token(secret, token, 999).value(), "ada");
  EXPECT_EQ(verify_user_token(secret, token, 1000).error(), TokenFault::expired);
}

// The example of RFC 7515, appendix A.1, with its own key.
TEST(UserToken, SignsAsTheStandardDoes) {
  const std::string key = *from_base64url(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  const std::string text =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cn"
      "VlfQ";
  EXPECT_EQ(to_base64url(hmac_sha256(key, text)), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}

TEST(UserToken, RefusesAnotherKeyAndAnAlteredClaim) {
  const std::string token = mint_user_token(secret, "ada", 1000);
  EXPECT_EQ(verify_user_token("other", token, 1).error(), TokenFault::bad_signature);
  const std::string other = mint_user_token(secret, "bob", 1000);
  const std::string mixed = other.substr(0, other.rfind('.')) + token.substr(token.rfind('.'));
  EXPECT_EQ(verify_user_token(secret, mixed, 1).error(), TokenFault::bad_signature);
}

TEST(UserToken, RefusesEveryOtherAlgorithm) {
  const std::string claims = R"({"sub":"ada","exp":1000})";
  for (const char* header : {R"({"alg":"none"})", R"({"alg":"HS512"})", R"({"alg":"RS256"})",
                             R"({"alg":"hs256"})", R"({"typ":"JWT"})"}) {
    EXPECT_EQ(verify_user_token(secret, signed_token(header, claims), 1).error(),
              TokenFault::other_algorithm)
        << header;
  }
  const std::string unsigned_token =
      to_base64url(R"({"alg":"none"})") + "." + to_base64url(claims) + ".";
  EXPECT_FALSE(verify_user_token(secret, unsigned_token, 1).has_value());
}

TEST(UserToken, RequiresSubjectAndExpiry) {
  for (const char* claims : {R"({"sub":"ada"})", R"({"exp":1000})", R"({"sub":"","exp":1000})",
                             R"({"sub":"ada","exp":"1000"})", R"({"sub":7,"exp":1000})",
                             R"(["ada"])", "nonsense", R"({"sub":"ada","exp":1e99})"}) {
    EXPECT_EQ(verify_user_token(secret, signed_token(good_header, claims), 1).error(),
              TokenFault::malformed)
        << claims;
  }
}

TEST(UserToken, HonoursNotBeforeAndRefusesCriticalExtensions) {
  const std::string later = signed_token(good_header, R"({"sub":"ada","exp":1000,"nbf":500})");
  EXPECT_EQ(verify_user_token(secret, later, 499).error(), TokenFault::expired);
  EXPECT_TRUE(verify_user_token(secret, later, 500).has_value());
  const std::string critical =
      signed_token(R"({"alg":"HS256","crit":["x"]})", R"({"sub":"ada","exp":1000})");
  EXPECT_EQ(verify_user_token(secret, critical, 1).error(), TokenFault::malformed);
}

TEST(UserToken, AnswersAnyBytes) {
  for (const std::string& token :
       {std::string(), std::string("."), std::string(".."), std::string("a.b.c"),
        std::string("a.b.c.d"), std::string(5000, 'a'), std::string("\xFF.\x00.\x01", 5)}) {
    EXPECT_FALSE(verify_user_token(secret, token, 1).has_value());
  }
}

TEST(Base64Url, ReadsWhatItWritesAndNothingElse) {
  std::string bytes;
  for (int length = 0; length < 40; ++length) {
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
    bytes += static_cast<char>(length * 37);
  }
  for (const char* wrong : {"A", "AA==", "AB", "+/", "A A", "AAAAA"}) {
    EXPECT_FALSE(from_base64url(wrong).has_value()) << wrong;
  }
}

TEST(Secrets, AreEqualOnlyWhenAllBytesAre) {
  EXPECT_TRUE(same_secret("abc", "abc"));
  EXPECT_FALSE(same_secret("abc", "abd"));
  EXPECT_FALSE(same_secret("abc", "ab"));
  EXPECT_FALSE(same_secret("", "a"));
}

}  // namespace
}  // namespace cutover::api
