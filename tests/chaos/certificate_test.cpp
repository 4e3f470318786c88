// A certificate that another build wrote: whatever differs in it is found to the event.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chaos/certificate.h"

namespace cutover::chaos {
namespace {

using ::testing::HasSubstr;

StormCase small_base() {
  StormCase base;
  base.seed = 0;
  base.keys = 10;
  base.operations = 3;
  return base;
}

Certificate certificate_of(std::initializer_list<std::uint64_t> seeds) {
  Certificate certificate{"1.2.3", this_build(), small_base(), {}};
  for (const std::uint64_t seed : seeds) {
    certificate.histories.push_back(play_for_certificate(small_base(), seed).certified);
  }
  return certificate;
}

TEST(Certificate, IsReadBackAsWritten) {
  const Certificate certificate = certificate_of({1, 2});
  const auto read = certificate_from_json(to_json(certificate));
  ASSERT_TRUE(read.has_value()) << read.error();
  EXPECT_EQ(*read, certificate);
}

TEST(Certificate, R8_3_TheSameSeedGivesTheSameHistoryEventByEvent) {
  const Certificate certificate = certificate_of({3, 4});
  for (const CertifiedHistory& history : certificate.histories) {
    EXPECT_GT(history.marks.size(), 50U);
    EXPECT_FALSE(
        first_difference(play_for_certificate(small_base(), history.seed).certified, history));
  }
  EXPECT_NE(certificate.histories[0].digest, certificate.histories[1].digest);
}

// What a build would write whose history departs at one event: all marks from there on differ.
TEST(Certificate, R8_3_TheFirstEventThatDiffersIsNamedExactly) {
  const PlayedHistory here = play_for_certificate(small_base(), 5);
  const std::size_t events = here.events.size();
  ASSERT_EQ(here.certified.marks.size(), events);
  for (const std::size_t at : {std::size_t{0}, std::size_t{63}, events / 2, events - 1}) {
    CertifiedHistory there = here.certified;
    for (std::size_t i = at; i < events; ++i) there.marks[i] ^= 1;
    EXPECT_EQ(first_difference(here.certified, there), at);
  }
}

TEST(Certificate, AHistoryThatMerelyGoesOnDiffersAtTheOthersEnd) {
  const PlayedHistory here = play_for_certificate(small_base(), 5);
  CertifiedHistory shorter = here.certified;
  shorter.marks.pop_back();
  EXPECT_EQ(first_difference(here.certified, shorter), shorter.marks.size());
  EXPECT_EQ(first_difference(shorter, here.certified), shorter.marks.size());
}

TEST(Certificate, SaysWhatIsWrongAndWhere) {
  const std::string good = to_json(certificate_of({1}));
  const auto error_of = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    const auto read = certificate_from_json(text);
    return read ? std::string("it was taken") : read.error();
  };
  EXPECT_THAT(error_of("\"cutoverCertificate\": 1", "\"cutoverCertificate\": 2"),
              HasSubstr("cutoverCertificate: must be 1"));
  EXPECT_THAT(error_of("\"program\"", "\"programme\""), HasSubstr("program: must be a text"));
  EXPECT_THAT(error_of("\"keys\": 10", "\"keys\": 0"), HasSubstr("base.world.keys: must be"));
  EXPECT_THAT(error_of("\"seed\": 1,", "\"seed\": -1,"), HasSubstr("histories[0].seed: must be"));
  EXPECT_THAT(error_of("\"marks\": \"", "\"marks\": \"x"), HasSubstr("histories[0].marks: must"));
  EXPECT_EQ(certificate_from_json("[").error(), "the file is not JSON");
  EXPECT_THAT(certificate_from_json(std::string(100'000, '[')).error(), HasSubstr("too deep"));
}

}  // namespace
}  // namespace cutover::chaos
