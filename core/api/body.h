// Body: the JSON object in a request's body, read whole into plain values.
//
// Every body of this API is one flat object, so a value that is an array or an object is only kept
// as "of another type". Refused with 400: broken JSON, bytes that are not UTF-8, more depth than
// allowed, another root than an object, a field twice, a field that nobody asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/api/problem.h"

namespace cutover::api {

struct JsonNull {};
struct OtherJson {};  // an array, an object, or a number that is no whole one
using BodyValue = std::variant<JsonNull, OtherJson, bool, std::int64_t, std::string>;

class Body {
 public:
  // `fields`: the names that may stand in it.
  static Checked<Body> parse(std::string_view bytes, std::size_t depth_max,
                             std::span<const std::string_view> fields);

  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  [[nodiscard]] bool is_null(std::string_view name) const;

  // The value; nothing when the field is absent; 400 naming it when it is of another type.
  [[nodiscard]] Checked<std::optional<std::string>> text(std::string_view name) const;
  [[nodiscard]] Checked<std::optional<std::int64_t>> number(std::string_view name) const;
  [[nodiscard]] Checked<std::optional<bool>> boolean(std::string_view name) const;

 private:
  [[nodiscard]] const BodyValue* find(std::string_view name) const;

  std::vector<std::pair<std::string, BodyValue>> values_;
};

}  // namespace cutover::api
