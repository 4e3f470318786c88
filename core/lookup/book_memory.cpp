#include "core/lookup/book_memory.h"

#include <mutex>
#include <utility>

namespace cutover::lookup {
namespace {

// About what a place in the map needs beside the texts.
constexpr std::size_t place_bytes = 256;

std::size_t bytes_of(const BookMemory::Read& read) {
  return read.value.size() + read.book.size() + place_bytes;
}

}  // namespace

BookMemory::BookMemory(Runtime& runtime, std::size_t bytes_max)
    : half_(bytes_max / 2), mutex_(runtime.mutex()) {}

BookMemory::ReadPtr BookMemory::find(std::string_view isbn, std::string_view value) {
  ReadPtr read;
  {
    const std::lock_guard<Mutex> lock(*mutex_);
    if (const auto young = young_.find(isbn); young != young_.end()) {
      read = young->second;
    } else if (const auto old = old_.find(isbn); old != old_.end()) {
      read = std::move(old->second);
      old_.erase(old);
      make_young(isbn, read);
    }
  }
  return read && read->value == value ? read : nullptr;
}

void BookMemory::keep(std::string_view isbn, Read read) {
  if (bytes_of(read) > half_) return;
  const auto kept = std::make_shared<const Read>(std::move(read));
  const std::lock_guard<Mutex> lock(*mutex_);
  make_young(isbn, kept);
}

// With the lock held.
void BookMemory::make_young(std::string_view isbn, const ReadPtr& read) {
  if (young_bytes_ + bytes_of(*read) > half_) {
    old_ = std::exchange(young_, {});
    young_bytes_ = 0;
  }
  ReadPtr& place = young_.try_emplace(std::string(isbn)).first->second;
  if (place) young_bytes_ -= bytes_of(*place);
  place = read;
  young_bytes_ += bytes_of(*read);
}

}  // namespace cutover::lookup
