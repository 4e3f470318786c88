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

struct CountField {
  const char* name;
  std::uint64_t StormCase::*member;
  std::uint64_t low;
  std::uint64_t high;
};

constexpr CountField world_fields[] = {
    {"keys", &StormCase::keys, 1, 100'000},
    {"locations", &StormCase::locations, 1, 100},
    {"migrators", &StormCase::migrators, 1, 2},
    {"writers", &StormCase::writers, 0, 100},
    {"readers", &StormCase::readers, 0, 100},
    {"operations", &StormCase::operations, 0, 10'000},
    {"isolates", &StormCase::isolates, 0, 100},
    {"stormSeconds", &StormCase::storm_seconds, 0, 1'000'000},
};

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

  void nothing_else() {
    if (!object_.is_object()) return;
    for (const auto& [name, value] : object_.items()) {
      if (!known_.contains(name)) fail(name, "is not a field of a case file");
    }
  }

  void fail(const std::string& name, const std::string& what) {
    if (!error_.empty()) return;
    error_ = where_ + (where_.empty() || name.empty() ? "" : ".") + name;
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
    std::string names;
    for (const auto& known : faults::fault_table()) {
      names.append(names.empty() ? "" : ", ").append(known.name);
    }
    reader.fail("fault", "there is no fault '" + name + "'; known are " + names);
  }
  reader.nothing_else();
  return fault;
}

}  // namespace

std::string to_json(const CaseFile& file) {
  ordered_json result;
  result["cutoverCase"] = version;
  result["scenario"] = file.played.scenario;
  result["seed"] = file.played.seed;
  for (const CountField& field : world_fields) {
    result["world"][field.name] = file.played.*(field.member);
  }
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
  file.played.scenario = reader.text("scenario", true);
  if (error.empty() && file.played.scenario != StormCase{}.scenario &&
      file.played.scenario != canary_scenario) {
    reader.fail("scenario", "there is no scenario '" + file.played.scenario + "'");
  }
  file.played.seed = reader.number("seed", 0, UINT64_MAX, std::nullopt);
  if (const json* world = reader.part("world")) {
    Reader world_reader(*world, "world", error);
    for (const CountField& field : world_fields) {
      file.played.*(field.member) =
          world_reader.number(field.name, field.low, field.high, file.played.*(field.member));
    }
    world_reader.nothing_else();
  }
  if (const json* list = reader.part("faults")) {
    if (!list->is_array()) reader.fail("faults", "must be a list");
    for (std::size_t i = 0; list->is_array() && i < list->size() && error.empty(); ++i) {
      file.faults.push_back(read_fault((*list)[i], "faults[" + std::to_string(i) + "]", error));
    }
  }
  file.signature = reader.text("signature", false);
  file.digest = reader.text("digest", false);
  reader.nothing_else();
  if (!error.empty()) return tl::unexpected(error);
  return file;
}

}  // namespace cutover::chaos
