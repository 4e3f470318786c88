// JSON schemas as checks, by a validator that is not ours.
#pragma once

#include <string>
#include <string_view>

namespace cutover::reports {

// What the document does wrong by the schema, a file of the project; empty when it is valid.
std::string schema_complaints(std::string_view document,
                              const std::string& schema_file = "docs/report.schema.json");

}  // namespace cutover::reports
