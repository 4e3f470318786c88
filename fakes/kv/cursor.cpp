#include "fakes/kv/cursor.h"

#include <cstddef>

#include "fakes/sim/history.h"

namespace cutover::fakes {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t number_bytes = 8;

std::string number_text(std::uint64_t number) {
  std::string bytes;
  for (std::size_t i = 0; i < number_bytes; ++i)
    bytes.push_back(static_cast<char>(number >> (8 * i)));
  return bytes;
}

std::uint64_t number_from(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = number_bytes; i-- > 0;) {
    number = number << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return number;
}

std::string base64(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const bool there = at + i < bytes.size();
      group = group << 8 | (there ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      const bool there = at + i <= bytes.size();
      text.push_back(there ? alphabet[group >> (18 - 6 * i) & 63] : '=');
    }
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && text.ends_with('=')) {
    text.remove_suffix(1);
    ++padding;
  }
  std::string bytes;
  std::uint32_t group = 0;
  int bits = 0;
  for (const char character : text) {
    const std::size_t digit = alphabet.find(character);
    if (digit == std::string_view::npos) return std::nullopt;
    group = group << 6 | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<char>(group >> bits));
  }
  return bytes;
}

// Ties the other fields to each other and to the scope.
std::string seal(std::string_view issued, std::string_view after, std::string_view scope) {
  std::string sealed(issued);
  sealed.append(number_text(scope.size())).append(scope).append(after);
  return number_text(sim::hash_of(sealed));
}

}  // namespace

std::string encode_cursor(const Cursor& cursor, std::string_view scope) {
  const std::string issued = number_text(static_cast<std::uint64_t>(cursor.issued_micros));
  return base64(seal(issued, cursor.after, scope) + issued + cursor.after);
}

std::optional<Cursor> decode_cursor(std::string_view text, std::string_view scope) {
  const std::optional<std::string> bytes = from_base64(text);
  if (!bytes || bytes->size() < 2 * number_bytes) return std::nullopt;
  const std::string_view all = *bytes;
  const std::string_view issued = all.substr(number_bytes, number_bytes);
  const std::string_view after = all.substr(2 * number_bytes);
  if (all.substr(0, number_bytes) != seal(issued, after, scope)) return std::nullopt;
  return Cursor{std::string(after), static_cast<std::int64_t>(number_from(issued))};
}

}  // namespace cutover::fakes
