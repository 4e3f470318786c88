// What workerd answered once, against the fakes: needs no workerd, and so runs everywhere. Where
// workerd is, the records themselves are checked.
#include "tests/conformance/recorded.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "tests/conformance/bench.h"
#include "tests/conformance/fake_d1.h"
#include "tests/conformance/fake_kv.h"

namespace cutover::conformance {
namespace {

template <class Fake>
void replay(const Recording& recording, Tally& tally) {
  Fake fake;
  for (std::size_t i = 0; i < recording.operations.size(); ++i) {
    ASSERT_FALSE(recording.answers[i].is_null()) << recording.operations[i] << " has no answer yet";
    const Json answer = fake.answer(recording.operations[i]);
    const Tally::Next next = tally.compare(recording.operations[i], recording.answers[i], answer);
    ASSERT_EQ(tally.unexplained(), "") << recording.title;
    if (next == Tally::Next::stop) return;
  }
}

void replay_all(bool kv, Tally& tally) {
  for (const RecordedFile& file : recorded_files()) {
    if (file.is_kv != kv) continue;
    for (const Recording& recording : file.recordings) {
      if (kv) {
        replay<FakeKv>(recording, tally);
      } else {
        replay<FakeD1>(recording, tally);
      }
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(RecordedAnswers, AreThoseOfTheSimulatedKv) {
  Tally tally;
  replay_all(true, tally);
  tally.print(std::cout, "KV");
  EXPECT_GT(tally.operations(), 200);
  EXPECT_GT(tally.refused(), 20);
}

TEST(RecordedAnswers, AreThoseOfTheSimulatedD1) {
  Tally tally;
  replay_all(false, tally);
  tally.print(std::cout, "D1");
  EXPECT_GT(tally.operations(), 200);
  EXPECT_GT(tally.refused(), 50);
}

TEST(RecordedAnswers, ShowEveryKnownDifference) {
  Tally tally;
  replay_all(true, tally);
  replay_all(false, tally);
  for (const KnownDifference& known : known_differences()) {
    EXPECT_TRUE(tally.met(known.name)) << known.name << " occurs in no record: is it still one?";
  }
}

std::int64_t start_of_world() {
  return FakeKv().now();
}

// CUTOVER_CONFORMANCE_RECORD=1 writes what workerd answers now.
TEST(RecordedAnswers, AreWhatWorkerdAnswersToday) {
  const auto program = Workerd::find();
  if (!program) GTEST_SKIP() << program.error();
  const bool write = std::getenv("CUTOVER_CONFORMANCE_RECORD") != nullptr;
  Bench bench(*program);
  for (RecordedFile& file : recorded_files()) {
    for (Recording& recording : file.recordings) {
      const auto store = bench.fresh_store();
      ASSERT_TRUE(store) << store.error();
      const auto real = bench.workerd().run(*store, start_of_world(), recording.operations);
      ASSERT_TRUE(real) << real.error();
      ASSERT_FALSE(real->late) << recording.title << ": this machine is too slow; try again";
      if (!write) {
        EXPECT_EQ(recording.answers, real->answers) << recording.title;
      }
      recording.answers = real->answers;
    }
    if (write) save(file);
  }
}

}  // namespace
}  // namespace cutover::conformance
