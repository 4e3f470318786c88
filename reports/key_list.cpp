#include "reports/key_list.h"

#include <algorithm>
#include <array>
#include <utility>

#include "reports/figures.h"
#include "reports/text.h"

namespace cutover::reports {

namespace {

constexpr std::string_view csv_header = "key,outcome,reason,detail\n";
constexpr std::size_t csv_characters_max = 2000;   // of a cell; a key of KV has 512 bytes at most
constexpr std::size_t csv_ending_bytes_max = 512;  // room for the first line and the last one

// What spreadsheets begin a formula with, wide forms included; and the mark that is put before it,
// so that taking one mark away always gives back the text.
constexpr std::array<std::string_view, 9> formula_beginnings = {
    "=", "+", "-", "@", "'", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};

std::string csv_cell(std::string_view text) {
  std::string cell = visible(clipped(text, csv_characters_max));
  const bool as_formula =
      std::any_of(formula_beginnings.begin(), formula_beginnings.end(),
                  [&cell](std::string_view beginning) { return cell.starts_with(beginning); });
  if (as_formula) cell.insert(0, 1, '\'');
  // Some spreadsheets part cells at semicolons.
  if (cell.find_first_of("\",;") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char character : cell) quoted.append(character == '"' ? 2 : 1, character);
  return quoted + "\"";
}

std::string csv_line(const LeftOutKey& row) {
  return csv_cell(row.key) + "," + csv_cell(row.outcome) + "," + csv_cell(row.reason) + "," +
         csv_cell(row.detail) + "\n";
}

}  // namespace

void KeyList::add(const LeftOutKey& row) {
  std::string line = csv_line(row);
  const bool fits =
      rows_.size() < rows_max_ && bytes_ + line.size() <= key_list_bytes_max - csv_ending_bytes_max;
  if (!fits) {
    ++left_out_;
    return;
  }
  bytes_ += line.size();
  ++count_;
  rows_.push_back({std::string(row.key), std::move(line), row.outcome == library_outcome});
}

bool KeyList::comes_before(const Row& one, const Row& other) {
  if (one.of_library != other.of_library) return other.of_library;
  // "line 9" before "line 10".
  if (one.of_library && one.key.size() != other.key.size()) {
    return one.key.size() < other.key.size();
  }
  if (one.key != other.key) return one.key < other.key;
  return one.line < other.line;
}

void KeyList::finish() {
  std::sort(rows_.begin(), rows_.end(), comes_before);
  text_.reserve(bytes_ + csv_ending_bytes_max);
  text_ = csv_header;
  for (const Row& row : rows_) text_ += row.line;
  rows_ = std::vector<Row>();
  if (left_out_ == 0) return;
  const std::string rest = counted(left_out_, "more row") + " did not fit: this file takes " +
                           count_text(rows_max_) + " rows, and " + size_text(key_list_bytes_max);
  text_ += csv_line({"", "cut", "", rest});
}

}  // namespace cutover::reports
