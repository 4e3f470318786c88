// DumpWriter: entries to a wrangler KV bulk file, which DumpReader and wrangler read.
//
// One record per line, or one JSON array (the only form `wrangler kv bulk put` takes); gzip when
// the path ends in ".gz", zstd when it ends in ".zst". The file appears whole at finish() or not at
// all (output_file.h). Values that are not UTF-8, or grow too much as JSON text, go as Base64.
// Expiry is written as absolute seconds. The same records give the same bytes.
//
// Refuses what DumpReader would refuse, so every written record can be read back, equal. Two things
// are made regular on the way: metadata loses the blanks between its tokens, and the metadata
// `null` is none. One thread at a time; blocks while it writes; never switches.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "core/ports/kv_store.h"

namespace cutover::dump {

enum class DumpForm : std::uint8_t { lines, array };

struct WrittenDump {
  std::string sha256;  // of the file's bytes, packed where it is packed
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;  // of the file
};

class DumpWriter {
 public:
  // All errors name the path and say what to do.
  static tl::expected<std::unique_ptr<DumpWriter>, std::string> create(const std::string& path,
                                                                       DumpForm form);
  ~DumpWriter();  // without finish(): nothing is left behind
  DumpWriter(const DumpWriter&) = delete;
  DumpWriter& operator=(const DumpWriter&) = delete;

  // A record that KV could not hold is an error that names its key; the next one may follow. After
  // an error of the file, every further call gives the same error.
  tl::expected<void, std::string> write(const KvRecord& record);

  // Once; nothing may follow.
  tl::expected<WrittenDump, std::string> finish();

 private:
  struct Impl;
  explicit DumpWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cutover::dump
