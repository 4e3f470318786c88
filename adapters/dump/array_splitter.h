// ArraySplitter: the elements of one JSON array, the form that `wrangler kv bulk put` reads.
//
// An element ends where its own bracket closes, so text between elements costs neither neighbour.
// When an element breaks the grammar (a quote too many, a bracket too few), where it ends is
// unknown: the splitter then goes on at the next place that looks like the start of an object, `{`
// and a quote. Element numbers behind such a place may be off. Depth is a counter: nesting costs no
// memory. An element nested deeper than 64 levels is checked for the number of its brackets only.
#pragma once

#include "adapters/dump/splitter.h"
#include "adapters/dump/text_window.h"

namespace cutover::dump {

class ArraySplitter final : public Splitter {
 public:
  explicit ArraySplitter(TextWindow& window) : window_(window) {}  // must outlive the splitter

  std::optional<Slice> next() override;
  [[nodiscard]] std::string_view unit() const override { return "element"; }

 private:
  enum class State { start, before, inside, behind, lost, closed, ended };
  enum class Step { more, finished, broken, cut_off };

  // Each is one state: a slice or trouble to hand out, or nothing and the next state.
  std::optional<Slice> before_element();
  std::optional<Slice> inside_element();
  std::optional<Slice> behind_element();
  std::optional<Slice> find_element();
  std::optional<Slice> behind_array();

  Step scan_element();
  Step scan_string();
  Step scan_token(char c);
  Step open(bool object);
  Step close(bool object);
  [[nodiscard]] bool inside_object() const { return depth_ > 0 && (kinds_ & 1U) != 0; }
  [[nodiscard]] bool may_open_value() const;

  void begin_element();
  bool more();         // is there a byte at at_? Reads when needed
  bool skip_blanks();  // the same, for a byte that is not blank
  void release();      // drops everything before at_
  Slice trouble(std::string reason) const { return {{}, number_, std::move(reason), false}; }
  Slice unclosed();

  TextWindow& window_;
  State state_ = State::start;
  std::uint64_t number_ = 0;
  std::size_t at_ = 0;  // in the window's text
  bool comma_ = false;  // the last token before this element was a comma

  // Inside an element, which starts at the window's first byte:
  std::uint64_t depth_ = 0;
  std::uint64_t kinds_ = 0;  // innermost level in bit 0; 1 is an object
  char previous_ = 0;        // last token outside strings: a bracket, ',', ':', '"', '0' for others
  bool in_string_ = false;
  bool escaped_ = false;
  bool too_long_ = false;
  bool deep_ = false;  // some kinds were forgotten
};

}  // namespace cutover::dump
