#include "tests/core/api/contract.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace cutover::api {
namespace {

using nlohmann::json;
using Adapter = valijson::adapters::NlohmannJsonAdapter;

// Scalars as YAML 1.2's JSON schema reads them: quoted is text.
json scalar(const YAML::Node& node) {
  const std::string text = node.Scalar();
  if (node.Tag() == "!") return text;
  if (text == "null" || text == "~" || text.empty()) return nullptr;
  if (text == "true") return true;
  if (text == "false") return false;
  std::int64_t number = 0;
  return YAML::convert<std::int64_t>::decode(node, number) ? json(number) : json(text);
}

json to_json(const YAML::Node& node) {
  if (node.IsMap()) {
    json object = json::object();
    for (const auto& field : node) object[field.first.Scalar()] = to_json(field.second);
    return object;
  }
  if (node.IsSequence()) {
    json array = json::array();
    for (const auto& item : node) array.push_back(to_json(item));
    return array;
  }
  return node.IsNull() ? json(nullptr) : scalar(node);
}

const json& contract() {
  static const json document = to_json(YAML::LoadFile(CUTOVER_SOURCE_DIR "/docs/api/openapi.yaml"));
  return document;
}

json resolved(const json& node) {
  if (!node.contains("$ref")) return node;
  return contract().at(json::json_pointer(node.at("$ref").get<std::string>().substr(1)));
}

std::vector<std::string> segments(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (;;) {
    const std::size_t slash = path.find('/', start);
    parts.push_back(path.substr(start, slash - start));
    if (slash == std::string::npos) return parts;
    start = slash + 1;
  }
}

bool fits(const std::string& pattern, const std::string& path) {
  const auto wanted = segments(pattern);
  const auto given = segments(path);
  return wanted.size() == given.size() &&
         std::equal(wanted.begin(), wanted.end(), given.begin(), [](auto& want, auto& have) {
           return want.starts_with('{') ? !have.empty() : want == have;
         });
}

std::string small(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

const valijson::Schema& schema_for(const json& wanted) {
  static std::map<std::string, std::unique_ptr<valijson::Schema>> schemas;
  auto& kept = schemas[wanted.dump()];
  if (!kept) {
    const json whole = {{"allOf", json::array({wanted})},
                        {"components", contract().at("components")}};
    kept = std::make_unique<valijson::Schema>();
    valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(Adapter(whole), *kept);
  }
  return *kept;
}

std::string schema_complaints(const json& wanted, const std::string& body) {
  const json document = json::parse(body, nullptr, false);
  if (document.is_discarded()) return "the body is no JSON: " + body.substr(0, 200);
  valijson::ValidationResults results;
  valijson::Validator validator(valijson::Validator::kStrongTypes);
  if (validator.validate(schema_for(wanted), Adapter(document), &results)) return {};
  std::string complaints = "the body breaks the schema: " + body.substr(0, 500) + "\n";
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    for (const std::string& part : error.context) complaints += part;
    complaints += ": " + error.description + "\n";
  }
  return complaints;
}

// A failure whose route is not in the contract, as its description says.
std::string routeless(const HttpResponse& response, int status, const char* code) {
  if (response.status != status) return "status " + std::to_string(response.status);
  const json failure = {{"$ref", "#/components/schemas/Failure"}};
  const std::string complaints = schema_complaints(failure, response.body);
  if (!complaints.empty()) return complaints;
  return json::parse(response.body)["error"]["code"] == code ? ""
                                                             : "the code is not " + response.body;
}

bool has_header(const HttpResponse& response, const std::string& name) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [&name](const auto& header) { return small(header.first) == small(name); });
}

std::string answer_complaints(const json& answer, const HttpResponse& response, bool head) {
  const json headers = answer.value("headers", json::object());
  for (const auto& [name, header] : headers.items()) {
    if (header.value("required", false) && !has_header(response, name)) return name + " is absent";
  }
  const std::string type = response.content_type.substr(0, response.content_type.find(';'));
  const json& content = answer.at("content");
  if (!content.contains(type)) return "content type " + response.content_type;
  if (head) return response.body.empty() ? "" : "HEAD has a body";
  if (type != "application/json") return {};
  return schema_complaints(content.at(type).at("schema"), response.body);
}

}  // namespace

std::string contract_complaints(const HttpRequest& request, const HttpResponse& response) {
  const bool head = request.method == "HEAD";
  const json* path = nullptr;
  for (const auto& [pattern, operations] : contract().at("paths").items()) {
    if (fits(pattern, request.path)) path = &operations;
  }
  if (head && (path == nullptr || !path->contains("get"))) {
    return response.status == (path == nullptr ? 404 : 405) && response.body.empty() ? "" : "HEAD";
  }
  if (path == nullptr) return routeless(response, 404, "ROUTE_NOT_FOUND");
  if (request.method == "OPTIONS") {
    return response.status == 204 && has_header(response, "Allow") && response.body.empty()
               ? ""
               : "OPTIONS answers 204 with Allow";
  }
  const auto operation = path->find(head ? "get" : small(request.method));
  if (operation == path->end() || small(request.method) == request.method) {
    return has_header(response, "Allow") ? routeless(response, 405, "METHOD_NOT_ALLOWED")
                                         : "Allow is absent";
  }
  const json& responses = operation->at("responses");
  const auto answer = responses.find(std::to_string(response.status));
  if (answer == responses.end()) {
    return "status " + std::to_string(response.status) + " is not documented for " +
           request.method + " " + request.path + ": " + response.body.substr(0, 300);
  }
  return answer_complaints(resolved(*answer), response, head);
}

std::set<std::string> documented_routes() {
  std::set<std::string> routes;
  for (const auto& [pattern, operations] : contract().at("paths").items()) {
    std::string path;
    for (const char character : pattern) {
      if (character == '{') path += ':';
      if (character != '{' && character != '}') path += character;
    }
    for (const auto& [method, operation] : operations.items()) {
      std::string name = method;
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      routes.insert(name + " " + path);
    }
  }
  return routes;
}

}  // namespace cutover::api
