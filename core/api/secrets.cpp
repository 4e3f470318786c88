#include "core/api/secrets.h"

#include <array>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "core/ports/check.h"

namespace cutover::api {
namespace {

constexpr std::size_t digest_bytes = 32;

std::array<unsigned char, digest_bytes> sha256(std::string_view bytes) {
  std::array<unsigned char, digest_bytes> digest{};
  const int done =
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  CUTOVER_CHECK(done == 1, "SHA-256 is always there");
  return digest;
}

}  // namespace

bool same_secret(std::string_view left, std::string_view right) {
  const auto left_digest = sha256(left);
  const auto right_digest = sha256(right);
  return CRYPTO_memcmp(left_digest.data(), right_digest.data(), digest_bytes) == 0;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
  unsigned int length = 0;
  const unsigned char* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   bytes.size(), code.data(), &length);
  CUTOVER_CHECK(done != nullptr && length == digest_bytes, "HMAC-SHA256 is always there");
  return {reinterpret_cast<const char*>(code.data()), length};
}

}  // namespace cutover::api
