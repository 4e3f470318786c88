// What stands in KV under book:isbn:<isbn13>: a bare book as bytes, and beside it, as metadata,
//
//   {"version":N,"written":ms,"freshUntil":s,"invalidated":K}
//
// version: of the D1 row that it shows, 0 when there is none. freshUntil: seconds since 1970. An
// entry without metadata was written by the code before the migration: fresh as long as it lives.
// invalidated: how often somebody has made the entry count as stale; absent when never. It tells a
// fill that began before an invalidation from one that began after it (plan defect R07).
//
// `written` is for people. Isolates' clocks differ, so nothing is ordered by it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/books/isbn.h"
#include "core/books/json_document.h"
#include "core/books/transform.h"
#include "core/ports/kv_store.h"

namespace cutover::lookup {

struct CacheStamp {
  std::int64_t version = 0;
  std::int64_t invalidated = 0;
  std::int64_t written = 0;                 // milliseconds since 1970
  std::optional<std::int64_t> fresh_until;  // seconds since 1970; none: as long as it lives

  [[nodiscard]] bool is_fresh(std::int64_t now_seconds) const {
    return !fresh_until || *fresh_until > now_seconds;
  }
  friend bool operator==(const CacheStamp&, const CacheStamp&) = default;
};

[[nodiscard]] std::string to_metadata(const CacheStamp& stamp);

// Must an entry that says `standing` stay, when a fill that knows `mine` comes to overwrite it?
// `fresh`: the standing one counts as fresh. One that is stale by its age gives way even to a lower
// version: a database that was restored counts from where it was.
[[nodiscard]] bool stays(const CacheStamp& standing, bool fresh, const CacheStamp& mine);

[[nodiscard]] std::string entry_key(std::string_view isbn13);    // book:isbn:...
[[nodiscard]] std::string missing_key(std::string_view isbn13);  // missing:isbn:...

// Keys under which older code may have kept this book: the older prefix, and the ISBN-10.
[[nodiscard]] std::vector<std::string> other_keys(std::string_view isbn13);

// One entry as it was read. The book is there unless the value is not one.
struct CacheReading {
  CacheStamp stamp;                 // of no account when there is no book
  std::optional<std::string> book;  // canonical JSON
  std::string_view problem;         // static text: why there is no book
};

// Reads values of any tier. Keeps its parsers' memory, so keep it: calls must not overlap.
class ValueReader {
 public:
  [[nodiscard]] CacheReading read_entry(const books::Isbn& isbn, const KvValue& value);
  [[nodiscard]] books::Transformed read(std::string_view key, std::string_view bytes) {
    return transform_({key, bytes, std::nullopt});
  }
  // Metadata that is not ours reads as that of an entry without any.
  [[nodiscard]] CacheStamp read_stamp(std::string_view metadata);
  [[nodiscard]] books::Transform& transform() { return transform_; }

 private:
  books::Transform transform_;
  books::JsonDocument document_;
};

}  // namespace cutover::lookup
