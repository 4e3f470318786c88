// Unpacker: the content of a plain, gzip or zstd file as one stream of bytes.
//
// The form is told by the first bytes, never by the file's name. Several gzip members or zstd
// frames one after the other read as one. Memory does not depend on the file: a zstd window beyond
// 128 MiB is refused. Damaged and cut-off data end the stream with a failure, after everything that
// could be unpacked before it.
#pragma once

#include <memory>
#include <string>

#include "adapters/dump/raw_file.h"

namespace cutover::dump {

class Unpacker {
 public:
  Unpacker() = default;
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;
  virtual ~Unpacker() = default;

  // 1 to `size` bytes; 0 at the end, whether good or by a failure.
  virtual std::size_t read(char* to, std::size_t size) = 0;

  // Empty unless the stream ended before its time.
  [[nodiscard]] const std::string& failure() const { return failure_; }

 protected:
  std::string failure_;
};

// `file` must outlive the unpacker.
std::unique_ptr<Unpacker> make_unpacker(RawFile& file);

}  // namespace cutover::dump
