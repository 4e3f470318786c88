// IsbnMemory: which ISBNs this isolate remembers, each until a time, and never more than a bound:
// then the one that would be forgotten first goes (plan defect R13: random ISBNs fill no memory).
//
// May be used from any task of the isolate; does not switch while it holds its lock. Times are
// Runtime::now().
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "core/ports/runtime.h"

namespace cutover::lookup {

class IsbnMemory {
 public:
  IsbnMemory(Runtime& runtime, std::size_t remembered_max);

  void remember(std::string_view isbn, Duration until);

  // The same, unless it is remembered already: then false.
  bool claim(std::string_view isbn, Duration until);

  [[nodiscard]] bool has(std::string_view isbn);
  void forget(std::string_view isbn);
  [[nodiscard]] std::size_t size();

 private:
  void insert(std::string_view isbn, Duration until);
  void erase(std::string_view isbn);
  void drop_ended();

  Runtime& runtime_;
  const std::size_t remembered_max_;
  std::unique_ptr<Mutex> mutex_;                        // guards everything below
  std::map<std::string, Duration, std::less<>> until_;  // by ISBN
  std::set<std::pair<Duration, std::string>> by_end_;   // the same, the earliest end first
};

}  // namespace cutover::lookup
