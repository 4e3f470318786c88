#include "adapters/dump/array_splitter.h"

#include "core/ports/check.h"

namespace cutover::dump {
namespace {

constexpr std::uint64_t kinds_remembered = 64;
constexpr std::size_t blanks_in_start_max = 4096;  // between `{` and the first quote

bool is_scalar_part(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '+' || c == '.';
}

}  // namespace

std::optional<Slice> ArraySplitter::next() {
  std::optional<Slice> slice;
  while (!slice && state_ != State::ended) {
    switch (state_) {
      case State::start:
        CUTOVER_CHECK(skip_blanks() && window_.text()[at_] == '[', "the text is an array");
        ++at_;
        state_ = State::before;
        break;
      case State::before: slice = before_element(); break;
      case State::inside: slice = inside_element(); break;
      case State::behind: slice = behind_element(); break;
      case State::lost: slice = find_element(); break;
      case State::closed: slice = behind_array(); break;
      case State::ended: break;
    }
  }
  return slice;
}

std::optional<Slice> ArraySplitter::before_element() {
  if (!skip_blanks()) return unclosed();
  const char c = window_.text()[at_];
  if (c == ']') {
    ++at_;
    state_ = State::closed;
    if (comma_) return trouble("there is a comma behind this element, but no further element");
    return std::nullopt;
  }
  if (c == ',') {
    ++at_;
    ++number_;
    comma_ = true;
    return trouble("the element is missing: two commas, or one behind the opening bracket");
  }
  begin_element();
  return std::nullopt;
}

std::optional<Slice> ArraySplitter::inside_element() {
  switch (scan_element()) {
    case Step::finished: {
      state_ = State::behind;
      comma_ = false;
      if (too_long_ || at_ > record_bytes_max) return trouble(too_long_trouble(unit()));
      return Slice{window_.text().substr(0, at_), number_, {}, false};
    }
    case Step::broken:
      state_ = State::lost;
      return trouble("not valid JSON: a quote, comma or bracket is missing or is one too many");
    case Step::cut_off: return unclosed();
    case Step::more: break;
  }
  return std::nullopt;
}

std::optional<Slice> ArraySplitter::behind_element() {
  if (!skip_blanks()) return unclosed();
  const char c = window_.text()[at_];
  if (c != ',' && c != ']') {
    state_ = State::lost;
    return trouble("other text stands between this element and the next comma or bracket");
  }
  ++at_;
  comma_ = c == ',';
  state_ = comma_ ? State::before : State::closed;
  return std::nullopt;
}

// Looks for an opening brace with a quote behind it.
std::optional<Slice> ArraySplitter::find_element() {
  bool brace = false;
  std::size_t brace_at = 0;
  char last = 0;
  while (true) {
    if (!brace || at_ - brace_at > blanks_in_start_max) {
      brace = false;
      if (at_ == window_.text().size()) release();
    }
    if (!more()) break;
    const char c = window_.text()[at_];
    if (brace && c == '"') {
      at_ = brace_at;
      begin_element();
      return std::nullopt;
    }
    if (c == '{') {
      brace = true;
      brace_at = at_;
    } else if (!is_blank(c)) {
      brace = false;
    }
    if (!is_blank(c)) last = c;
    ++at_;
  }
  if (last != ']') return unclosed();
  state_ = State::ended;  // what was lost reached to the closing bracket
  return std::nullopt;
}

std::optional<Slice> ArraySplitter::behind_array() {
  state_ = State::ended;
  const bool further = skip_blanks();
  if (!window_.failure().empty()) return unclosed();
  if (further) return trouble("text behind the array's closing bracket was not read");
  return std::nullopt;
}

ArraySplitter::Step ArraySplitter::scan_element() {
  Step step = Step::more;
  while (step == Step::more) {
    if (at_ > record_bytes_max) too_long_ = true;
    if (too_long_ && at_ == window_.text().size()) release();
    if (!more()) return Step::cut_off;
    step = in_string_ ? scan_string() : scan_token(window_.text()[at_]);
  }
  return step;
}

// From within a string to its end or to the end of the window.
ArraySplitter::Step ArraySplitter::scan_string() {
  const std::string_view text = window_.text();
  for (; at_ < text.size(); ++at_) {
    const char c = text[at_];
    if (static_cast<unsigned char>(c) < 0x20) return Step::broken;  // most often: no closing quote
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      ++at_;
      in_string_ = false;
      previous_ = '"';
      return depth_ == 0 ? Step::finished : Step::more;
    }
  }
  return Step::more;
}

// One byte outside of strings. A broken one, and a comma or bracket behind a bare scalar, stay.
ArraySplitter::Step ArraySplitter::scan_token(char c) {
  switch (c) {
    case '"':
      if (!may_open_value() && !(inside_object() && (previous_ == '{' || previous_ == ','))) {
        return Step::broken;
      }
      in_string_ = true;
      break;
    case '{': return open(true);
    case '[': return open(false);
    case '}': return close(true);
    case ']': return close(false);
    case ',':
    case ':':
      if (depth_ == 0) return c == ',' ? Step::finished : Step::broken;
      previous_ = c;
      break;
    default:
      if (is_blank(c)) break;
      if (!is_scalar_part(c)) return Step::broken;
      previous_ = '0';
  }
  ++at_;
  return Step::more;
}

ArraySplitter::Step ArraySplitter::open(bool object) {
  if (!may_open_value()) return Step::broken;
  if (++depth_ > kinds_remembered) deep_ = true;
  kinds_ = kinds_ << 1U | (object ? 1U : 0U);
  previous_ = object ? '{' : '[';
  ++at_;
  return Step::more;
}

ArraySplitter::Step ArraySplitter::close(bool object) {
  if (depth_ == 0) return object ? Step::broken : Step::finished;
  if (!deep_ && object != inside_object()) return Step::broken;
  --depth_;
  kinds_ >>= 1U;
  previous_ = object ? '}' : ']';
  ++at_;
  return depth_ == 0 ? Step::finished : Step::more;
}

bool ArraySplitter::may_open_value() const {
  if (deep_) return true;
  if (depth_ == 0) return previous_ == 0;
  if (inside_object()) return previous_ == ':';
  return previous_ == '[' || previous_ == ',';
}

void ArraySplitter::begin_element() {
  release();
  ++number_;
  state_ = State::inside;
  depth_ = 0;
  kinds_ = 0;
  previous_ = 0;
  in_string_ = false;
  escaped_ = false;
  too_long_ = false;
  deep_ = false;
}

bool ArraySplitter::more() {
  return at_ < window_.text().size() || window_.extend();
}

bool ArraySplitter::skip_blanks() {
  while (true) {
    const std::string_view text = window_.text();
    while (at_ < text.size() && is_blank(text[at_])) ++at_;
    if (at_ < text.size()) return true;
    release();
    if (!window_.extend()) return false;
  }
}

void ArraySplitter::release() {
  window_.drop(at_);
  at_ = 0;
}

Slice ArraySplitter::unclosed() {
  state_ = State::ended;
  const std::string& failure = window_.failure();
  Slice slice = trouble(!failure.empty() ? failure
                                         : "the array has no closing bracket behind this element: "
                                           "the file is cut off. Copy it again.");
  slice.last = true;
  return slice;
}

}  // namespace cutover::dump
