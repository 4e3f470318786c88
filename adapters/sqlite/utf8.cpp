#include "adapters/sqlite/utf8.h"

#include <simdjson.h>

#include <cstdint>

namespace cutover {
namespace {

// What stands at the start of some bytes: one character, or one ill-formed maximal subpart.
struct Sequence {
  std::size_t bytes = 1;
  bool well_formed = false;
};

Sequence first_sequence(std::string_view bytes) {
  const auto byte_at = [&](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
  const std::uint8_t lead = byte_at(0);
  if (lead < 0x80) return {1, true};
  if (lead < 0xC2 || lead > 0xF4) return {1, false};

  const std::size_t wanted = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // The second byte's range keeps out overlong forms, surrogates and what is above U+10FFFF.
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xBF;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  for (std::size_t at = 1; at < wanted; ++at) {
    if (at == bytes.size() || byte_at(at) < low || byte_at(at) > high) return {at, false};
    low = 0x80;
    high = 0xBF;
  }
  return {wanted, true};
}

// Bytes of well-formed text at the start.
std::size_t well_formed_prefix(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const Sequence next = first_sequence(bytes.substr(at));
    if (!next.well_formed) break;
    at += next.bytes;
  }
  return at;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  return simdjson::validate_utf8(bytes.data(), bytes.size());
}

std::string replace_malformed_utf8(std::string bytes) {
  if (is_utf8(bytes)) return bytes;  // nearly always

  std::size_t good = well_formed_prefix(bytes);
  std::string text;
  text.reserve(bytes.size() + 8);
  std::string_view left = bytes;
  while (true) {
    text.append(left.substr(0, good));
    left.remove_prefix(good);
    if (left.empty()) return text;
    text.append("\xEF\xBF\xBD");
    left.remove_prefix(first_sequence(left).bytes);
    good = well_formed_prefix(left);
  }
}

}  // namespace cutover
