#include "core/lookup/isbn_memory.h"

#include <mutex>

#include "core/ports/check.h"

namespace cutover::lookup {

IsbnMemory::IsbnMemory(Runtime& runtime, std::size_t remembered_max)
    : runtime_(runtime), remembered_max_(remembered_max), mutex_(runtime.mutex()) {
  CUTOVER_CHECK(remembered_max > 0, "a memory needs room for one ISBN");
}

void IsbnMemory::remember(std::string_view isbn, Duration until) {
  const std::lock_guard<Mutex> lock(*mutex_);
  insert(isbn, until);
}

bool IsbnMemory::claim(std::string_view isbn, Duration until) {
  const std::lock_guard<Mutex> lock(*mutex_);
  drop_ended();
  if (until_.find(isbn) != until_.end()) return false;
  insert(isbn, until);
  return true;
}

bool IsbnMemory::has(std::string_view isbn) {
  const std::lock_guard<Mutex> lock(*mutex_);
  const auto found = until_.find(isbn);
  return found != until_.end() && found->second > runtime_.now();
}

void IsbnMemory::forget(std::string_view isbn) {
  const std::lock_guard<Mutex> lock(*mutex_);
  erase(isbn);
}

std::size_t IsbnMemory::size() {
  const std::lock_guard<Mutex> lock(*mutex_);
  drop_ended();
  return until_.size();
}

void IsbnMemory::insert(std::string_view isbn, Duration until) {
  erase(isbn);
  drop_ended();
  while (until_.size() >= remembered_max_) {
    erase(std::string(by_end_.begin()->second));
  }
  until_.emplace(isbn, until);
  by_end_.emplace(until, isbn);
}

void IsbnMemory::erase(std::string_view isbn) {
  const auto found = until_.find(isbn);
  if (found == until_.end()) return;
  by_end_.erase({found->second, found->first});
  until_.erase(found);
}

void IsbnMemory::drop_ended() {
  const Duration now = runtime_.now();
  while (!by_end_.empty() && by_end_.begin()->first <= now) {
    until_.erase(by_end_.begin()->second);
    by_end_.erase(by_end_.begin());
  }
}

}  // namespace cutover::lookup
