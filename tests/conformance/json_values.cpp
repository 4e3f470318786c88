#include "tests/conformance/json_values.h"

#include <cstdint>
#include <utility>

#include "adapters/sqlite/utf8.h"
#include "core/ports/check.h"

namespace cutover::conformance {
namespace {

constexpr std::size_t long_size = 2048;  // the bridge's
constexpr std::size_t head_size = 16;
constexpr std::int64_t exact_max = std::int64_t{1} << 53;

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (const char byte : bytes) {
    hex.push_back(digits[static_cast<unsigned char>(byte) >> 4]);
    hex.push_back(digits[static_cast<unsigned char>(byte) & 15]);
  }
  return hex;
}

std::string from_hex(const std::string& hex) {
  CUTOVER_CHECK(hex.size() % 2 == 0, "two digits make a byte");
  std::string bytes;
  for (std::size_t at = 0; at < hex.size(); at += 2) {
    bytes.push_back(static_cast<char>(std::stoi(hex.substr(at, 2), nullptr, 16)));
  }
  return bytes;
}

// How long JavaScript says that it is.
std::size_t utf16_length(std::string_view text) {
  std::size_t length = 0;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if ((byte & 0xC0) != 0x80) length += byte >= 0xF0 ? 2 : 1;
  }
  return length;
}

// What stands at the place, or null: a patch may name a place that only one of the two has.
Json value_at(const Json& whole, const std::string& path) {
  const Json::json_pointer pointer(path);
  return whole.contains(pointer) ? whole.at(pointer) : Json();
}

}  // namespace

Json text_json(std::string_view text) {
  if (is_utf8(text)) return text;
  return {{"wtf8", hex_of(text)}};
}

Json bytes_json(std::string_view bytes) {
  return {{"hex", hex_of(bytes)}};
}

std::string bytes_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.contains("hex")) return from_hex(value.at("hex"));
  if (value.contains("wtf8")) return from_hex(value.at("wtf8"));
  const std::string piece = value.at("fill");
  std::string text;
  for (std::size_t left = value.at("n"); left > 0; --left) text.append(piece);
  return text;
}

Json answered_text(std::string_view text) {
  const std::size_t length = utf16_length(text);
  if (length <= long_size) return text;
  return {{"chars", length}, {"head", text.substr(0, head_size)}};
}

Json answered_bytes(std::string_view bytes) {
  if (bytes.size() <= long_size) return bytes_json(bytes);
  return {{"bytes", bytes.size()}, {"head", hex_of(bytes.substr(0, head_size))}};
}

Json answered_failure(const Failure& failure) {
  CUTOVER_CHECK(failure.effect == Effect::not_applied, "all is well, so every effect is known");
  return {{"error", failure.message}};
}

Json with_javascript_numbers(Json answer) {
  if (answer.is_structured()) {
    for (Json& part : answer) part = with_javascript_numbers(std::move(part));
  } else if (answer.is_number_integer() &&
             (answer > Json(exact_max) || answer < Json(-exact_max))) {
    return answer.get<double>();
  }
  return answer;
}

std::vector<Difference> differences(const Json& real, const Json& fake) {
  std::vector<Difference> found;
  if (real == fake) return found;
  if (real.contains("error") || fake.contains("error")) return {Difference{"", real, fake}};
  for (const Json& step : Json::diff(real, fake)) {
    const std::string path = step.at("path");
    found.push_back({path, value_at(real, path), value_at(fake, path)});
  }
  return found;
}

}  // namespace cutover::conformance
