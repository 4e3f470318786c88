// Keys and signatures: Ed25519 (RFC 8032) by OpenSSL.
//
// A private key is never printed, logged or compared; it leaves SigningKey only as the PEM text
// that key_file.h writes for its owner alone.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

struct evp_pkey_st;

namespace cutover::signoff {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

// A private key. Not copyable; calls on one object must not overlap.
class SigningKey {
 public:
  [[nodiscard]] static SigningKey make();

  // PKCS #8 as PEM. Keys with a passphrase are refused: nobody is asked for one.
  [[nodiscard]] static tl::expected<SigningKey, std::string> from_pem(std::string_view pem);

  [[nodiscard]] PublicKey public_key() const;
  [[nodiscard]] Signature sign(std::string_view bytes) const;
  [[nodiscard]] std::string to_pem() const;  // a secret; wipe it after use

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const;
  };
  explicit SigningKey(evp_pkey_st* key) : key_(key) {}
  std::unique_ptr<evp_pkey_st, Free> key_;
};

[[nodiscard]] bool fits(const Signature& signature, std::string_view bytes, const PublicKey& key);

// Base64 with padding: 44 characters for a key, 88 for a signature. A text that would be written in
// another way is refused.
[[nodiscard]] std::string base64_of(const PublicKey& key);
[[nodiscard]] std::string base64_of(const Signature& signature);
[[nodiscard]] tl::expected<Signature, std::string> signature_from(std::string_view base64);

// Base64 as above, or what `openssl pkey -pubout` writes: -----BEGIN PUBLIC KEY-----.
[[nodiscard]] tl::expected<PublicKey, std::string> public_key_from(std::string_view text);
[[nodiscard]] std::string pem_of(const PublicKey& key);

}  // namespace cutover::signoff
