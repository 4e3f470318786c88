// User library: bringing what users read from a file into the UserLibrary table (R1.2).
//
// The migration of books never touches this table (R2.4); only this import and the API do. Every
// entry is checked before any SQL, so the table's CHECKs never answer for us (plan defects W08,
// U04), and an entry whose book is not there is counted, not failed (U03). Repeating an import
// changes nothing but what the file changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "core/ports/database.h"
#include "core/ports/outcome.h"

namespace cutover::store {

struct LibraryLimits {
  static constexpr std::size_t user_id_bytes_max = 200;
  static constexpr std::size_t review_bytes_max = 100'000;
  static constexpr std::int64_t time_seconds_max =
      4'102'444'800;  // 2100-01-01; refuses milliseconds
  static constexpr std::size_t batch_rows_max = 100;
  static constexpr std::size_t batch_bytes_max = 1'000'000;  // texts of one batch, about
  static constexpr std::size_t example_lines_max = 20;
};

// One line of the source, as written. Empty text: not given.
struct LibraryEntry {
  std::string user_id;
  std::string isbn;    // any accepted way of writing one
  std::string status;  // want_to_read, reading, completed
  std::string rating;  // 1 to 5
  std::string review;
  std::string added_at;  // seconds since 1970, as are the next two
  std::string started_at;
  std::string completed_at;
  std::int64_t line = 0;  // from 1
};

struct LibraryRow {
  std::string user_id;
  std::string isbn;                   // canonical ISBN-13
  std::optional<std::string> status;  // absent: what it has already, or want_to_read
  std::optional<std::int64_t> rating;
  std::optional<std::string> review;
  std::optional<std::int64_t> added_at;  // absent: the database's time, or what it has already
  std::optional<std::int64_t> started_at;
  std::optional<std::int64_t> completed_at;
  std::int64_t line = 0;

  friend bool operator==(const LibraryRow&, const LibraryRow&) = default;
};

// A row, or the first reason against it. Static text: user_id_missing, user_id_too_long,
// user_id_not_text, the isbn_... of books/isbn.h, status_unknown, rating_malformed,
// rating_out_of_range, review_too_long, review_not_text, added_at_malformed,
// added_at_out_of_range, and the same two for started_at and completed_at.
[[nodiscard]] tl::expected<LibraryRow, std::string_view> parse_library_entry(
    const LibraryEntry& entry);

struct LibraryTally {
  std::int64_t count = 0;
  std::vector<std::int64_t> lines;  // the first 20

  void add(std::int64_t line);
};

// Every entry is in exactly one of added, updated, orphan and rejected, once it was written.
struct LibraryCounts {
  LibraryTally added;
  LibraryTally updated;  // this user had this ISBN before, or an earlier line gave it
  LibraryTally orphan;   // there is no such book; nothing was written
  std::map<std::string_view, LibraryTally> rejected;  // by reason
  // Batches repeated after a lost reply: rows of the first try then count as updated.
  std::int64_t repeated_batches = 0;

  [[nodiscard]] std::int64_t rejected_total() const;
};

// One task at a time. Does not write by itself when destroyed: call flush() at the end.
class LibraryImport {
 public:
  explicit LibraryImport(Database& database);
  LibraryImport(const LibraryImport&) = delete;
  LibraryImport& operator=(const LibraryImport&) = delete;

  // Takes the entry, or counts it as rejected; writes a batch when enough rows wait, and may
  // switch then. On a failure the entry is taken, and its batch waits: repeat with flush(). It is
  // safe to repeat after any failure, since each row is written as a whole.
  Outcome<void> add(const LibraryEntry& entry);

  // Writes what waits, in one transaction. May switch; fails as Database does.
  Outcome<void> flush();

  [[nodiscard]] const LibraryCounts& counts() const { return counts_; }

 private:
  void count(const std::vector<ResultSet>& results);

  Database& database_;
  std::vector<LibraryRow> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool reply_lost_ = false;  // the waiting batch may be in the database already
  LibraryCounts counts_;
};

}  // namespace cutover::store
