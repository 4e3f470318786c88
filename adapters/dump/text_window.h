// TextWindow: a sliding view of an unpacked stream, for readers that look for boundaries in it.
//
// Holds the bytes from the first one not dropped; its size is what its user keeps, so the user must
// bound that. Behind the text there are always 64 readable bytes of no meaning, as simdjson wants.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "adapters/dump/unpacker.h"

namespace cutover::dump {

class TextWindow {
 public:
  static constexpr std::size_t padding_bytes = 64;

  explicit TextWindow(Unpacker& source);  // must outlive the window

  // Valid until the next extend().
  [[nodiscard]] std::string_view text() const { return {storage_.get() + begin_, end_ - begin_}; }

  // Adds at least one byte to text(); false at the end of the stream.
  bool extend();
  void drop(std::size_t size);

  [[nodiscard]] const std::string& failure() const { return source_.failure(); }

 private:
  Unpacker& source_;
  std::unique_ptr<char[]> storage_;
  std::size_t capacity_;  // without the padding
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace cutover::dump
