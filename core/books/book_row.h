// BookRow: one row of the Books table as the transform makes it. A plain value.
//
// Columns and rules: docs/TRANSFORM.md section 3. What the database adds by itself (created_at,
// updated_at, version, origin) is not here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace cutover::books {

struct BookRow {
  std::string isbn;                             // canonical ISBN-13
  std::string title;                            // may be empty: then `quality` has title_missing
  std::string authors;                          // JSON array of strings, at least "[]"
  std::optional<std::string> authors_detailed;  // JSON
  std::optional<std::int64_t> publication_year;
  std::optional<std::string> published_date;  // as the source wrote it
  std::optional<std::string> publisher;
  std::optional<std::int64_t> page_count;  // 1 to 100,000
  std::optional<std::string> language;
  std::optional<std::string> categories;  // JSON array of strings
  std::optional<std::string> description;
  std::optional<std::string> cover_url;
  std::optional<std::string> thumbnail_url;
  std::string canonical_metadata;  // the source's bytes, unchanged
  std::string content_hash;        // SHA-256 of canonical_metadata, hex
  std::string source_key;
  std::int64_t source_rank = 0;                   // 0 to 3 by its key, smaller is preferred
  std::optional<std::int64_t> source_time;        // milliseconds since 1970
  std::optional<std::int64_t> source_expires_at;  // seconds since 1970
  std::optional<std::string> quality;             // JSON array of marks in byte order

  friend bool operator==(const BookRow&, const BookRow&) = default;
};

}  // namespace cutover::books
