// LineSplitter: one record per line. A line ends at a line feed only, because other separators
// (U+2028, form feed) can stand inside a text; one carriage return before it is not part of the
// line. Blank lines are counted but not handed out.
#pragma once

#include "adapters/dump/splitter.h"
#include "adapters/dump/text_window.h"

namespace cutover::dump {

class LineSplitter final : public Splitter {
 public:
  explicit LineSplitter(TextWindow& window) : window_(window) {}  // must outlive the splitter

  std::optional<Slice> next() override;
  [[nodiscard]] std::string_view unit() const override { return "line"; }

 private:
  std::optional<Slice> last_line();
  std::optional<Slice> slice_of(std::string_view line);

  TextWindow& window_;
  std::uint64_t number_ = 0;
  std::size_t handed_out_ = 0;  // bytes of the window that the last slice used
  std::size_t searched_ = 0;    // bytes of the window known to hold no line feed
  bool skipping_ = false;       // inside a line that is too long
  bool ended_ = false;
};

}  // namespace cutover::dump
