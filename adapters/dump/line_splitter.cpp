#include "adapters/dump/line_splitter.h"

#include <algorithm>

namespace cutover::dump {

std::optional<Slice> LineSplitter::next() {
  window_.drop(handed_out_);
  handed_out_ = 0;
  while (!ended_) {
    const std::string_view text = window_.text();
    const std::size_t end = text.find('\n', searched_);
    if (end != std::string_view::npos) {
      searched_ = 0;
      handed_out_ = end + 1;
      auto slice = slice_of(text.substr(0, end));
      if (slice) return slice;
      window_.drop(handed_out_);
      handed_out_ = 0;
      continue;
    }
    if (text.size() > record_bytes_max) skipping_ = true;
    if (skipping_) window_.drop(text.size());
    searched_ = skipping_ ? 0 : text.size();
    if (!window_.extend()) return last_line();
  }
  return std::nullopt;
}

std::optional<Slice> LineSplitter::last_line() {
  ended_ = true;
  // What stands before a failure is a piece of a line: it must not be taken for a record.
  if (!window_.failure().empty()) return Slice{{}, number_ + 1, window_.failure(), true};
  const std::string_view rest = window_.text();
  handed_out_ = rest.size();
  if (rest.empty() && !skipping_) return std::nullopt;
  auto slice = slice_of(rest);
  if (slice) slice->last = true;
  return slice;
}

std::optional<Slice> LineSplitter::slice_of(std::string_view line) {
  ++number_;
  const bool too_long = skipping_ || line.size() > record_bytes_max;
  skipping_ = false;
  if (too_long) return Slice{{}, number_, too_long_trouble(unit()), false};
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (std::all_of(line.begin(), line.end(), is_blank)) return std::nullopt;
  return Slice{line, number_, {}, false};
}

}  // namespace cutover::dump
