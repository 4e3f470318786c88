#include "fakes/sim/payload.h"

#include <cstring>
#include <string_view>

#include "fakes/sim/history.h"

namespace cutover::sim {
namespace {

// Each part is hashed with the hash so far as its seed, so "ab","c" differs from "a","bc".
class Hasher {
 public:
  void add(std::string_view bytes) { hash_ = hash_of(bytes, hash_ + 1); }

  void add(std::uint64_t number) {
    char bytes[8];
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>((number >> (8 * i)) & 0xFFU);
    add(std::string_view(bytes, sizeof bytes));
  }

  void add(const SqlValue& value) {
    add(static_cast<std::uint64_t>(value.index()));
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      add(static_cast<std::uint64_t>(*integer));
    } else if (const auto* real = std::get_if<double>(&value)) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, real, sizeof bits);
      add(bits);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      add(std::string_view(*text));
    } else if (const auto* blob = std::get_if<Blob>(&value)) {
      add(std::string_view(blob->bytes));
    }
  }

  void add(const ResultSet& result) {
    for (const std::string& column : result.columns) add(std::string_view(column));
    for (const SqlRow& row : result.rows) {
      add(static_cast<std::uint64_t>(row.size()));
      for (const SqlValue& value : row) add(value);
    }
    add(static_cast<std::uint64_t>(result.meta.changes));
    add(static_cast<std::uint64_t>(result.meta.last_row_id));
  }

  [[nodiscard]] std::uint64_t result() const { return hash_; }

 private:
  std::uint64_t hash_ = 0;
};

}  // namespace

std::uint64_t payload_of(const std::string& text) {
  return hash_of(text);
}

std::uint64_t payload_of(const std::optional<std::string>& text) {
  return text ? hash_of(*text) : 0;
}

std::uint64_t payload_of(const std::vector<std::optional<std::string>>& texts) {
  Hasher hasher;
  for (const auto& text : texts) {
    hasher.add(static_cast<std::uint64_t>(text.has_value()));
    if (text) hasher.add(std::string_view(*text));
  }
  return hasher.result();
}

std::uint64_t payload_of(const std::optional<KvValue>& value) {
  if (!value) return 0;
  Hasher hasher;
  hasher.add(std::string_view(value->bytes));
  hasher.add(std::string_view(value->metadata));
  return hasher.result();
}

std::uint64_t payload_of(const KvPage& page) {
  Hasher hasher;
  for (const KvListedKey& key : page.keys) {
    hasher.add(std::string_view(key.name));
    hasher.add(std::string_view(key.metadata));
    hasher.add(static_cast<std::uint64_t>(key.expiration.has_value()));
    hasher.add(static_cast<std::uint64_t>(key.expiration.value_or(0)));
  }
  hasher.add(static_cast<std::uint64_t>(page.complete));
  hasher.add(std::string_view(page.cursor));
  return hasher.result();
}

std::uint64_t payload_of(const ResultSet& result) {
  Hasher hasher;
  hasher.add(result);
  return hasher.result();
}

std::uint64_t payload_of(const std::vector<ResultSet>& results) {
  Hasher hasher;
  for (const ResultSet& result : results) hasher.add(result);
  return hasher.result();
}

std::uint64_t payload_of(const Statement& statement) {
  Hasher hasher;
  hasher.add(statement.sql);
  for (const SqlValue& value : statement.params) hasher.add(value);
  return hasher.result();
}

}  // namespace cutover::sim
