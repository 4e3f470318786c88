// Comparison: does D1 hold what the source says, in every record and column? (R2.10, V01 to V10)
//
// Both directions: each source entry against its row, and each row against the source. What a row
// must look like is not asked of the code that wrote it but of a Judge; in practice the reference
// transform, written independently. Streams: memory is 8 bytes per key plus the findings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/migrate/source_reader.h"
#include "core/ports/database.h"

namespace cutover::migrate {

// One row as columns of text, in the order of store::book_columns(). NULL: nullopt.
using Columns = std::vector<std::optional<std::string>>;

class Judge {
 public:
  Judge() = default;
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;
  virtual ~Judge() = default;

  // The row that this entry must have become, or nothing: it makes no row.
  virtual std::optional<Columns> expected(std::string_view key, std::string_view value,
                                          std::optional<std::int64_t> expires_at) = 0;

  // Is `candidate` preferred over `current`, two rows of one ISBN?
  [[nodiscard]] virtual bool preferred(const Columns& candidate, const Columns& current) = 0;

  // Do two values of this column mean the same?
  [[nodiscard]] virtual bool same(std::string_view column, const std::optional<std::string>& left,
                                  const std::optional<std::string>& right) = 0;
};

enum class DifferenceKind : std::uint8_t {
  missing,    // the source has it, D1 does not
  differs,    // some columns are not what they should be
  extra,      // D1 has it, the source does not
  wrong_key,  // the row comes from another key of this ISBN, which is not the preferred one
};
[[nodiscard]] std::string_view name_of(DifferenceKind kind);

struct Difference {
  DifferenceKind kind = DifferenceKind::differs;
  std::string isbn;
  std::string key;                   // the source key; of an extra row, what it says of itself
  std::vector<std::string> columns;  // those that differ
};

struct ComparisonOptions {
  std::uint64_t one_in = 1;            // compare one key in so many, chosen by hash; 1: all of them
  std::size_t differences_max = 1000;  // kept in full; all of them are counted
  bool live_traffic = false;  // rows that live traffic wrote are then neither extra nor different
};

struct Comparison {
  std::int64_t keys = 0;                // source entries looked at
  std::int64_t entries_with_row = 0;    // of these, make a row (aliases included)
  std::int64_t books = 0;               // distinct ISBNs among them
  std::int64_t rows = 0;                // rows in D1
  std::int64_t live_rows = 0;           // of these, written by live traffic
  std::int64_t expired_rows = 0;        // their source has run out since: neither extra nor wrong
  std::int64_t missing = 0;             // source entries; a book may have several
  std::int64_t missing_books = 0;       // distinct ISBNs among them
  std::int64_t differing = 0;           // differs and wrong_key
  std::int64_t extra = 0;               // only when everything was compared
  std::int64_t unreadable = 0;          // listed, yet without a value here: nothing is known
  std::vector<Difference> differences;  // in byte order of their keys, extra rows last

  [[nodiscard]] bool equal() const { return missing + differing + extra + unreadable == 0; }
};

// Switches.
Outcome<Comparison> compare(KvStore& kv, Database& database, Runtime& runtime, Telemetry& telemetry,
                            const ReadOptions& read, Judge& judge,
                            const ComparisonOptions& options);

}  // namespace cutover::migrate
