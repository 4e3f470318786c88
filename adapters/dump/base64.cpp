#include "adapters/dump/base64.h"

#include <array>
#include <cstdint>

namespace cutover::dump {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 64;

constexpr std::array<std::uint8_t, 256> digit_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr std::array<std::uint8_t, 256> values = digit_values();

}  // namespace

std::string encode_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view group = bytes.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      bits = bits << 8U | (j < group.size() ? static_cast<unsigned char>(group[j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += j <= group.size() ? alphabet[bits >> (18 - 6 * j) & 63U] : '=';
    }
  }
  return text;
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  text.remove_suffix(padding);

  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  std::size_t count = 0;
  for (const char c : text) {
    const std::uint8_t value = values[static_cast<unsigned char>(c)];
    if (value == no_digit) return std::nullopt;
    bits = bits << 6U | value;
    if (++count % 4 == 0) {
      bytes += static_cast<char>(bits >> 16U & 255U);
      bytes += static_cast<char>(bits >> 8U & 255U);
      bytes += static_cast<char>(bits & 255U);
      bits = 0;
    }
  }
  if (padding == 0) return bytes;
  bits <<= 6 * padding;
  const std::uint32_t unused = padding == 1 ? 0xFFU : 0xFFFFU;
  if ((bits & unused) != 0) return std::nullopt;
  bytes += static_cast<char>(bits >> 16U & 255U);
  if (padding == 1) bytes += static_cast<char>(bits >> 8U & 255U);
  return bytes;
}

}  // namespace cutover::dump
