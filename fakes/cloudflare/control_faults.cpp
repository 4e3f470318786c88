#include <utility>
#include <vector>

#include "fakes/cloudflare/control_handlers.h"

namespace cutover::simulate {
namespace {

constexpr std::size_t faults_max = 10'000;  // of one list

ApiError invalid(const std::string& message) {
  return {400, 0, message};
}

std::string known_faults() {
  std::string names;
  for (const auto& row : faults::fault_table()) {
    names.append(names.empty() ? "" : ", ").append(row.name);
  }
  return names;
}

Checked<faults::Fault> fault_named(const std::string& name) {
  const auto* row = faults::row_named(name);
  if (row == nullptr) {
    return tl::unexpected(
        invalid("there is no fault '" + name.substr(0, 64) + "'; known are " + known_faults()));
  }
  if (row->fault == faults::Fault::budget_spent) {
    return tl::unexpected(
        invalid("budget_spent strikes a Worker's invocation; a client of the API has no budget"));
  }
  return row->fault;
}

Checked<faults::PlannedFault> planned(const Json& json, std::size_t at) {
  const std::string where = "faults[" + std::to_string(at) + "].";
  const auto wrong = [&](const std::string& what) { return tl::unexpected(invalid(where + what)); };
  if (!json.is_object()) return wrong("must be an object");
  if (auto unknown = only_members(json, {"role", "site", "key", "occurrence", "fault", "size"})) {
    return wrong(unknown->message);
  }
  faults::PlannedFault fault;
  fault.address.role = Cloud::role;
  if (json.contains("role") && json["role"] != Cloud::role) return wrong("role: must be api");
  auto site = text_member(json, "site", 64);
  if (!site) return wrong(site.error().message);
  fault.address.site = std::move(*site);
  if (json.contains("key")) {
    if (!json["key"].is_string()) return wrong("key: must be a text");
    fault.address.key = json["key"].get<std::string>();
  }
  const auto occurrence = number_member(json, "occurrence", 0, UINT32_MAX);
  if (!occurrence) return wrong(occurrence.error().message);
  fault.address.occurrence = static_cast<std::uint32_t>(occurrence->value_or(0));
  const auto size = number_member(json, "size", 0, UINT32_MAX);
  if (!size) return wrong(size.error().message);
  fault.size = static_cast<std::uint64_t>(size->value_or(0));
  const auto name = text_member(json, "fault", 64);
  if (!name) return wrong(name.error().message);
  const auto kind = fault_named(*name);
  if (!kind) return wrong(kind.error().message);
  fault.fault = *kind;
  return fault;
}

Checked<std::vector<faults::PlannedFault>> listed(const Json& list) {
  if (!list.is_array() || list.size() > faults_max) {
    return tl::unexpected(invalid("faults: must be a list of at most 10000"));
  }
  std::vector<faults::PlannedFault> faults;
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto fault = planned(list[i], i);
    if (!fault) return tl::unexpected(fault.error());
    faults.push_back(std::move(*fault));
  }
  return faults;
}

Checked<faults::StormOptions> rates_of(const Json& body, std::uint64_t seed) {
  faults::StormOptions options;
  const auto given = number_member(body, "seed", 0, INT64_MAX);
  if (!given) return tl::unexpected(given.error());
  options.seed = given->has_value() ? static_cast<std::uint64_t>(**given) : seed;
  const Json& rates = body["rates"];
  if (!rates.is_object()) return tl::unexpected(invalid("rates: must be an object"));
  for (const auto& [name, value] : rates.items()) {
    const auto fault = fault_named(name);
    if (!fault) return tl::unexpected(fault.error());
    const auto rate = number_member(rates, name.c_str(), 0, 10'000);
    if (!rate || !*rate) {
      return tl::unexpected(invalid("rates." + name + ": must be from 0 to 10000, per 10,000"));
    }
    options.plan.rates[static_cast<std::size_t>(*fault)] = static_cast<std::uint32_t>(**rate);
  }
  return options;
}

Json fault_json(const faults::PlannedFault& fault) {
  return {{"role", fault.address.role},
          {"site", fault.address.site},
          {"key", fault.address.key},
          {"occurrence", fault.address.occurrence},
          {"fault", faults::row_of(fault.fault).name},
          {"size", fault.size}};
}

Json list_json(const std::vector<faults::PlannedFault>& faults) {
  Json list = Json::array();
  for (const auto& fault : faults) list.push_back(fault_json(fault));
  return list;
}

Json plan_json(Cloud& cloud) {
  Json shown;
  shown["plan"] = cloud.faults().storm() != nullptr    ? "rates"
                  : cloud.faults().listed() != nullptr ? "faults"
                                                       : "none";
  if (const auto* storm = cloud.faults().storm()) shown["taken"] = list_json(storm->taken());
  if (const auto* list = cloud.faults().listed()) {
    shown["unmatched"] = list_json(list->unmatched());
  }
  return shown;
}

}  // namespace

Answer show_faults(Desk& desk, const Asked&) {
  return desk.entrance.enter([](Cloud& cloud) -> Answer { return json_answer(plan_json(cloud)); });
}

Answer set_faults(Desk& desk, const Asked& asked) {
  const auto body = parse_object(asked.http.body);
  if (!body) return control_error(body.error());
  if (body->contains("rates") == body->contains("faults")) {
    return control_error(invalid("give either rates or faults"));
  }
  if (body->contains("faults")) {
    if (auto unknown = only_members(*body, {"faults"})) return control_error(*unknown);
    const auto faults = listed((*body)["faults"]);
    if (!faults) return control_error(faults.error());
    return desk.entrance.enter([&](Cloud& cloud) -> Answer {
      cloud.faults().set_listed(*faults);
      return json_answer(plan_json(cloud));
    });
  }
  if (auto unknown = only_members(*body, {"rates", "seed"})) return control_error(*unknown);
  return desk.entrance.enter([&](Cloud& cloud) -> Answer {
    auto options = rates_of(*body, cloud.options().seed);
    if (!options) return control_error(options.error());
    cloud.faults().set_rates(std::move(*options));
    return json_answer(plan_json(cloud));
  });
}

Answer clear_faults(Desk& desk, const Asked&) {
  return desk.entrance.enter([](Cloud& cloud) -> Answer {
    cloud.faults().clear();
    return json_answer(plan_json(cloud));
  });
}

}  // namespace cutover::simulate
