#include "adapters/dump/record_rules.h"

#include "core/ports/kv_store.h"

namespace cutover::dump {
namespace {

std::string over_limit(std::string_view what, std::size_t size, std::size_t limit) {
  if (size <= limit) return {};
  return std::string(what) + " has " + std::to_string(size) + " bytes, the limit is " +
         std::to_string(limit);
}

}  // namespace

std::string broken_key_rule(std::string_view key) {
  if (key.empty()) return "the key is empty";
  if (key == "." || key == "..") return "the key is '" + std::string(key) + "', which KV refuses";
  return over_limit("the key", key.size(), KvLimits::key_bytes_max);
}

std::string broken_value_rule(std::string_view value) {
  return over_limit("the value", value.size(), KvLimits::value_bytes_max);
}

std::string broken_metadata_rule(std::string_view metadata) {
  return over_limit("the metadata", metadata.size(), KvLimits::metadata_bytes_max);
}

std::string clipped_key(std::string_view key) {
  if (key.size() <= KvLimits::key_bytes_max) return std::string(key);
  std::size_t size = KvLimits::key_bytes_max;
  while (size > 0 && (static_cast<unsigned char>(key[size]) & 0xC0U) == 0x80U) --size;
  return std::string(key.substr(0, size));
}

}  // namespace cutover::dump
