// JsonDocument: a parsed value, or why it cannot be parsed (docs/TRANSFORM.md section 2, rules 2
// and 3).
//
// Keeps its memory for the next value, up to a bound. Calls on one object must not overlap.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "core/books/transform.h"

namespace simdjson::dom {
class element;
}  // namespace simdjson::dom

namespace cutover::books {

inline constexpr std::size_t json_depth_max = 64;  // arrays and objects inside each other

class JsonDocument {
 public:
  JsonDocument();
  ~JsonDocument();
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  // Parses the bytes; a rejection says why they are no JSON. What root() gave before is invalid.
  [[nodiscard]] std::optional<Rejected> parse(std::string_view bytes);

  // The value of the last successful parse. Valid until the next one; it needs no source bytes.
  [[nodiscard]] const simdjson::dom::element& root() const;

 private:
  // Not here, because the layout of simdjson's parser depends on the macros it is compiled with.
  struct Memory;
  std::unique_ptr<Memory> memory_;
};

}  // namespace cutover::books
