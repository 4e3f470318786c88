// Small words that several sections of docs/TRANSFORM.md use: blank, valid UTF-8, a number without
// fraction.
#pragma once

#include <optional>
#include <string_view>

#include "scenarios/reference/json_tree.h"

namespace cutover::reference {

// Empty, or only space, tab, CR, LF.
bool is_blank(std::string_view text);

// Without those characters at both ends.
std::string_view trim(std::string_view text);

// A string that is not blank.
bool is_filled_text(const Json& value);

// Absent: not there, or null.
bool is_absent(const Json* value);

// As Unicode defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view bytes);

// Section 4: a JSON number whose value is whole and of magnitude at most 2^53.
std::optional<long long> whole_number(const Json& value);

}  // namespace cutover::reference
