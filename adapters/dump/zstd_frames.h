// ZstdFrames: follows the frame structure of zstd data, to know whether it ends where a frame ends.
//
// The decompression library in use does not tell a complete end from a cut-off one. Needs no
// memory and decodes nothing; wrong content is found by the decompressor itself. Source: RFC 8878
// section 3.1 (frames: magic number, header, blocks with a 3-byte header, optional checksum).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cutover::dump {

class ZstdFrames {
 public:
  void add(std::string_view bytes);

  // True when everything added so far is whole frames (also when there was nothing).
  [[nodiscard]] bool complete() const { return part_ == Part::magic && size_ == 0 && skip_ == 0; }

 private:
  enum class Part : std::uint8_t { magic, skippable_size, descriptor, block, checksum };

  void take();  // one part of the frame that is now in held_

  Part part_ = Part::magic;
  std::uint64_t skip_ = 0;  // content bytes that still belong to the last part
  std::uint32_t held_ = 0;  // the bytes of the part so far, little-endian
  std::size_t size_ = 0;    // how many those are
  bool has_checksum_ = false;
};

}  // namespace cutover::dump
