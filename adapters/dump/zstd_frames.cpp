#include "adapters/dump/zstd_frames.h"

#include <algorithm>
#include <array>

namespace cutover::dump {
namespace {

constexpr std::uint32_t frame_magic = 0xFD2FB528U;
constexpr std::uint32_t skippable_magic = 0x184D2A50U;  // its last 4 bits are free
constexpr std::array<std::size_t, 5> part_bytes = {4, 4, 1, 3, 4};

// Bytes of a frame header behind its descriptor byte: window, dictionary id, content size.
std::uint64_t header_bytes_behind(std::uint32_t descriptor) {
  constexpr std::array<std::uint64_t, 4> dictionary_bytes = {0, 1, 2, 4};
  constexpr std::array<std::uint64_t, 4> content_size_bytes = {0, 2, 4, 8};
  const bool single_segment = (descriptor & 0x20U) != 0;
  const std::uint32_t content_size_flag = descriptor >> 6U;
  std::uint64_t bytes = content_size_bytes[content_size_flag];
  if (single_segment && content_size_flag == 0) bytes = 1;
  if (!single_segment) bytes += 1;
  return bytes + dictionary_bytes[descriptor & 3U];
}

}  // namespace

void ZstdFrames::add(std::string_view bytes) {
  while (!bytes.empty()) {
    if (skip_ > 0) {
      const auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, bytes.size()));
      bytes.remove_prefix(skipped);
      skip_ -= skipped;
      continue;
    }
    held_ |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes.front())) << (8 * size_);
    bytes.remove_prefix(1);
    if (++size_ == part_bytes[static_cast<std::size_t>(part_)]) take();
  }
}

void ZstdFrames::take() {
  const std::uint32_t value = held_;
  held_ = 0;
  size_ = 0;
  switch (part_) {
    case Part::magic:
      if ((value & 0xFFFFFFF0U) == skippable_magic) part_ = Part::skippable_size;
      if (value == frame_magic) part_ = Part::descriptor;
      break;  // anything else is refused by the decompressor
    case Part::skippable_size:
      skip_ = value;
      part_ = Part::magic;
      break;
    case Part::descriptor:
      has_checksum_ = (value & 4U) != 0;
      skip_ = header_bytes_behind(value);
      part_ = Part::block;
      break;
    case Part::block: {
      const bool last = (value & 1U) != 0;
      const bool repeated = ((value >> 1U) & 3U) == 1;  // one byte stands for the whole block
      skip_ = repeated ? 1 : value >> 3U;
      if (last) part_ = has_checksum_ ? Part::checksum : Part::magic;
      break;
    }
    case Part::checksum: part_ = Part::magic; break;
  }
}

}  // namespace cutover::dump
