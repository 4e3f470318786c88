// The stage that drills are played on: it is true to what it should show, and the same each time.
#include <gtest/gtest.h>

#include "scenarios/live/live_books.h"
#include "scenarios/live/operator.h"
#include "scenarios/migration.h"

namespace cutover::scenarios {
namespace {

StageOptions small_stage(std::uint64_t seed = 1) {
  StageOptions options;
  options.seed = seed;
  LiveBooks books = live_books(seed, 100, 60, options.start);
  options.sources = std::move(books.sources);
  options.crowd.popular = std::move(books.popular);
  options.crowd.rare = std::move(books.rare);
  options.crowd.library_per_mille = 50;
  options.system = live_options();
  return options;
}

TEST(LiveStage, AWholeCutoverGoesThroughEveryGateWhilePeopleAsk) {
  Stage stage(small_stage());
  apply_schema(stage.world());
  std::string refusal;
  Operator::Standing standing;
  stage.play([&](Operator& person) {
    person.advance_to(rollout::Phase::d1);
    refusal = person.refusal();
    standing = person.standing();
    person.wait(std::chrono::minutes(30));
  });
  EXPECT_EQ(refusal, "");
  EXPECT_EQ(standing.phase, "d1");
  const Figures figures = stage.meter().figures({});
  EXPECT_GT(figures.requests, 1000);
  EXPECT_EQ(figures.wrong, 0);
  EXPECT_EQ(figures.server_errors, 0);
  EXPECT_GT(stage.crowd().confirmed().size(), 3U);
}

TEST(LiveStage, R8_3_TheSameSeedPlaysTheSameHistory) {
  const auto digest = [](std::uint64_t seed) {
    Stage stage(small_stage(seed));
    apply_schema(stage.world());
    stage.play([&](Operator& person) {
      person.advance_to(rollout::Phase::d1_reads, 5);
      person.wait(std::chrono::minutes(1));
    });
    return stage.world().scheduler().history().digest();
  };
  EXPECT_EQ(digest(3), digest(3));
  EXPECT_NE(digest(3), digest(4));
}

}  // namespace
}  // namespace cutover::scenarios
