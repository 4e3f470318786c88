// Cursors of the simulated list: where to go on, in a text that only the service can make.
//
// A cursor is bound to one namespace and one prefix and knows when it was given out, so that an old
// or foreign one can be refused. It is base64, with `+`, `/` and `=`: characters that a client must
// encode in an URL. Source: cloudflare-facts A3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cutover::fakes {

struct Cursor {
  std::string after;               // the last key that was walked over
  std::int64_t issued_micros = 0;  // since 1970
};

// `scope` is whatever the cursor is bound to: the namespace and the prefix.
[[nodiscard]] std::string encode_cursor(const Cursor& cursor, std::string_view scope);

// Nothing when the text is not a cursor, or one of another scope.
[[nodiscard]] std::optional<Cursor> decode_cursor(std::string_view text, std::string_view scope);

}  // namespace cutover::fakes
