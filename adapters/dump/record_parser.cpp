#include "adapters/dump/record_parser.h"

#include <simdjson.h>

#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "adapters/dump/base64.h"
#include "adapters/dump/json_text.h"
#include "adapters/dump/record_rules.h"
#include "adapters/dump/text_window.h"
#include "core/ports/check.h"

namespace cutover::dump {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

static_assert(TextWindow::padding_bytes >= simdjson::SIMDJSON_PADDING);

// Parser memory is about ten times the text. What one long record took is given back.
constexpr std::size_t kept_capacity_bytes = 1024 * 1024;

struct Fields {
  std::optional<element> key;
  std::optional<element> value;
  std::optional<element> expiration;
  std::optional<element> expiration_ttl;
  std::optional<element> metadata;
  std::optional<element> base64;
  std::size_t metadata_index = 0;  // among the fields, in the order of the text
};

Problem problem(std::string_view key, std::string reason) {
  return {{}, clipped_key(key), std::move(reason)};
}

std::string syntax_reason(simdjson::error_code code) {
  switch (code) {
    case simdjson::UTF8_ERROR: return "not UTF-8";
    case simdjson::STRING_ERROR:
      return "not valid JSON: a bad escape or a lone surrogate in a string";
    case simdjson::DEPTH_ERROR:
      return "nested deeper than " + std::to_string(json_depth_max) + " levels";
    case simdjson::NUMBER_ERROR:
      return "not valid JSON: a number is malformed or beyond the range of a double";
    case simdjson::UNCLOSED_STRING: return "not valid JSON: a string has no closing quote";
    case simdjson::UNESCAPED_CHARS:
      return "not valid JSON: a control character in a string is not escaped";
    default: return "not valid JSON";
  }
}

// JSON has one kind of number: 60.0 and 6e1 are integers too.
std::optional<std::int64_t> integer_of(const element& number) {
  std::int64_t integer = 0;
  if (number.type() == element_type::INT64 && number.get(integer) == simdjson::SUCCESS) {
    return integer;
  }
  double real = 0;
  constexpr double exact_max = 9007199254740992.0;  // 2^53
  if (number.type() != element_type::DOUBLE || number.get(real) != simdjson::SUCCESS ||
      std::abs(real) > exact_max || real != std::trunc(real)) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(real);
}

std::string bad_expiration(std::string_view field, std::string_view rule) {
  return "bad expiration: " + std::string(field) + " " + std::string(rule);
}

// As the service does it: a TTL wins, and then the other is not even looked at.
std::string read_expiration(const Fields& fields, std::int64_t now,
                            std::optional<std::int64_t>& expiration) {
  if (fields.expiration_ttl) {
    const auto ttl = integer_of(*fields.expiration_ttl);
    if (!ttl) return bad_expiration("expiration_ttl", "is not an integer");
    if (*ttl < KvLimits::ttl_seconds_min) {
      return bad_expiration("expiration_ttl", "is below 60 seconds");
    }
    if (now > 0 && *ttl > std::numeric_limits<std::int64_t>::max() - now) {
      return bad_expiration("expiration_ttl", "is too large");
    }
    expiration = now + *ttl;
  } else if (fields.expiration) {
    expiration = integer_of(*fields.expiration);
    if (!expiration) return bad_expiration("expiration", "is not an integer");
  }
  return {};
}

std::string read_value(const Fields& fields, std::string& value) {
  if (!fields.value) return "the value is missing";
  std::string_view text;
  if (fields.value->get(text) != simdjson::SUCCESS) return "the value is not a string";
  bool base64 = false;
  if (fields.base64 && fields.base64->get(base64) != simdjson::SUCCESS) {
    return "base64 is neither true nor false";
  }
  if (base64) {
    auto bytes = decode_base64(text);
    if (!bytes) return "the value is not Base64 (standard alphabet, with padding)";
    value = std::move(*bytes);
  } else {
    value = text;
  }
  return broken_value_rule(value);
}

std::string read_metadata(const Fields& fields, std::string_view text, std::string& metadata) {
  if (!fields.metadata || fields.metadata->is_null()) return {};
  const std::string_view slice = nth_field_value(text, fields.metadata_index);
  // Room for the blocks that minify writes.
  metadata.resize(slice.size() + simdjson::SIMDJSON_PADDING);
  std::size_t size = 0;
  const auto error = simdjson::minify(slice.data(), slice.size(), metadata.data(), size);
  CUTOVER_CHECK(error == simdjson::SUCCESS, "a value that was parsed can be written compactly");
  metadata.resize(size);
  return broken_metadata_rule(metadata);
}

}  // namespace

struct RecordParser::Impl {
  explicit Impl(std::int64_t now_seconds) : now(now_seconds) { reset(); }

  void reset() {
    parser.emplace();
    const auto error = parser->allocate(kept_capacity_bytes, json_depth_max);
    CUTOVER_CHECK(error == simdjson::SUCCESS, "a parser for short records can be allocated");
  }

  bool make_room(std::size_t size) {
    if (size <= parser->capacity()) return true;
    return parser->allocate(std::bit_ceil(size), json_depth_max) == simdjson::SUCCESS;
  }

  Fields collect(const simdjson::dom::object& object) {
    Fields fields;
    std::size_t index = 0;
    for (const auto [name, value] : object) {
      if (name == "key") {
        fields.key = value;
      } else if (name == "value") {
        fields.value = value;
      } else if (name == "expiration") {
        fields.expiration = value;
      } else if (name == "expiration_ttl") {
        fields.expiration_ttl = value;
      } else if (name == "metadata") {
        fields.metadata = value;
        fields.metadata_index = index;
      } else if (name == "base64") {
        fields.base64 = value;
      } else {
        ++unknown_fields;
      }
      ++index;
    }
    return fields;
  }

  std::variant<KvRecord, Problem> parse(std::string_view text) {
    element root;
    if (!make_room(text.size()))
      return problem({}, "too little memory for a record of this length");
    const auto error = parser->parse(text.data(), text.size(), false).get(root);
    if (error != simdjson::SUCCESS) return problem({}, syntax_reason(error));
    simdjson::dom::object object;
    if (root.get(object) != simdjson::SUCCESS) return problem({}, "not a JSON object");

    const Fields fields = collect(object);
    std::string_view key;
    if (!fields.key) return problem({}, "the key is missing");
    if (fields.key->get(key) != simdjson::SUCCESS) return problem({}, "the key is not a string");
    std::string broken = broken_key_rule(key);
    KvRecord record;
    if (broken.empty()) broken = read_value(fields, record.value);
    if (broken.empty()) broken = read_expiration(fields, now, record.expiration);
    if (broken.empty()) broken = read_metadata(fields, text, record.metadata);
    if (!broken.empty()) return problem(key, std::move(broken));
    record.key = key;
    return record;
  }

  std::optional<simdjson::dom::parser> parser;
  std::int64_t now;
  std::uint64_t unknown_fields = 0;
};

RecordParser::RecordParser(std::int64_t now_seconds) : impl_(std::make_unique<Impl>(now_seconds)) {}

RecordParser::~RecordParser() = default;

std::variant<KvRecord, Problem> RecordParser::parse(std::string_view text) {
  auto result = impl_->parse(text);
  if (impl_->parser->capacity() > kept_capacity_bytes) impl_->reset();
  return result;
}

std::uint64_t RecordParser::unknown_fields() const {
  return impl_->unknown_fields;
}

}  // namespace cutover::dump
