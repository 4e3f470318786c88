// The simulated D1 against workerd's: the same random tables and statements, the same rows, counts
// and error texts.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/conformance/conformance_property.h"
#include "tests/conformance/d1_generator.h"

namespace cutover::conformance {
namespace {

// The tables, and then what is done with them.
std::vector<Json> a_sequence() {
  const Schema schema = *any_schema();
  std::vector<Json> operations;
  for (const Table& table : schema.tables) {
    operations.push_back({{"op", "query"}, {"as", "run"}, {"sql", table.create_sql}});
  }
  const auto more = *rc::gen::container<std::vector<Json>>(any_d1_operation(schema));
  operations.insert(operations.end(), more.begin(), more.end());
  return operations;
}

TEST(D1Conformance, AnySequenceOfOperationsIsAnsweredAsWorkerdAnswersIt) {
  const auto program = Workerd::find();
  if (!program) GTEST_SKIP() << program.error();
  Bench bench(*program);
  Tally tally;
  const std::string difference = compare_many(
      "D1", operations_wanted(), a_sequence,
      [&](const std::vector<Json>& operations, Tally& counted) {
        return bench.run_d1(operations, counted);
      },
      tally);
  tally.print(std::cout, "D1");
  EXPECT_EQ(difference, "");
}

}  // namespace
}  // namespace cutover::conformance
