#include "signoff/roles.h"

#include <algorithm>

namespace cutover::signoff {

const Role* role_named(std::string_view id) {
  const auto* found =
      std::find_if(roles.begin(), roles.end(), [&](const Role& role) { return role.id == id; });
  return found == roles.end() ? nullptr : &*found;
}

std::string roles_there_are() {
  std::string text = "must be one of ";
  for (const Role& role : roles) {
    text.append(&role == &roles.front() ? "" : ", ").append(role.id);
  }
  return text;
}

}  // namespace cutover::signoff
