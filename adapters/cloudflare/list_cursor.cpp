#include "adapters/cloudflare/list_cursor.h"

#include "core/ports/kv_store.h"

namespace cutover::cloudflare {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

}  // namespace

std::string ListCursor::text() const {
  std::string text;
  text.reserve(last_key.size() * 2 + 1 + service.size());
  for (const char c : last_key) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text + "." + service;
}

std::optional<ListCursor> ListCursor::parse(std::string_view text) {
  if (text.empty()) return ListCursor{};
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot % 2 != 0 || dot > 2 * KvLimits::key_bytes_max) {
    return std::nullopt;
  }
  ListCursor cursor;
  for (std::size_t at = 0; at < dot; at += 2) {
    const std::size_t high = digits.find(text[at]);
    const std::size_t low = digits.find(text[at + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    cursor.last_key += static_cast<char>(high * 16 + low);
  }
  cursor.service = text.substr(dot + 1);
  return cursor;
}

}  // namespace cutover::cloudflare
