#include "core/books/sha256.h"

#include <array>
#include <cstddef>

#include <openssl/evp.h>

#include "core/ports/check.h"

namespace cutover::books {
namespace {

constexpr std::size_t digest_bytes = 32;
constexpr char hex_digits[] = "0123456789abcdef";

}  // namespace

Sha256::Sha256()
    : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
  CUTOVER_CHECK(algorithm_ != nullptr, "this OpenSSL has no SHA-256");
  CUTOVER_CHECK(context_ != nullptr, "OpenSSL gave no digest context");
}

Sha256::~Sha256() {
  EVP_MD_CTX_free(context_);
  EVP_MD_free(algorithm_);
}

std::string Sha256::hex(std::string_view bytes) {
  std::array<unsigned char, digest_bytes> digest{};
  const bool hashed = EVP_DigestInit_ex(context_, algorithm_, nullptr) == 1 &&
                      EVP_DigestUpdate(context_, bytes.data(), bytes.size()) == 1 &&
                      EVP_DigestFinal_ex(context_, digest.data(), nullptr) == 1;
  CUTOVER_CHECK(hashed, "SHA-256 of bytes in memory cannot fail");
  std::string text(2 * digest_bytes, '0');
  for (std::size_t place = 0; place < digest_bytes; ++place) {
    text[2 * place] = hex_digits[digest[place] >> 4];
    text[2 * place + 1] = hex_digits[digest[place] & 15];
  }
  return text;
}

}  // namespace cutover::books
