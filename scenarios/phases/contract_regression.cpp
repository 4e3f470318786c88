#include "scenarios/phases/contract_regression.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "scenarios/live/http.h"

namespace cutover::scenarios {
namespace {

using nlohmann::json;

struct Probe {
  std::string name;
  api::HttpRequest request;
};

std::string kind_of(const json& value) {
  if (value.is_object()) {
    std::string text = "{";
    for (const auto& [name, member] : value.items()) {
      if (text.size() > 1) text += ",";
      text += name + ":" + kind_of(member);
    }
    return text + "}";
  }
  if (value.is_array()) {
    std::vector<std::string> kinds;
    for (const json& element : value) kinds.push_back(kind_of(element));
    std::sort(kinds.begin(), kinds.end());
    kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
    std::string text = "[";
    for (const std::string& kind : kinds) text += (text.size() > 1 ? "|" : "") + kind;
    return text + "]";
  }
  return value.is_number() ? "number" : value.type_name();
}

api::HttpRequest with(const char* method, std::string path, const std::string& token,
                      std::string body = "", api::Pairs query = {}) {
  return {method, std::move(path), std::move(query), authorised(token), std::move(body)};
}

std::vector<Probe> search_probes(const std::string& known) {
  const std::string nobodys = "9789999999991";
  return {
      {"search: a known book", search_request(known)},
      {"search: a book that nobody has", search_request(nobodys)},
      {"search: no ISBN at all", search_request("12345")},
      {"legacy search: a known book", get_request("/search", {{"isbn", known}})},
      {"legacy search: a book that nobody has", get_request("/search", {{"isbn", nobodys}})},
      {"an unknown path", get_request("/v1/nothing")},
  };
}

// In this order: what is added is removed again.
std::vector<Probe> library_probes(const std::string& known) {
  const std::string user = "contract-user";
  const std::string token = user_token(live_user_secret, user);
  const std::string shelf = "/v1/library/" + user;
  const std::string entry = shelf + "/books/" + known;
  const std::string book = R"({"isbn":")" + known + R"(","status":"reading","rating":5})";
  return {
      {"library: an empty shelf", with("GET", shelf, token)},
      {"library: add a book", with("POST", shelf + "/books", token, book)},
      {"library: add it again", with("POST", shelf + "/books", token, book)},
      {"library: change it", with("PATCH", entry, token, R"({"status":"completed"})")},
      {"library: the shelf", with("GET", shelf, token)},
      {"library: with filters", with("GET", shelf, token, "", {{"rating", "5"}, {"limit", "10"}})},
      {"library: top rated", with("GET", shelf + "/top-rated", token, "", {{"year", "2020"}})},
      {"library: a filter that cannot be read", with("GET", shelf, token, "", {{"rating", "six"}})},
      {"library: somebody else's shelf", with("GET", "/v1/library/other", token)},
      {"library: without a token", get_request(shelf)},
      {"library: remove it", with("DELETE", entry, token)},
      {"library: remove it again", with("DELETE", entry, token)},
      {"health", get_request("/health")},
      {"admin: flags", with("GET", "/admin/flags", live_admin_token)},
      {"admin: without the admin's token", with("GET", "/admin/flags", token)},
  };
}

}  // namespace

std::string shape_of(const api::HttpResponse& answer) {
  std::vector<std::string> names;
  for (const auto& [name, value] : answer.headers) names.push_back(name);
  std::sort(names.begin(), names.end());
  std::string text = std::to_string(answer.status) + " " + answer.content_type;
  for (const std::string& name : names) text += " " + name;
  const json body = json::parse(answer.body, nullptr, false);
  return text + " " + (body.is_discarded() ? "no JSON" : kind_of(body));
}

void ContractRegression::look(Operator& person, const std::string& when, Probes probes) {
  std::vector<Probe> all = search_probes(known_);
  if (probes == Probes::all) {
    for (Probe& probe : library_probes(known_)) all.push_back(std::move(probe));
  }
  for (const Probe& probe : all) {
    api::HttpResponse answer = person.send(probe.request);
    std::string shape = shape_of(answer);
    const auto [expected, is_first] = expected_.try_emplace(probe.name, shape);
    if (!is_first) rows_.push_back({when, probe.name, expected->second, std::move(shape)});
    exchanges_.push_back({probe.request, std::move(answer)});
  }
}

std::vector<ShapeRow> ContractRegression::changed() const {
  std::vector<ShapeRow> changed;
  std::copy_if(rows_.begin(), rows_.end(), std::back_inserter(changed),
               [](const ShapeRow& row) { return !row.same(); });
  return changed;
}

}  // namespace cutover::scenarios
