// A hash of bytes that is the same everywhere and for ever, for choosing by name: random streams,
// samples of keys. Not for tables of hostile input, and not cryptographic.
#pragma once

#include <cstdint>
#include <string_view>

namespace cutover {

// FNV-1a, 64 bits.
[[nodiscard]] constexpr std::uint64_t stable_hash(std::string_view bytes) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001B3ULL;
  }
  return hash;
}

}  // namespace cutover
