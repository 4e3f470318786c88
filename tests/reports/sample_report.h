// Reports to render in tests: an honest one, and ones whose every text is an attack.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/evidence.h"

namespace cutover::reports {

// Everything filled in, all passing, valid by the schema.
Report honest_report();

// Two series with a gap, a fault and a limit.
Chart sample_chart(ChartKind kind);

// One of everything, and `text` as every text that comes from data, names of fates included.
Report report_of(const std::string& text);

// Texts that have broken a renderer somewhere.
std::vector<std::string> hostile_texts();

// The same bytes on every machine: a text of 0 to 60 bytes for each number.
std::string noise(unsigned number);

// True when all of it is valid UTF-8.
bool is_utf8(std::string_view text);

}  // namespace cutover::reports
