// RecordParser: one record's text to a KvRecord, or to the reason why it cannot be one.
//
// Knows the fields of wrangler's bulk files: key, value, expiration, expiration_ttl, metadata and
// base64; others are counted and left out. A field that comes twice counts as it came last. Never
// repairs: a record is taken whole or not at all. Source: reference facts A3 (REST bulk write).
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <variant>

#include "adapters/dump/problem.h"
#include "core/ports/kv_store.h"

namespace cutover::dump {

class RecordParser {
 public:
  explicit RecordParser(std::int64_t now_seconds);  // since 1970; expiration_ttl counts from it
  ~RecordParser();
  RecordParser(const RecordParser&) = delete;
  RecordParser& operator=(const RecordParser&) = delete;

  // 64 bytes behind the text must be readable. A Problem comes without its `where`.
  std::variant<KvRecord, Problem> parse(std::string_view text);

  [[nodiscard]] std::uint64_t unknown_fields() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cutover::dump
