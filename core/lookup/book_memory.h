// BookMemory: what values of KV were read as lately, so that a hot one is not parsed each time.
//
// A book is found again only when the value has the same bytes, all of them compared. The transform
// is pure, so this changes no answer; how fresh an entry is stands in its metadata, and is no part
// of this.
//
// Bounded in bytes, in two halves: books go into the young half; when that is full, it becomes the
// old one, whose books are forgotten unless they were found, and so made young, meanwhile.
//
// May be used from any task of the isolate; does not switch while it holds its lock.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/ports/runtime.h"

namespace cutover::lookup {

class BookMemory {
 public:
  BookMemory(Runtime& runtime, std::size_t bytes_max);

  struct Read {
    std::string value;  // as KV has it
    std::string book;   // canonical JSON
  };
  using ReadPtr = std::shared_ptr<const Read>;

  // What this value was read as under this ISBN; null when that is not remembered.
  [[nodiscard]] ReadPtr find(std::string_view isbn, std::string_view value);

  void keep(std::string_view isbn, Read read);

 private:
  void make_young(std::string_view isbn, const ReadPtr& read);

  using Reads = std::map<std::string, ReadPtr, std::less<>>;
  const std::size_t half_;
  std::unique_ptr<Mutex> mutex_;  // guards everything below
  Reads young_;
  Reads old_;
  std::size_t young_bytes_ = 0;
};

}  // namespace cutover::lookup
