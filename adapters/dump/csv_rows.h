// CsvRows: rows of fields from CSV text that comes in pieces. Wraps libcsv, keeps count of lines,
// and bounds what a hostile file can make it hold.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cutover::dump {

struct CsvRow {
  std::uint64_t line = 0;           // where it starts, from 1
  std::vector<std::string> fields;  // at most `fields_max`
  std::uint64_t field_count = 0;    // with those beyond fields_max
  bool too_long = false;            // beyond a bound in bytes; the fields are then not whole
};

class CsvRows {
 public:
  struct Bounds {
    std::size_t field_bytes_max;
    std::size_t row_bytes_max;
    std::size_t fields_max;
  };

  explicit CsvRows(const Bounds& bounds);
  ~CsvRows();
  CsvRows(const CsvRows&) = delete;
  CsvRows& operator=(const CsvRows&) = delete;

  // Whole rows are added to rows().
  void add(std::string_view text);

  // At the end of the text. False when it ends inside a quoted field: that row is dropped.
  bool finish();

  [[nodiscard]] std::deque<CsvRow>& rows();
  [[nodiscard]] std::uint64_t line() const;  // where the row starts that is not whole yet

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cutover::dump
