#include "chaos/plan_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

#include "chaos/campaign.h"
#include "chaos/case_file.h"
#include "chaos/case_parts.h"
#include "chaos/strict_reader.h"

namespace cutover::chaos {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t plan_bytes_max = 1U << 20;

ordered_json burst_json(const faults::Burst& burst) {
  ordered_json entry = {{"fault", std::string(row_of(burst.fault).name)},
                        {"per10000", burst.per_10000}};
  if (burst.from_ms != 0) entry["from"] = burst.from_ms;
  if (burst.until_ms != faults::Burst::for_ever) entry["until"] = burst.until_ms;
  if (!burst.role.empty()) entry["role"] = burst.role;
  if (!burst.site.empty()) entry["site"] = burst.site;
  return entry;
}

// Without empty parts.
ordered_json plan_json(const faults::StormPlan& plan) {
  ordered_json result = ordered_json::object();
  for (const faults::FaultRow& row : faults::fault_table()) {
    const std::uint32_t rate = plan.rates[static_cast<std::size_t>(row.fault)];
    if (rate > 0) result["rates"][std::string(row.name)] = rate;
  }
  for (const faults::Burst& burst : plan.bursts) result["bursts"].push_back(burst_json(burst));
  for (const auto& fault : plan.exactly) result["faults"].push_back(json_of(fault));
  return result;
}

void read_rates(const json& value, const std::string& where, faults::StormPlan& plan,
                std::string& error) {
  StrictReader reader(value, where, error);
  for (const faults::FaultRow& row : faults::fault_table()) {
    plan.rates[static_cast<std::size_t>(row.fault)] =
        static_cast<std::uint32_t>(reader.number(std::string(row.name).c_str(), 0, 10'000, 0));
  }
  if (!value.is_object()) return;
  for (const auto& [name, rate] : value.items()) {
    if (faults::row_named(name) != nullptr) continue;
    reader.fail(name, "there is no fault '" + name + "'; docs/FAULTS.md has them all");
  }
}

faults::Burst read_burst(const json& value, const std::string& where, std::string& error) {
  StrictReader reader(value, where, error);
  faults::Burst burst;
  const std::string name = reader.text("fault", true);
  burst.per_10000 = static_cast<std::uint32_t>(reader.number("per10000", 0, 10'000, std::nullopt));
  burst.from_ms = reader.number("from", 0, ms_max, 0);
  burst.until_ms = reader.number("until", 0, ms_max, faults::Burst::for_ever);
  burst.role = reader.text("role", false);
  burst.site = reader.text("site", false);
  if (const auto* row = faults::row_named(name)) {
    burst.fault = row->fault;
  } else {
    reader.fail("fault", "there is no fault '" + name + "'; docs/FAULTS.md has them all");
  }
  if (burst.until_ms <= burst.from_ms) reader.fail("until", "must be after from");
  reader.nothing_else();
  return burst;
}

// Its "happenings" are left to the caller.
faults::StormPlan read_plan(StrictReader& reader, std::string& error) {
  faults::StormPlan plan;
  if (const json* rates = reader.part("rates")) {
    read_rates(*rates, reader.inside("rates"), plan, error);
  }
  reader.list("bursts", [&](const json& element, const std::string& where) {
    plan.bursts.push_back(read_burst(element, where, error));
  });
  reader.list("faults", [&](const json& element, const std::string& where) {
    plan.exactly.push_back(read_fault(element, where, error));
  });
  return plan;
}

// The same document as JSON; dates, which no field has, become null.
json as_json(const toml::node& node) {
  if (const auto* table = node.as_table()) {
    json object = json::object();
    for (const auto& [key, value] : *table) object[std::string(key.str())] = as_json(value);
    return object;
  }
  if (const auto* array = node.as_array()) {
    json list = json::array();
    for (const toml::node& element : *array) list.push_back(as_json(element));
    return list;
  }
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* flag = node.as_boolean()) return flag->get();
  if (const auto* number = node.as_floating_point()) return number->get();
  if (const auto* number = node.as_integer()) {
    return number->get() < 0 ? json(number->get())
                             : json(static_cast<std::uint64_t>(number->get()));
  }
  return nullptr;
}

// The lines of one table's texts and numbers.
void write_fields(std::ostream& out, const ordered_json& table) {
  for (const auto& [name, value] : table.items()) {
    out << name << " = ";
    if (value.is_string()) {
      out << toml::value<std::string>(value.get<std::string>()) << "\n";
    } else {
      out << value.get<std::uint64_t>() << "\n";
    }
  }
}

// "line 3: ", of the innermost part of this path that is there.
std::string line_of(const toml::table& table, std::string path) {
  while (!path.empty()) {
    if (const auto node = table.at_path(path)) {
      return "line " + std::to_string(node.node()->source().begin.line) + ": ";
    }
    const std::size_t end = path.find_last_of(".[");
    path.resize(end == std::string::npos ? 0 : end);
  }
  return "";
}

}  // namespace

StormCase drawn_plan(const StormCase& base, std::uint64_t seed) {
  StormCase planned = draw_case(base, seed);
  planned.plan = storm_of(planned).plan;
  return planned;
}

std::string plan_to_toml(const StormCase& planned) {
  ordered_json document = planned.plan ? plan_json(*planned.plan) : ordered_json::object();
  for (const Happening& happening : planned.happenings) {
    document["happenings"].push_back(json_of(happening));
  }
  std::ostringstream text;
  for (const auto& [name, part] : document.items()) {
    if (part.is_object()) {
      text << "[" << name << "]\n";
      write_fields(text, part);
    }
    for (const ordered_json& element : part.is_array() ? part : ordered_json::array()) {
      text << "\n[[" << name << "]]\n";
      write_fields(text, element);
    }
  }
  return text.str();
}

tl::expected<StormCase, std::string> plan_from_toml(std::string_view text, StormCase base) {
  if (text.size() > plan_bytes_max)
    return tl::unexpected(std::string("the plan is larger than 1 MiB"));
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return tl::unexpected("line " + std::to_string(error.source().begin.line) +
                          ": not TOML: " + std::string(error.description()));
  }
  const json document = as_json(table);
  std::string error;
  StrictReader reader(document, "", error);
  base.plan = read_plan(reader, error);
  base.happenings.clear();
  reader.list("happenings", [&](const json& element, const std::string& where) {
    base.happenings.push_back(read_happening(element, where, error));
  });
  reader.nothing_else();
  if (!error.empty()) {
    return tl::unexpected(line_of(table, error.substr(0, error.find(": "))) + error);
  }
  std::stable_sort(base.happenings.begin(), base.happenings.end());
  return base;
}

ordered_json base_to_json(const StormCase& base) {
  ordered_json result = ordered_json::parse(to_json(CaseFile{base, {}, "", ""}));
  if (base.plan) result["plan"] = plan_json(*base.plan);
  return result;
}

tl::expected<StormCase, std::string> base_from_json(const json& from) {
  json rest = from;
  std::optional<faults::StormPlan> plan;
  if (const auto found = from.find("plan"); from.is_object() && found != from.end()) {
    std::string error;
    StrictReader reader(*found, "plan", error);
    plan = read_plan(reader, error);
    reader.nothing_else();
    if (!error.empty()) return tl::unexpected(error);
    rest.erase("plan");
  }
  auto file = case_from_json(rest.dump(-1, ' ', false, json::error_handler_t::replace));
  if (!file) return tl::unexpected(file.error());
  file->played.plan = std::move(plan);
  return std::move(file->played);
}

}  // namespace cutover::chaos
