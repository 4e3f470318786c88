#include "adapters/dump/text_window.h"

#include <cstring>
#include <utility>

#include "core/ports/check.h"

namespace cutover::dump {
namespace {

constexpr std::size_t start_bytes = 1024 * 1024;
constexpr std::size_t read_bytes = 256 * 1024;

std::unique_ptr<char[]> allocate(std::size_t capacity) {
  auto storage = std::make_unique_for_overwrite<char[]>(capacity + TextWindow::padding_bytes);
  std::memset(storage.get() + capacity, 0, TextWindow::padding_bytes);
  return storage;
}

}  // namespace

TextWindow::TextWindow(Unpacker& source)
    : source_(source), storage_(allocate(start_bytes)), capacity_(start_bytes) {}

bool TextWindow::extend() {
  const std::size_t kept = end_ - begin_;
  // One long record must not keep its memory for the rest of the run.
  const bool oversized = capacity_ > start_bytes && kept + read_bytes <= start_bytes;
  if (capacity_ - end_ < read_bytes || oversized) {
    std::size_t capacity = start_bytes;
    while (capacity < kept + read_bytes) capacity *= 2;
    if (capacity == capacity_) {
      std::memmove(storage_.get(), storage_.get() + begin_, kept);
    } else {
      auto storage = allocate(capacity);
      std::memcpy(storage.get(), storage_.get() + begin_, kept);
      storage_ = std::move(storage);
      capacity_ = capacity;
    }
    begin_ = 0;
    end_ = kept;
  }
  const std::size_t size = source_.read(storage_.get() + end_, read_bytes);
  end_ += size;
  return size > 0;
}

void TextWindow::drop(std::size_t size) {
  CUTOVER_CHECK(size <= end_ - begin_, "only text that is there is dropped");
  begin_ += size;
  if (begin_ == end_) begin_ = end_ = 0;
}

}  // namespace cutover::dump
