#include "core/lookup/cache_entry.h"

#include <utility>

#include <simdjson.h>

#include "core/books/canonical_json.h"

namespace cutover::lookup {
namespace {

constexpr std::string_view missing_prefix = "missing:isbn:";
constexpr std::int64_t counter_max = std::int64_t{1} << 53;

// A whole number that can be one of ours; metadata may have been written by anybody.
std::optional<std::int64_t> number_in(const simdjson::dom::element& object, std::string_view key) {
  std::int64_t number = 0;
  if (object[key].get(number) != simdjson::SUCCESS || number < 0 || number > counter_max) {
    return std::nullopt;
  }
  return number;
}

// Of the 978 family, the ten characters that the same book had before.
std::optional<std::string> isbn10_of(std::string_view isbn13) {
  constexpr std::string_view family = "978";
  if (isbn13.substr(0, family.size()) != family) return std::nullopt;
  std::string isbn10(isbn13.substr(family.size(), 9));
  int sum = 0;
  for (int place = 0; place < 9; ++place) {
    sum += (10 - place) * (isbn10[static_cast<std::size_t>(place)] - '0');
  }
  const int check = (11 - sum % 11) % 11;
  isbn10 += check == 10 ? 'X' : static_cast<char>('0' + check);
  return isbn10;
}

std::string joined(std::string_view prefix, std::string_view rest) {
  std::string key(prefix);
  key += rest;
  return key;
}

}  // namespace

std::string to_metadata(const CacheStamp& stamp) {
  std::string json = "{\"version\":" + std::to_string(stamp.version);
  json += ",\"written\":" + std::to_string(stamp.written);
  if (stamp.fresh_until) json += ",\"freshUntil\":" + std::to_string(*stamp.fresh_until);
  if (stamp.invalidated > 0) json += ",\"invalidated\":" + std::to_string(stamp.invalidated);
  json += '}';
  return json;
}

bool stays(const CacheStamp& standing, bool fresh, const CacheStamp& mine) {
  if (standing.version < mine.version) return false;
  return fresh || standing.invalidated > mine.invalidated;
}

std::string entry_key(std::string_view isbn13) {
  return joined(books::plan_prefix, isbn13);
}

std::string missing_key(std::string_view isbn13) {
  return joined(missing_prefix, isbn13);
}

std::vector<std::string> other_keys(std::string_view isbn13) {
  std::vector<std::string> keys = {joined(books::legacy_prefix, isbn13)};
  if (const auto isbn10 = isbn10_of(isbn13)) {
    keys.push_back(joined(books::plan_prefix, *isbn10));
    keys.push_back(joined(books::legacy_prefix, *isbn10));
  }
  return keys;
}

CacheReading ValueReader::read_entry(const books::Isbn& isbn, const KvValue& value) {
  CacheReading reading;
  const books::Transformed made = read(entry_key(isbn.digits()), value.bytes);
  if (const auto* row = std::get_if<books::BookRow>(&made)) {
    reading.book = books::canonical_json(*row);
    reading.stamp = read_stamp(value.metadata);
  } else if (const auto* empty = std::get_if<books::Empty>(&made)) {
    reading.problem = empty->reason;
  } else if (const auto* rejected = std::get_if<books::Rejected>(&made)) {
    reading.problem = rejected->reason;
  }
  return reading;
}

CacheStamp ValueReader::read_stamp(std::string_view metadata) {
  CacheStamp stamp;
  if (metadata.empty() || document_.parse(metadata) || !document_.root().is_object()) return stamp;
  const simdjson::dom::element& object = document_.root();
  stamp.version = number_in(object, "version").value_or(0);
  stamp.invalidated = number_in(object, "invalidated").value_or(0);
  stamp.written = number_in(object, "written").value_or(0);
  stamp.fresh_until = number_in(object, "freshUntil");
  return stamp;
}

}  // namespace cutover::lookup
