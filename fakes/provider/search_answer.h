// The JSON of a search answer with one volume, as Google Books gives it: cloudflare-facts D1.
#pragma once

#include <string>
#include <string_view>

namespace cutover::fakes {

// The volume has this bare book's fields (a JSON object) and these fields besides ("" for none).
[[nodiscard]] std::string search_answer(std::string_view book, const std::string& fields);

// The field that names a volume: its ISBN-13.
[[nodiscard]] std::string identifiers(std::string_view isbn13);

}  // namespace cutover::fakes
