// DumpReader: the entries of a wrangler KV bulk file, one at a time.
//
// Reads a JSON array of records (what `wrangler kv bulk put` takes) or one record per line, told by
// the first byte that is not blank; plain, gzip or zstd, told by the first bytes; from a path or
// from "-". A record is {"key", "value", "expiration"?, "expiration_ttl"?, "metadata"?, "base64"?}.
// What cannot be used is a Problem, never the end of the run (R8.13). Memory is bounded by the
// longest record (64 MiB of text at most), not by the file.
//
// Refuses to judge: duplicate keys in a file, entries that have expired and values that make no
// sense are delivered as they are. One thread at a time; blocks while it reads; never switches.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include <tl/expected.hpp>

#include "adapters/dump/problem.h"
#include "core/ports/kv_store.h"

namespace cutover::dump {

class DumpReader {
 public:
  // `now_seconds` since 1970: what an expiration_ttl counts from. The error names the file and says
  // what to do. An empty file is a dump without records.
  static tl::expected<std::unique_ptr<DumpReader>, std::string> open(const std::string& path,
                                                                     std::int64_t now_seconds);
  ~DumpReader();
  DumpReader(const DumpReader&) = delete;
  DumpReader& operator=(const DumpReader&) = delete;

  // The next record or problem, in the file's order; nothing at the end. A file that is cut off or
  // damaged ends with a Problem.
  std::optional<std::variant<KvRecord, Problem>> next();

  [[nodiscard]] std::uint64_t records() const;
  [[nodiscard]] std::uint64_t problems() const;
  [[nodiscard]] std::uint64_t unknown_fields() const;  // fields that no rule knows, in all records

  // For progress: of the file as stored, so compressed where it is. file_bytes() is 0 for a pipe.
  [[nodiscard]] std::uint64_t bytes_read() const;
  [[nodiscard]] std::uint64_t file_bytes() const;

  // Of the file's bytes, once next() has returned nothing; empty before.
  [[nodiscard]] std::string sha256() const;

  // Once next() has returned nothing: where and why the file ends before its end, as one that was
  // copied in part does; empty when it is whole. What was behind is not in it, and nobody can tell
  // how much: whoever judges or moves all of a dump must refuse it.
  [[nodiscard]] const std::string& cut_off() const;

  // Of the last record or problem: "line 17" or "element 17"; empty before the first.
  [[nodiscard]] std::string where() const;

 private:
  struct Impl;
  explicit DumpReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cutover::dump
