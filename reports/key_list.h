// left-out-keys.csv: every key that did not simply become a row, and every altered book, one a
// line, for spreadsheets and scripts. report.json keeps ten examples of each reason; this has all.
//
// Columns key, outcome, reason, detail; quoted as RFC 4180 has it; each line ends in \n. Keys are
// hostile, so whatever they hold, a row is one line of valid UTF-8 and no spreadsheet takes a cell
// for a formula: docs/REPORT.md has the rules. What does not fit is counted, and the last line says
// so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cutover::reports {

inline constexpr std::string_view key_list_name = "left-out-keys.csv";
inline constexpr std::size_t key_list_rows_max = 1'000'000;  // a spreadsheet opens that many
inline constexpr std::size_t key_list_bytes_max = std::size_t{256} << 20;  // of the whole file

struct LeftOutKey {
  std::string_view key;      // of KV; of a library "line 17"; empty where nobody knows it
  std::string_view outcome;  // the ledger's, or where it was left out: "dump", "library"
  std::string_view reason;   // of one who left it out, or the mark of an altered book
  std::string_view detail;
};

// Rows of this outcome have no key of KV. They come last, by their lines.
inline constexpr std::string_view library_outcome = "library";

class KeyList {
 public:
  explicit KeyList(std::size_t rows_max = key_list_rows_max) : rows_max_(rows_max) {}

  // In any order. Beyond the bounds it is only counted. Not after finish().
  void add(const LeftOutKey& row);

  // Puts the rows in order (by key; of one key by outcome and reason) and makes the text.
  void finish();

  [[nodiscard]] const std::string& text() const { return text_; }  // empty before finish()
  [[nodiscard]] std::uint64_t rows() const { return count_; }      // without the first line
  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

 private:
  struct Row {
    std::string key;
    std::string line;
    bool of_library = false;
  };
  [[nodiscard]] static bool comes_before(const Row& one, const Row& other);

  std::size_t rows_max_;
  std::vector<Row> rows_;
  std::size_t bytes_ = 0;
  std::uint64_t count_ = 0;
  std::uint64_t left_out_ = 0;
  std::string text_;
};

}  // namespace cutover::reports
