// Packer: bytes to a plain, gzip or zstd stream; the counterpart of Unpacker.
//
// The same input gives the same bytes: no file name and no time goes into the gzip header.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace cutover::dump {

enum class Packing : std::uint8_t { plain, gzip, zstd };

// By the end of the name: ".gz", ".zst", anything else is plain.
[[nodiscard]] Packing packing_for(std::string_view path);

class Packer {
 public:
  Packer() = default;
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;
  virtual ~Packer() = default;

  // Appends to `to` what is ready. `last` ends the stream; nothing may follow.
  virtual void pack(std::string_view bytes, bool last, std::string& to) = 0;
};

std::unique_ptr<Packer> make_packer(Packing packing);

}  // namespace cutover::dump
