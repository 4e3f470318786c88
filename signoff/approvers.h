// Approvers: whose key may sign for which role. A file that the team keeps apart from the report,
// where whoever could change the report cannot change it: in version control, reviewed.
//
//   people_min = 5            # optional: how many different people the five roles need
//   [[approver]]
//   role = "qa"
//   person = "Q. Example"
//   public_key = "…"          # as `cutover signoff key` prints it, or PEM
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "signoff/key.h"
#include "signoff/roles.h"

namespace cutover::signoff {

inline constexpr std::size_t approvers_bytes_max = 1U << 20;

struct Approver {
  std::string role;
  std::string person;
  PublicKey public_key{};
  bool operator==(const Approver&) const = default;
};

struct Approvers {
  // Five roles are five pairs of eyes, unless a team says here that it is smaller: 1 to 5.
  std::size_t people_min = roles.size();
  std::vector<Approver> list;  // a role may have several people
};

// `file` is for errors: "approvers.toml:12: role: must be one of ...". One person with two keys and
// one key with two persons are refused: then nobody could count the people.
[[nodiscard]] tl::expected<Approvers, std::string> approvers_from_toml(std::string_view text,
                                                                       const std::string& file);

// An entry of such a file.
[[nodiscard]] std::string to_toml(const Approver& approver);

}  // namespace cutover::signoff
