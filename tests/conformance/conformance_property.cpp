#include "tests/conformance/conformance_property.h"

#include <rapidcheck.h>

#include <sstream>

namespace cutover::conformance {
namespace {

constexpr int sequences_a_round = 20;

}  // namespace

std::string compare_many(const std::string& name, std::int64_t operations, const Draw& draw,
                         const Play& play, Tally& tally) {
  // The seed of RC_PARAMS, as any other property has it.
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = sequences_a_round;
  rc::detail::TestMetadata metadata;
  metadata.id = metadata.description = name;
  while (tally.operations() < operations) {
    const auto result = rc::detail::checkTestable(
        [&] {
          const std::vector<Json> sequence = draw();
          Tally counted = tally;
          const std::string trouble = play(sequence, counted);
          if (!trouble.empty()) RC_FAIL(trouble);
          if (!counted.unexplained().empty()) RC_FAIL(counted.unexplained());
          tally = std::move(counted);
        },
        metadata, params);
    if (!result.is<rc::detail::SuccessResult>()) {
      std::ostringstream out;
      rc::detail::printResultMessage(result, out);
      return out.str();
    }
    ++params.seed;
  }
  return {};
}

}  // namespace cutover::conformance
