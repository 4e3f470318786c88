#include "adapters/dump/sha256.h"

#include <openssl/evp.h>

#include <array>

#include "core/ports/check.h"

namespace cutover::dump {

struct Sha256::Impl {
  EVP_MD_CTX* context = EVP_MD_CTX_new();

  Impl() { CUTOVER_CHECK(context != nullptr, "a digest context can be allocated"); }
  ~Impl() { EVP_MD_CTX_free(context); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
};

Sha256::Sha256() : impl_(std::make_unique<Impl>()) {
  CUTOVER_CHECK(EVP_DigestInit_ex(impl_->context, EVP_sha256(), nullptr) == 1,
                "OpenSSL provides SHA-256");
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  CUTOVER_CHECK(EVP_DigestUpdate(impl_->context, bytes.data(), bytes.size()) == 1,
                "a digest takes any bytes");
}

std::string Sha256::hex() const {
  // Finishing ends a context, so a copy is finished.
  const Impl copy;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  CUTOVER_CHECK(EVP_MD_CTX_copy_ex(copy.context, impl_->context) == 1, "a digest can be copied");
  CUTOVER_CHECK(EVP_DigestFinal_ex(copy.context, digest.data(), &size) == 1,
                "a digest can be finished");

  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += digits[digest[i] >> 4U];
    text += digits[digest[i] & 15U];
  }
  return text;
}

}  // namespace cutover::dump
