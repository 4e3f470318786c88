// Sha256: digests for content_hash, with one OpenSSL context for many of them.
//
// Setting up a context costs more than hashing an ordinary book. Calls on one object must not
// overlap.
#pragma once

#include <string>
#include <string_view>

struct evp_md_st;
struct evp_md_ctx_st;

namespace cutover::books {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  // 64 lower-case hex digits.
  [[nodiscard]] std::string hex(std::string_view bytes);

 private:
  evp_md_st* algorithm_;
  evp_md_ctx_st* context_;
};

}  // namespace cutover::books
