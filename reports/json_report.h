// report.json: the contract for machines. docs/report.schema.json describes it.
//
// Writing is total: any bytes in the report give valid JSON (what is no UTF-8 becomes U+FFFD).
// Reading refuses what it does not understand and names the place; it never throws.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "reports/evidence.h"

namespace cutover::reports {

inline constexpr std::size_t report_bytes_max = 64 * 1024 * 1024;
inline constexpr int report_depth_max = 32;

// Indented by two, with a final line end and always the same order of keys: the same report gives
// the same bytes, and so does what is read and written again. Fates of one name are added up;
// examples beyond findings_examples_max, and runs beyond history_max, are left out; charts are
// bounded(); of a path only the last part stays.
[[nodiscard]] std::string to_json(const Report& report);

struct ReadReport {
  std::optional<Report> report;
  std::string error;  // empty when there is a report
};

// A report of version 1 is read as one of version 2 in which the new fields are empty. `files` may
// be missing: it is younger than version 2, and is written only when there are some. Fields that
// this version does not know are ignored. Any other missing field, a wrong type, an unknown
// verdict, a later schema version, one name twice in an object, more than report_bytes_max bytes or
// report_depth_max levels are errors: "/criteria/3/verdict: must be one of ..., but is a number".
[[nodiscard]] ReadReport from_json(std::string_view text);

}  // namespace cutover::reports
