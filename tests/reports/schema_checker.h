// JSON schemas as checks, by a validator that is not ours.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace cutover::reports {

// What the document does wrong by the schema, a file of the project; empty when it is valid.
std::string schema_complaints(std::string_view document,
                              const std::string& schema_file = "docs/report.schema.json");

// Where every field of an object and every element of an array stands in the document.
std::vector<nlohmann::ordered_json::json_pointer> all_places(
    const nlohmann::ordered_json& document);

}  // namespace cutover::reports
