// The simulated KV against workerd's: the same random operations, the same answers, error texts
// included.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/conformance/conformance_property.h"
#include "tests/conformance/kv_generator.h"

namespace cutover::conformance {
namespace {

TEST(KvConformance, AnySequenceOfOperationsIsAnsweredAsWorkerdAnswersIt) {
  const auto program = Workerd::find();
  if (!program) GTEST_SKIP() << program.error();
  Bench bench(*program);
  Tally tally;
  const std::string difference = compare_many(
      "KV", operations_wanted(),
      [] { return *rc::gen::container<std::vector<Json>>(any_kv_operation()); },
      [&](const std::vector<Json>& operations, Tally& counted) {
        return bench.run_kv(operations, counted);
      },
      tally);
  tally.print(std::cout, "KV");
  EXPECT_EQ(difference, "");
}

}  // namespace
}  // namespace cutover::conformance
