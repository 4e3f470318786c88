// OutputFile: a file that is there whole or not at all.
//
// Writes to "<path>.tmp" beside it; finish() flushes that to the disk and renames it over the path.
// Without finish(), and after any error, the temporary file is removed and the path is as it was.
// Two writers of one path at a time are not supported.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "adapters/dump/sha256.h"

namespace cutover::dump {

class OutputFile {
 public:
  // Errors name the path and say what to do.
  static tl::expected<std::unique_ptr<OutputFile>, std::string> create(const std::string& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // After an error every further call gives the same error.
  tl::expected<void, std::string> write(std::string_view bytes);
  tl::expected<void, std::string> finish();

  [[nodiscard]] std::uint64_t bytes_written() const { return bytes_written_; }
  [[nodiscard]] std::string sha256() const { return digest_.hex(); }

 private:
  OutputFile(std::string path, int descriptor);
  tl::unexpected<std::string> fail(int error);
  void discard();

  std::string path_;
  std::string temporary_path_;
  int descriptor_;  // -1 once closed
  bool finished_ = false;
  std::uint64_t bytes_written_ = 0;
  Sha256 digest_;
  std::string failure_;
};

}  // namespace cutover::dump
