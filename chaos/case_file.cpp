#include "chaos/case_file.h"

#include <cstdint>
#include <set>

#include <nlohmann/json.hpp>

namespace cutover::chaos {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::uint64_t version = 1;
constexpr std::size_t bytes_max = 64U << 20;
constexpr std::uint64_t ms_max = 36'000'000'000;  // ten thousand hours

template <class Rows>
std::string names_of(const Rows& rows) {
  std::string names;
  for (const auto& row : rows) names.append(names.empty() ? "" : ", ").append(row.name);
  return names;
}

// Reads one object strictly; the first thing wrong is kept.
class Reader {
 public:
  Reader(const json& object, std::string where, std::string& error)
      : object_(object), where_(std::move(where)), error_(error) {
    if (!object.is_object()) fail("", "must be an object");
  }

  std::string text(const char* name, bool required) {
    const json* value = find(name, required);
    if (value == nullptr) return "";
    if (!value->is_string()) {
      fail(name, "must be a text");
      return "";
    }
    return value->get<std::string>();
  }

  std::uint64_t number(const char* name, std::uint64_t low, std::uint64_t high,
                       std::optional<std::uint64_t> otherwise) {
    const json* value = find(name, !otherwise);
    if (value == nullptr) return otherwise.value_or(low);
    if (!value->is_number_unsigned() || value->get<std::uint64_t>() < low ||
        value->get<std::uint64_t>() > high) {
      fail(name,
           "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high));
      return low;
    }
    return value->get<std::uint64_t>();
  }

  const json* part(const char* name) { return find(name, false); }

  // Each element of a list, if it is there, until something is wrong.
  template <class Each>
  void list(const char* name, Each&& each) {
    const json* value = find(name, false);
    if (value == nullptr) return;
    if (!value->is_array()) fail(name, "must be a list");
    for (std::size_t i = 0; value->is_array() && i < value->size() && error_.empty(); ++i) {
      each((*value)[i], inside(name) + "[" + std::to_string(i) + "]");
    }
  }

  void nothing_else() {
    if (!object_.is_object()) return;
    for (const auto& [name, value] : object_.items()) {
      if (!known_.contains(name)) fail(name, "is not a field of a case file");
    }
  }

  [[nodiscard]] std::string inside(const std::string& name) const {
    return where_ + (where_.empty() || name.empty() ? "" : ".") + name;
  }

  void fail(const std::string& name, const std::string& what) {
    if (!error_.empty()) return;
    error_ = inside(name);
    if (error_.empty()) error_ = "the file";
    error_ += ": " + what;
  }

 private:
  const json* find(const char* name, bool required) {
    known_.insert(name);
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(name);
    if (found != object_.end()) return &*found;
    if (required) fail(name, "is missing");
    return nullptr;
  }

  const json& object_;
  std::string where_;
  std::string& error_;
  std::set<std::string> known_;
};

faults::PlannedFault read_fault(const json& value, const std::string& where, std::string& error) {
  Reader reader(value, where, error);
  faults::PlannedFault fault;
  fault.address.role = reader.text("role", true);
  fault.address.site = reader.text("site", true);
  fault.address.key = reader.text("key", true);
  fault.address.occurrence =
      static_cast<std::uint32_t>(reader.number("occurrence", 0, UINT32_MAX, 0));
  fault.size = reader.number("size", 0, UINT32_MAX, 0);
  const std::string name = reader.text("fault", true);
  if (const auto* row = faults::row_named(name)) {
    fault.fault = row->fault;
  } else {
    reader.fail("fault",
                "there is no fault '" + name + "'; known are " + names_of(faults::fault_table()));
  }
  reader.nothing_else();
  return fault;
}

Happening read_happening(const json& value, const std::string& where, std::string& error) {
  Reader reader(value, where, error);
  Happening happening;
  happening.at_ms = reader.number("at", 0, ms_max, std::nullopt);
  const std::string name = reader.text("what", true);
  happening.target = reader.text("target", false);
  happening.amount = reader.number("amount", 0, UINT32_MAX, 0);
  const HappenRow* row = happen_named(name);
  if (row == nullptr) {
    reader.fail("what",
                "there is no happening '" + name + "'; known are " + names_of(happen_table()));
    return happening;
  }
  happening.what = row->what;
  if (row->target.empty() != happening.target.empty()) {
    reader.fail("target", row->target.empty() ? name + " has no target"
                                              : "must name the " + std::string(row->target));
  }
  if (row->target == "service" && happening.target != "kv" && happening.target != "d1" &&
      happening.target != "provider") {
    reader.fail("target", "must be kv, d1 or provider");
  }
  reader.nothing_else();
  return happening;
}

sim::Deviation read_deviation(const json& value, const std::string& where, std::string& error) {
  Reader reader(value, where, error);
  sim::Deviation deviation;
  deviation.first = reader.text("first", true);
  deviation.turn = reader.number("turn", 0, UINT64_MAX, std::nullopt);
  deviation.ahead = reader.text("ahead", true);
  deviation.which = reader.number("which", 0, UINT32_MAX, 0);
  reader.nothing_else();
  return deviation;
}

void read_world(const json& value, StormCase& played, std::string& error) {
  Reader reader(value, "world", error);
  for (const CaseNumber& number : case_numbers()) {
    played.*(number.member) =
        reader.number(number.name, number.low, number.high, played.*(number.member));
  }
  reader.list("only", [&](const json& element, const std::string& where) {
    if (!element.is_number_unsigned() || element.get<std::uint64_t>() >= played.keys) {
      Reader(json::object(), where, error)
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

ordered_json happenings_json(const StormCase& played) {
  ordered_json list = ordered_json::array();
  for (const Happening& happening : played.happenings) {
    const HappenRow& row = row_of(happening.what);
    ordered_json entry = {{"at", happening.at_ms}, {"what", std::string(row.name)}};
    if (!happening.target.empty()) entry["target"] = happening.target;
    if (happening.amount != 0) entry["amount"] = happening.amount;
    list.push_back(std::move(entry));
  }
  return list;
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
  if (!file.played.happenings.empty()) result["happenings"] = happenings_json(file.played);
  if (!file.played.seeded_schedule) result["schedule"] = schedule_json(file.played);
  result["faults"] = ordered_json::array();
  for (const faults::PlannedFault& fault : file.faults) {
    ordered_json entry;
    entry["role"] = fault.address.role;
    entry["site"] = fault.address.site;
    entry["key"] = fault.address.key;
    entry["occurrence"] = fault.address.occurrence;
    entry["fault"] = std::string(faults::row_of(fault.fault).name);
    entry["size"] = fault.size;
    result["faults"].push_back(std::move(entry));
  }
  if (!file.signature.empty()) result["signature"] = file.signature;
  if (!file.digest.empty()) result["digest"] = file.digest;
  return result.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

tl::expected<CaseFile, std::string> case_from_json(std::string_view text) {
  if (text.size() > bytes_max) return tl::unexpected(std::string("the file is larger than 64 MiB"));
  const json parsed = json::parse(text, nullptr, false);
  if (parsed.is_discarded()) return tl::unexpected(std::string("the file is not JSON"));
  std::string error;
  CaseFile file;
  Reader reader(parsed, "", error);
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
