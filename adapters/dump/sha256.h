// Sha256: the digest of bytes that come in pieces. The reports name input files by it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace cutover::dump {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);

  // Of everything added so far: 64 lower-case hexadecimal digits. More may be added afterwards.
  [[nodiscard]] std::string hex() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cutover::dump
