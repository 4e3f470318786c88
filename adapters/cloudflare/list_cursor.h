// The cursors of CloudflareKv: the service's own, with the key up to which its page was used.
//
// The service lists at least 10 keys a page. A caller that wants fewer gets the page in parts, each
// from the same service cursor, and the key tells which part is next. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cutover::cloudflare {

struct ListCursor {
  std::string last_key;  // keys up to this one were given; empty: the page from its start
  std::string service;   // the service's cursor of the page; empty: the first page

  // "HEX_OF_LAST_KEY.SERVICE_CURSOR"
  [[nodiscard]] std::string text() const;

  // Nothing: no text() ever looks so. "" is the start.
  static std::optional<ListCursor> parse(std::string_view text);
};

}  // namespace cutover::cloudflare
