#include "golive/share.h"

namespace cutover::golive {

reports::Verdict judge(const Share& share) {
  using reports::Verdict;
  if (share.all >= share.enough) {
    return share.share() < share.limit ? Verdict::pass : Verdict::fail;
  }
  return share.bad >= share.limit * share.enough ? Verdict::fail : Verdict::unknown;
}

}  // namespace cutover::golive
