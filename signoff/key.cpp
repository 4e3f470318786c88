#include "signoff/key.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <optional>

#include "core/ports/check.h"

namespace cutover::signoff {
namespace {

template <auto free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Bio reader_of(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_in(BIO* bio) {
  char* start = nullptr;
  const long size = BIO_get_mem_data(bio, &start);
  return {start, static_cast<std::size_t>(size)};
}

// Without it OpenSSL would ask the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

bool is_ed25519(const EVP_PKEY* key) {
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;
}

PublicKey raw_public_key(const EVP_PKEY* key) {
  PublicKey raw{};
  std::size_t size = raw.size();
  CUTOVER_CHECK(EVP_PKEY_get_raw_public_key(key, raw.data(), &size) == 1 && size == raw.size(),
                "an Ed25519 key has a public half of 32 bytes");
  return raw;
}

Key key_of(const PublicKey& raw) {
  return Key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw.data(), raw.size()));
}

template <std::size_t size>
std::string encoded(const std::array<std::uint8_t, size>& bytes) {
  std::string text((size + 2) / 3 * 4 + 1, '\0');  // OpenSSL writes a final zero
  text.resize(static_cast<std::size_t>(EVP_EncodeBlock(
      reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(size))));
  return text;
}

template <std::size_t size>
std::optional<std::array<std::uint8_t, size>> decoded(std::string_view text) {
  constexpr std::size_t characters = (size + 2) / 3 * 4;
  std::array<std::uint8_t, characters / 4 * 3> room{};
  if (text.size() != characters ||
      EVP_DecodeBlock(room.data(), bytes_of(text), static_cast<int>(characters)) < 0) {
    return std::nullopt;
  }
  std::array<std::uint8_t, size> bytes{};
  std::copy_n(room.begin(), size, bytes.begin());
  // OpenSSL is lenient; a signed file must have one form.
  if (encoded(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace

void SigningKey::Free::operator()(evp_pkey_st* key) const {
  EVP_PKEY_free(key);
}

SigningKey SigningKey::make() {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  CUTOVER_CHECK(key != nullptr, "OpenSSL makes Ed25519 keys");
  return SigningKey(key);
}

tl::expected<SigningKey, std::string> SigningKey::from_pem(std::string_view pem) {
  if (pem.find("ENCRYPTED") != std::string_view::npos) {
    return tl::unexpected(std::string(
        "has a passphrase, which is not supported; `cutover signoff key` makes one without"));
  }
  const Bio bio = reader_of(pem);
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();
  if (!key || !is_ed25519(key.get())) {
    return tl::unexpected(
        std::string("holds no private Ed25519 key in PEM; `cutover signoff key` makes one"));
  }
  return SigningKey(key.release());
}

PublicKey SigningKey::public_key() const {
  return raw_public_key(key_.get());
}

Signature SigningKey::sign(std::string_view bytes) const {
  const Context context(EVP_MD_CTX_new());
  Signature signature{};
  std::size_t size = signature.size();
  const bool is_signed =
      context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
      EVP_DigestSign(context.get(), signature.data(), &size, bytes_of(bytes), bytes.size()) == 1;
  CUTOVER_CHECK(is_signed && size == signature.size(), "an Ed25519 key signs any bytes");
  return signature;
}

std::string SigningKey::to_pem() const {
  const Bio bio(BIO_new(BIO_s_secmem()));
  CUTOVER_CHECK(bio && PEM_write_bio_PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr,
                                                nullptr) == 1,
                "a key can be written to memory");
  return text_in(bio.get());
}

bool fits(const Signature& signature, std::string_view bytes, const PublicKey& key) {
  const Key pkey = key_of(key);
  const Context context(EVP_MD_CTX_new());
  const bool good =
      pkey && context &&
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, pkey.get()) == 1 &&
      EVP_DigestVerify(context.get(), signature.data(), signature.size(), bytes_of(bytes),
                       bytes.size()) == 1;
  ERR_clear_error();
  return good;
}

std::string base64_of(const PublicKey& key) {
  return encoded(key);
}

std::string base64_of(const Signature& signature) {
  return encoded(signature);
}

tl::expected<Signature, std::string> signature_from(std::string_view base64) {
  const auto bytes = decoded<std::tuple_size_v<Signature>>(base64);
  if (!bytes) return tl::unexpected(std::string("must be 64 bytes in Base64"));
  return *bytes;
}

tl::expected<PublicKey, std::string> public_key_from(std::string_view text) {
  if (const auto bytes = decoded<std::tuple_size_v<PublicKey>>(text)) return *bytes;
  const Bio bio = reader_of(text);
  const Key key(PEM_read_bio_PUBKEY(bio.get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();
  if (!key || !is_ed25519(key.get())) {
    return tl::unexpected(std::string("must be an Ed25519 public key: 32 bytes in Base64, or PEM"));
  }
  return raw_public_key(key.get());
}

std::string pem_of(const PublicKey& key) {
  const Key pkey = key_of(key);
  const Bio bio(BIO_new(BIO_s_mem()));
  CUTOVER_CHECK(pkey && bio && PEM_write_bio_PUBKEY(bio.get(), pkey.get()) == 1,
                "a public key can be written to memory");
  return text_in(bio.get());
}

}  // namespace cutover::signoff
