// The parts that case files (case_file.h) and plans (plan_file.h) share: one fault, one happening.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "chaos/happening.h"
#include "fakes/faults/address.h"

namespace cutover::chaos {

// Of virtual time: ten thousand hours.
inline constexpr std::uint64_t ms_max = 36'000'000'000;

[[nodiscard]] nlohmann::ordered_json json_of(const faults::PlannedFault& fault);
[[nodiscard]] nlohmann::ordered_json json_of(const Happening& happening);

// `where` names the element in errors ("faults[2]"); `error` keeps the first one.
[[nodiscard]] faults::PlannedFault read_fault(const nlohmann::json& value, const std::string& where,
                                              std::string& error);
[[nodiscard]] Happening read_happening(const nlohmann::json& value, const std::string& where,
                                       std::string& error);

}  // namespace cutover::chaos
