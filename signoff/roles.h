// The five roles whose approval the plan asks for before going live (plan, item 2.6; R6.6).
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace cutover::signoff {

struct Role {
  std::string_view id;     // as typed and as signed: "tech_lead"
  std::string_view title;  // the plan's words
};

// In the plan's order.
inline constexpr std::array<Role, 5> roles = {{
    {"tech_lead", "Tech lead approval"},
    {"qa", "QA sign-off"},
    {"monitoring", "Monitoring team ready"},
    {"rollback", "Rollback plan reviewed"},
    {"incident_response", "Incident response team on standby"},
}};

[[nodiscard]] const Role* role_named(std::string_view id);  // null: there is none

// "must be one of tech_lead, qa, ...": for errors.
[[nodiscard]] std::string roles_there_are();

}  // namespace cutover::signoff
