// docs/report.schema.json as a check, by a validator that is not ours.
#pragma once

#include <string>
#include <string_view>

namespace cutover::reports {

// What the document does wrong by the schema; empty when it is valid.
std::string schema_complaints(std::string_view document);

}  // namespace cutover::reports
