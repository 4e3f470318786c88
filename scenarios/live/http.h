// Requests and answers of the HTTP API as scenarios write and read them.
#pragma once

#include <string>
#include <string_view>

#include "core/api/http_message.h"

namespace cutover::scenarios {

// The headers of a request of JSON with this token.
[[nodiscard]] api::Pairs authorised(const std::string& token);

[[nodiscard]] api::HttpRequest get_request(std::string path, api::Pairs query = {});

// GET /v1/search/isbn.
[[nodiscard]] api::HttpRequest search_request(const std::string& isbn);

// A user's token of these worlds, good for longer than any of them lasts.
[[nodiscard]] std::string user_token(const std::string& secret, const std::string& user);

// The JSON value after `name` ("\"title\":") in `text`, from `from` on, or nothing. A
// text in JSON holds no bare quotation mark, so a name is only found where it is one.
[[nodiscard]] std::string_view json_after(std::string_view text, std::string_view name,
                                          std::size_t from = 0);

// Without the quotation marks around it; "" when there are none.
[[nodiscard]] std::string_view unquoted(std::string_view text);

// The book of a search's answer: the bytes between "book": and ,"metadata"; empty: there is none.
[[nodiscard]] std::string_view book_in(std::string_view body);

}  // namespace cutover::scenarios
