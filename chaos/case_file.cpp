#include "chaos/case_file.h"

#include <cstdint>

#include <nlohmann/json.hpp>

#include "chaos/case_parts.h"
#include "chaos/strict_reader.h"

namespace cutover::chaos {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::uint64_t version = 1;
constexpr std::size_t case_bytes_max = 64U << 20;

sim::Deviation read_deviation(const json& value, const std::string& where, std::string& error) {
  StrictReader reader(value, where, error);
  sim::Deviation deviation;
  deviation.first = reader.text("first", true);
  deviation.turn = reader.number("turn", 0, UINT64_MAX, std::nullopt);
  deviation.ahead = reader.text("ahead", true);
  deviation.which = reader.number("which", 0, UINT32_MAX, 0);
  reader.nothing_else();
  return deviation;
}

void read_world(const json& value, StormCase& played, std::string& error) {
  StrictReader reader(value, "world", error);
  for (const CaseNumber& number : case_numbers()) {
    played.*(number.member) =
        reader.number(number.name, number.low, number.high, played.*(number.member));
  }
  reader.list("only", [&](const json& element, const std::string& where) {
    if (!element.is_number_unsigned() || element.get<std::uint64_t>() >= played.keys) {
      StrictReader(json::object(), where, error)
          .fail("", "must be a whole number below keys, " + std::to_string(played.keys));
      return;
    }
    played.only.push_back(element.get<std::uint64_t>());
  });
  reader.nothing_else();
}

// What differs from the scenario's own numbers.
ordered_json world_json(const StormCase& played, const StormCase& usual) {
  ordered_json world = ordered_json::object();
  for (const CaseNumber& number : case_numbers()) {
    if (played.*(number.member) == usual.*(number.member)) continue;
    world[number.name] = played.*(number.member);
  }
  if (!played.only.empty()) world["only"] = played.only;
  return world;
}

ordered_json schedule_json(const StormCase& played) {
  ordered_json list = ordered_json::array();
  for (const sim::Deviation& deviation : played.deviations) {
    list.push_back({{"first", deviation.first},
                    {"turn", deviation.turn},
                    {"ahead", deviation.ahead},
                    {"which", deviation.which}});
  }
  return list;
}

}  // namespace

std::string to_json(const CaseFile& file) {
  const Scenario* scenario = scenario_named(file.played.scenario);
  ordered_json result;
  result["cutoverCase"] = version;
  result["scenario"] = file.played.scenario;
  result["seed"] = file.played.seed;
  const ordered_json world =
      world_json(file.played, scenario != nullptr ? case_of(*scenario) : StormCase{});
  if (!world.empty()) result["world"] = world;
  for (const Happening& happening : file.played.happenings) {
    result["happenings"].push_back(json_of(happening));
  }
  if (!file.played.seeded_schedule) result["schedule"] = schedule_json(file.played);
  result["faults"] = ordered_json::array();
  for (const faults::PlannedFault& fault : file.faults) result["faults"].push_back(json_of(fault));
  if (!file.signature.empty()) result["signature"] = file.signature;
  if (!file.digest.empty()) result["digest"] = file.digest;
  return result.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

tl::expected<CaseFile, std::string> case_from_json(std::string_view text) {
  if (text.size() > case_bytes_max)
    return tl::unexpected(std::string("the file is larger than 64 MiB"));
  const json parsed = json::parse(text, nullptr, false);
  if (parsed.is_discarded()) return tl::unexpected(std::string("the file is not JSON"));
  std::string error;
  CaseFile file;
  StrictReader reader(parsed, "", error);
  reader.number("cutoverCase", version, version, std::nullopt);
  const std::string name = reader.text("scenario", true);
  if (const Scenario* scenario = scenario_named(name)) {
    file.played = case_of(*scenario);
  } else {
    reader.fail("scenario", "there is no scenario '" + name + "'; known are " +
                                names_of(std::span(scenarios())));
  }
  file.played.seed = reader.number("seed", 0, UINT64_MAX, std::nullopt);
  if (const json* world = reader.part("world")) read_world(*world, file.played, error);
  reader.list("happenings", [&](const json& element, const std::string& where) {
    file.played.happenings.push_back(read_happening(element, where, error));
  });
  file.played.seeded_schedule = reader.part("schedule") == nullptr;
  reader.list("schedule", [&](const json& element, const std::string& where) {
    file.played.deviations.push_back(read_deviation(element, where, error));
  });
  reader.list("faults", [&](const json& element, const std::string& where) {
    file.faults.push_back(read_fault(element, where, error));
  });
  file.signature = reader.text("signature", false);
  file.digest = reader.text("digest", false);
  reader.nothing_else();
  if (!error.empty()) return tl::unexpected(error);
  return file;
}

}  // namespace cutover::chaos
