// UTF-8 as the WHATWG Encoding Standard decodes it, which is how Workers read values as text.
#pragma once

#include <string>
#include <string_view>

namespace cutover {

[[nodiscard]] bool is_utf8(std::string_view bytes);

// Every maximal subpart of an ill-formed sequence becomes one U+FFFD: "a\xE2\x82z" is "a\uFFFDz",
// and the three bytes of an encoded surrogate are three U+FFFD. A BOM stays.
[[nodiscard]] std::string replace_malformed_utf8(std::string bytes);

}  // namespace cutover
