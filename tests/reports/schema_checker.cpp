#include "tests/reports/schema_checker.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace cutover::reports {

std::string schema_complaints(std::string_view document, const std::string& schema_file) {
  using Adapter = valijson::adapters::NlohmannJsonAdapter;
  std::ifstream file(CUTOVER_SOURCE_DIR "/" + schema_file);
  const auto schema_json = nlohmann::json::parse(file);
  valijson::Schema schema;
  valijson::SchemaParser(valijson::SchemaParser::kDraft7)
      .populateSchema(Adapter(schema_json), schema);

  const auto json = nlohmann::json::parse(document);
  valijson::ValidationResults results;
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  if (validator.validate(schema, Adapter(json), &results)) return {};
  std::string complaints = "invalid";
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    for (const std::string& part : error.context) complaints += " " + part;
    complaints += ": " + error.description + "\n";
  }
  return complaints;
}

namespace {

void collect_places(const nlohmann::ordered_json& value,
                    const nlohmann::ordered_json::json_pointer& place,
                    std::vector<nlohmann::ordered_json::json_pointer>& places) {
  for (const auto& [name, below] : value.items()) {
    const auto here = value.is_array() ? place / std::stoul(name) : place / name;
    places.push_back(here);
    if (below.is_structured()) collect_places(below, here, places);
  }
}

}  // namespace

std::vector<nlohmann::ordered_json::json_pointer> all_places(
    const nlohmann::ordered_json& document) {
  std::vector<nlohmann::ordered_json::json_pointer> places;
  collect_places(document, nlohmann::ordered_json::json_pointer(), places);
  return places;
}

}  // namespace cutover::reports
