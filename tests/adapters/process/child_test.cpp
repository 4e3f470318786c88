#include "adapters/process/child.h"

#include <gtest/gtest.h>

namespace cutover::process {
namespace {

const std::string shell = "/bin/sh";

TEST(RunChild, GivesWhatTheProgramPrintedAndHowItEnded) {
  const auto end = run_child({shell, "-c", "echo said; exit 3"});
  ASSERT_TRUE(end.has_value()) << end.error();
  EXPECT_EQ(end->output, "said\n");
  EXPECT_EQ(end->code, 3);
}

TEST(RunChild, ASignalThatEndsItIsItsCodeWith128) {
  const auto end = run_child({shell, "-c", "kill -9 $$"});
  ASSERT_TRUE(end.has_value()) << end.error();
  EXPECT_EQ(end->code, 128 + 9);
}

TEST(RunChild, AProgramThatIsNotThereIsAnErrorThatNamesIt) {
  const auto end = run_child({"./nothing"});
  ASSERT_FALSE(end.has_value());
  EXPECT_EQ(end.error(), "./nothing: No such file or directory");
}

TEST(RunChild, ThePeakOfMemoryIsTheProgramsNotOurs) {
  constexpr std::size_t ours = 200 << 20;
  const std::string held(ours, 'x');
  const auto end = run_child({shell, "-c", "sleep 0.05"});
  ASSERT_TRUE(end.has_value()) << end.error();
  EXPECT_GT(end->peak_bytes, 0);
  EXPECT_LT(end->peak_bytes, 50 << 20);
  EXPECT_EQ(held.size(), ours);
}

}  // namespace
}  // namespace cutover::process
