// LibraryReader: the rows of a user library as CSV, one at a time.
//
// RFC 4180 with a header row that names the columns; user_id and isbn are required, the others of
// LibraryRecord may be absent, further columns are ignored. Plain, gzip or zstd, told by the first
// bytes; from a path or from "-". Blank lines are ignored. A quote inside a field without quotes is
// taken as a letter.
//
// Hands out the raw texts: what a rating or a date means is judged elsewhere. What cannot be a row
// is a Problem, never the end of the run. Memory is bounded by the longest row, 16 MiB at most. One
// thread at a time; blocks while it reads; never switches.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include <tl/expected.hpp>

#include "adapters/dump/problem.h"

namespace cutover::dump {

struct LibraryRecord {
  std::uint64_t line = 0;  // where the row starts, from 1; the header is usually line 1
  std::string user_id;
  std::string isbn;
  std::string status;  // this and the following: empty also when the column is absent
  std::string rating;
  std::string review;
  std::string added_at;
  std::string started_at;
  std::string completed_at;

  friend bool operator==(const LibraryRecord&, const LibraryRecord&) = default;
};

class LibraryReader {
 public:
  static constexpr std::size_t field_bytes_max = 1024 * 1024;
  static constexpr std::size_t row_bytes_max = 16 * field_bytes_max;
  static constexpr std::size_t columns_max = 1000;

  // Reads the header. The error names the file, and the column when one is missing or comes twice.
  static tl::expected<std::unique_ptr<LibraryReader>, std::string> open(const std::string& path);
  ~LibraryReader();
  LibraryReader(const LibraryReader&) = delete;
  LibraryReader& operator=(const LibraryReader&) = delete;

  // The next row or problem, in the file's order; nothing at the end. A file that is cut off or
  // damaged ends with a Problem. Problems have no key.
  std::optional<std::variant<LibraryRecord, Problem>> next();

  [[nodiscard]] std::uint64_t records() const;
  [[nodiscard]] std::uint64_t problems() const;
  [[nodiscard]] std::uint64_t bytes_read() const;  // of the file as stored
  [[nodiscard]] std::uint64_t file_bytes() const;  // 0 for a pipe
  [[nodiscard]] std::string sha256() const;        // once next() has returned nothing; empty before

 private:
  struct Impl;
  explicit LibraryReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cutover::dump
