// RawFile: the bytes of a file or of standard input as they are stored, counted and digested.
//
// Reads through one buffer of fixed size, so a file may have any length. Does not know about
// compression (unpacker.h) or records. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "adapters/dump/sha256.h"

namespace cutover::dump {

class RawFile {
 public:
  // "-" is standard input. The error names the file and says what to do.
  static tl::expected<std::unique_ptr<RawFile>, std::string> open(const std::string& path);
  ~RawFile();
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;

  // The bytes not consumed yet; reads when there are fewer than `wanted` (at most 64 KiB). Fewer
  // come back only at the end of the file or after a read error. Valid until the next call.
  std::string_view peek(std::size_t wanted = 1);
  void consume(std::size_t size);

  // Reads the rest for the digest alone.
  void drain();

  // Empty unless reading failed; then the rest of the file counts as absent.
  [[nodiscard]] const std::string& failure() const { return failure_; }
  [[nodiscard]] std::uint64_t bytes_read() const { return bytes_read_; }
  [[nodiscard]] std::uint64_t file_bytes() const { return file_bytes_; }  // 0: not known (a pipe)
  [[nodiscard]] std::string sha256() const { return digest_.hex(); }      // of bytes_read() bytes

 private:
  RawFile(int descriptor, bool owned, std::uint64_t file_bytes);
  bool fill();

  int descriptor_;
  bool owned_;
  bool ended_ = false;
  std::uint64_t file_bytes_;
  std::uint64_t bytes_read_ = 0;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  Sha256 digest_;
  std::string failure_;
};

}  // namespace cutover::dump
