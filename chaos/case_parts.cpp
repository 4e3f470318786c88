#include "chaos/case_parts.h"

#include "chaos/strict_reader.h"

namespace cutover::chaos {

using nlohmann::json;
using nlohmann::ordered_json;

faults::PlannedFault read_fault(const json& value, const std::string& where, std::string& error) {
  StrictReader reader(value, where, error);
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
  StrictReader reader(value, where, error);
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

ordered_json json_of(const faults::PlannedFault& fault) {
  return {{"role", fault.address.role},
          {"site", fault.address.site},
          {"key", fault.address.key},
          {"occurrence", fault.address.occurrence},
          {"fault", std::string(faults::row_of(fault.fault).name)},
          {"size", fault.size}};
}

ordered_json json_of(const Happening& happening) {
  ordered_json entry = {{"at", happening.at_ms},
                        {"what", std::string(row_of(happening.what).name)}};
  if (!happening.target.empty()) entry["target"] = happening.target;
  if (happening.amount != 0) entry["amount"] = happening.amount;
  return entry;
}

}  // namespace cutover::chaos
