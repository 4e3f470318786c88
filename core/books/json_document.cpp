#include "core/books/json_document.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <system_error>

#include <simdjson.h>

#include "core/books/text.h"
#include "core/ports/check.h"

namespace cutover::books {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t capacity_min = std::size_t{16} << 10;
constexpr std::size_t capacity_kept_max = std::size_t{1} << 20;

// simdjson refuses the container that reaches its limit, but lets an empty one pass without
// counting it. With this limit whatever passes has at most json_depth_max levels.
constexpr std::size_t quick_depth_limit = json_depth_max;

// The end of the JSON string that opens at `place` (its closing quote, or the end of the bytes).
std::size_t end_of_string(std::string_view bytes, std::size_t place) {
  ++place;
  while (place < bytes.size() && bytes[place] != '"') {
    place += bytes[place] == '\\' ? 2 : 1;
  }
  return std::min(place, bytes.size());
}

// Arrays and objects inside each other. Exact for JSON; for other bytes some number up to their
// length.
std::size_t depth_of(std::string_view bytes) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  for (std::size_t place = 0; place < bytes.size(); ++place) {
    const char character = bytes[place];
    if (character == '"') {
      place = end_of_string(bytes, place);
    } else if (character == '[' || character == '{') {
      deepest = std::max(deepest, ++depth);
    } else if ((character == ']' || character == '}') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

bool is_number_character(char character) {
  return is_digit(character) || character == '-' || character == '+' || character == '.' ||
         character == 'e' || character == 'E';
}

// A whole number that simdjson holds neither as int64 nor as uint64.
bool is_beyond_64_bits(std::string_view number) {
  const bool negative = number.front() == '-';
  const std::string_view digits = number.substr(negative ? 1 : 0);
  if (!is_digits(digits)) {
    return false;
  }
  const char* end = number.data() + number.size();
  std::int64_t signed_value = 0;
  std::uint64_t unsigned_value = 0;
  const std::from_chars_result result = negative
                                            ? std::from_chars(number.data(), end, signed_value)
                                            : std::from_chars(number.data(), end, unsigned_value);
  return result.ec == std::errc::result_out_of_range;
}

// simdjson refuses whole numbers beyond 64 bits, which RFC 8259 allows and JavaScript reads as
// doubles. Written with an exponent, the same number is read as a double. The others stay as they
// are, so that a number reads the same whatever stands beside it.
std::string with_large_integers_as_doubles(std::string_view bytes) {
  std::string result;
  std::size_t copied = 0;
  for (std::size_t place = 0; place < bytes.size(); ++place) {
    if (bytes[place] == '"') {
      place = end_of_string(bytes, place);
    } else if (is_number_character(bytes[place])) {
      const std::size_t start = place;
      while (place + 1 < bytes.size() && is_number_character(bytes[place + 1])) {
        ++place;
      }
      if (is_beyond_64_bits(bytes.substr(start, place + 1 - start))) {
        result += bytes.substr(copied, place + 1 - copied);
        result += "e0";
        copied = place + 1;
      }
    }
  }
  result += bytes.substr(copied);
  return result;
}

Rejected malformed(std::string_view why) {
  return {"malformed_json", std::string(why)};
}

}  // namespace

struct JsonDocument::Memory {
  std::unique_ptr<char[]> buffer;  // a copy of the value, with the padding that simdjson reads
  std::size_t capacity = 0;        // bytes of a value that fit without allocating
  std::unique_ptr<simdjson::dom::parser> parser;
  simdjson::dom::document document;
  simdjson::dom::element root;

  void reserve(std::size_t bytes);
  simdjson::error_code parse(std::string_view bytes, std::size_t depth_limit);
};

JsonDocument::JsonDocument() : memory_(std::make_unique<Memory>()) {}
JsonDocument::~JsonDocument() = default;

const simdjson::dom::element& JsonDocument::root() const {
  return memory_->root;
}

std::optional<Rejected> JsonDocument::parse(std::string_view bytes) {
  simdjson::error_code error = memory_->parse(bytes, quick_depth_limit);
  if (error == simdjson::SUCCESS) {
    return std::nullopt;  // simdjson refuses bytes that are not UTF-8, and a byte order mark
  }
  if (!simdjson::validate_utf8(bytes.data(), bytes.size())) {
    return Rejected{"not_utf8", "the value's bytes are not valid UTF-8"};
  }
  if (bytes.substr(0, byte_order_mark.size()) == byte_order_mark) {
    return malformed("the value starts with a byte order mark");
  }
  if (error != simdjson::DEPTH_ERROR && error != simdjson::NUMBER_ERROR) {
    return malformed(simdjson::error_message(error));
  }

  // The slow path: what simdjson refuses by its own limits may still be JSON, and what is too deep
  // may not even be JSON.
  const std::size_t depth = depth_of(bytes);
  if (depth > bytes.size() / 2) {
    return malformed("more arrays and objects are opened than closed");
  }
  error =
      memory_->parse(with_large_integers_as_doubles(bytes), std::max(depth, json_depth_max) + 1);
  if (error != simdjson::SUCCESS) {
    return malformed(simdjson::error_message(error));
  }
  if (depth > json_depth_max) {
    return Rejected{"too_deep", std::to_string(depth) + " arrays and objects inside each other; " +
                                    std::to_string(json_depth_max) + " are allowed"};
  }
  return std::nullopt;
}

simdjson::error_code JsonDocument::Memory::parse(std::string_view bytes, std::size_t depth_limit) {
  reserve(bytes.size());
  std::memcpy(buffer.get(), bytes.data(), bytes.size());
  if (parser->capacity() < bytes.size() || parser->max_depth() != depth_limit) {
    CUTOVER_CHECK(parser->allocate(capacity, depth_limit) == simdjson::SUCCESS, "out of memory");
  }
  const simdjson::error_code error =
      parser->parse_into_document(document, buffer.get(), bytes.size(), false).get(root);
  CUTOVER_CHECK(error != simdjson::MEMALLOC, "out of memory");
  return error;
}

void JsonDocument::Memory::reserve(std::size_t bytes) {
  const bool too_small = bytes > capacity || buffer == nullptr;
  const bool too_large = capacity > capacity_kept_max && bytes <= capacity_kept_max;
  if (!too_small && !too_large) {
    return;
  }
  // Grow by half at least, so that a run of ever larger values does not allocate each time; but
  // give a huge value's memory back.
  capacity = std::max(capacity_min, too_small ? std::max(bytes, capacity + capacity / 2) : bytes);
  buffer = std::make_unique<char[]>(capacity + simdjson::SIMDJSON_PADDING);
  parser = std::make_unique<simdjson::dom::parser>();
  CUTOVER_CHECK(document.allocate(capacity) == simdjson::SUCCESS, "out of memory");
}

}  // namespace cutover::books
