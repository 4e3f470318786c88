// Operations and answers are JSON, so that one form serves the bridge, the fakes and the records.
// README.md describes it. What JSON cannot say is tagged: {"hex"} bytes, {"wtf8"} text that is not
// UTF-8, {"number"} NaN and the like, {"fill","n"} a long text. A long text or value is answered by
// its length and its beginning.
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports/outcome.h"

namespace nlohmann {
// For RapidCheck, which would else take it for the text that it may convert to.
inline void showValue(const json& value, std::ostream& out) {
  out << value;
}
}  // namespace nlohmann

namespace cutover::conformance {

using Json = nlohmann::json;

// ---- Of operations ----
[[nodiscard]] Json text_json(std::string_view text);    // any bytes, lone surrogates among them
[[nodiscard]] Json bytes_json(std::string_view bytes);  // {"hex"}
[[nodiscard]] std::string bytes_of(const Json& value);  // of a string, {"hex"}, {"wtf8"}, {"fill"}

// ---- Of answers ----
[[nodiscard]] Json answered_text(std::string_view text);  // well-formed UTF-8
[[nodiscard]] Json answered_bytes(std::string_view bytes);
[[nodiscard]] Json answered_failure(const Failure& failure);  // one without an effect: {"error"}

// Numbers as JavaScript has them: integers beyond 2^53 as doubles.
[[nodiscard]] Json with_javascript_numbers(Json answer);

// One place at which two answers differ; null stands for what is not there. An error differs as a
// whole from any other answer.
struct Difference {
  std::string path;  // "/keys/0/name"; empty: the whole answer
  Json real;
  Json fake;
};
[[nodiscard]] std::vector<Difference> differences(const Json& real, const Json& fake);

}  // namespace cutover::conformance
