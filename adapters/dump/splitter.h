// Splitter: cuts a dump into the texts of its records, one at a time.
//
// There are two: lines (line_splitter.h) and elements of one array (array_splitter.h). Neither
// parses a record: they only find where it ends, so that a bad one costs nothing but itself. Memory
// is bounded by the longest record, and that by record_bytes_max.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cutover::dump {

struct Slice {
  std::string_view text;     // valid until the next call; 64 more bytes behind it are readable
  std::uint64_t number = 0;  // of the line or the element, from 1
  std::string trouble;       // not empty: there is no text, for this reason
  // Neither a line end nor a closing bracket is behind it. With a trouble, or a text that is no
  // record, the file was cut off here.
  bool last = false;
};

class Splitter {
 public:
  static constexpr std::size_t record_bytes_max = 64 * 1024 * 1024;

  Splitter() = default;
  Splitter(const Splitter&) = delete;
  Splitter& operator=(const Splitter&) = delete;
  virtual ~Splitter() = default;

  // Nothing at the end. A stream that failed or was cut off ends with one trouble.
  virtual std::optional<Slice> next() = 0;

  // What a slice is called in a Problem: "line" or "element".
  [[nodiscard]] virtual std::string_view unit() const = 0;
};

// Space, tab, carriage return and line feed: what JSON allows between its tokens.
[[nodiscard]] constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

[[nodiscard]] std::string too_long_trouble(std::string_view unit);

}  // namespace cutover::dump
