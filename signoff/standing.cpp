#include "signoff/standing.h"

namespace cutover::signoff {

std::optional<std::size_t> last_word(const SignOff& signoff, std::string_view role) {
  for (std::size_t place = signoff.approvals.size(); place-- > 0;) {
    if (signoff.approvals[place].role == role) return place;
  }
  return std::nullopt;
}

bool stands(const SignOff& signoff, std::size_t place) {
  const Approval& approval = signoff.approvals[place];
  return approval.decision == Decision::approve && last_word(signoff, approval.role) == place;
}

const Waiver* waiver_for(const SignOff& signoff, std::size_t place, std::string_view row) {
  const Waiver* best = nullptr;
  for (std::size_t earlier = 0; earlier <= place; ++earlier) {
    if (!stands(signoff, earlier)) continue;
    for (const Waiver& waiver : signoff.approvals[earlier].waivers) {
      if (waiver.row == row && (best == nullptr || waiver.until > best->until)) best = &waiver;
    }
  }
  return best;
}

}  // namespace cutover::signoff
