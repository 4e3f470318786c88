// The timeline: one page with swim lanes for every process and service, made to be read by somebody
// who has not seen the case before.
//
// The page holds its data, style and program, asks nothing of any network (its policy forbids it),
// and writes texts as texts only: a key may hold markup, and stays what it is.
#pragma once

#include <string>

#include "chaos/show/account.h"

namespace cutover::chaos {

// `path` is the case file's, for the command that plays it again.
[[nodiscard]] std::string timeline_html_of(const Account& account, const std::string& path);

// JSON that may stand inside of a <script>: no byte of it can end the element.
[[nodiscard]] std::string for_script(const std::string& json);

}  // namespace cutover::chaos
