#include "core/rollout/flag.h"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <vector>

namespace cutover::rollout {
namespace {

TEST(Flag, F01_OnlyWhatIsWrittenExactlyTurnsD1On) {
  const std::vector<std::string> invalid = {"True",
                                            "TRUE",
                                            "on",
                                            "off",
                                            " false",
                                            "false\n",
                                            "true\n",
                                            "yes",
                                            "",
                                            "1.5",
                                            "-1",
                                            "101",
                                            "1000",
                                            "%",
                                            "5 %",
                                            "05",
                                            "00",
                                            "5%%",
                                            "+5",
                                            "0x10",
                                            "٥",
                                            "null",
                                            "\"true\"",
                                            std::string("5\0", 2),
                                            std::string(100'000, '1')};
  for (const std::string& text : invalid) {
    EXPECT_EQ(parse_flag(text), (FlagSetting{true, false, 0})) << text.substr(0, 20);
  }
  EXPECT_EQ(parse_flag(std::nullopt), FlagSetting{});
  EXPECT_EQ(parse_flag("true"), (FlagSetting{true, true, 100}));
  EXPECT_EQ(parse_flag("false"), (FlagSetting{true, true, 0}));
  EXPECT_EQ(parse_flag("0"), (FlagSetting{true, true, 0}));
  EXPECT_EQ(parse_flag("5"), (FlagSetting{true, true, 5}));
  EXPECT_EQ(parse_flag("37%"), (FlagSetting{true, true, 37}));
  EXPECT_EQ(parse_flag("100%"), (FlagSetting{true, true, 100}));
}

// The 3 x 3 table: not set, false, true in both places.
TEST(Flag, F07_OnePrecedenceRuleForEnvironmentAndKv) {
  const FlagSetting unset = parse_flag(std::nullopt);
  const FlagSetting no = parse_flag("false");
  const FlagSetting yes = parse_flag("true");
  EXPECT_EQ(combine(unset, unset), (FlagValue{0, "flag_unset"}));
  EXPECT_EQ(combine(unset, no), (FlagValue{0, "flag_kv"}));
  EXPECT_EQ(combine(unset, yes), (FlagValue{100, "flag_kv"}));
  EXPECT_EQ(combine(no, unset), (FlagValue{0, "flag_environment"}));
  EXPECT_EQ(combine(no, no), (FlagValue{0, "flag_environment"}));
  EXPECT_EQ(combine(no, yes), (FlagValue{0, "flag_environment"}));
  EXPECT_EQ(combine(yes, unset), (FlagValue{100, "flag_environment"}));
  EXPECT_EQ(combine(yes, no), (FlagValue{0, "flag_kv"}));
  EXPECT_EQ(combine(yes, yes), (FlagValue{100, "flag_environment"}));
  EXPECT_EQ(combine(yes, parse_flag("True")), (FlagValue{0, "flag_invalid"}));
  EXPECT_EQ(combine(parse_flag(" "), yes), (FlagValue{0, "flag_invalid"}));
  EXPECT_EQ(combine(parse_flag("30"), parse_flag("20")), (FlagValue{20, "flag_kv"}));
}

TEST(Flag, F11_AGrowingPercentageAddsKeysAndNeverTakesOneOut) {
  int in_at_five = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string key = "978" + std::to_string(1'000'000'000 + i);
    bool was_in = false;
    for (int percent = 0; percent <= 100; ++percent) {
      const bool is_now = is_in(percent, "enable_d1_reads", key);
      ASSERT_TRUE(is_now || !was_in) << key << " at " << percent;
      was_in = is_now;
      ASSERT_FALSE(percent == 0 && is_now);
      if (percent == 5 && is_now) in_at_five += 1;
    }
    ASSERT_TRUE(was_in) << "100 % is everybody";
  }
  EXPECT_NEAR(in_at_five, 500, 100);
}

TEST(Flag, TheBucketsAreThosePublishedInTheDocument) {
  std::ifstream document(std::string(CUTOVER_SOURCE_DIR) + "/docs/ROLLOUT.md");
  ASSERT_TRUE(document.is_open());
  static const std::regex row(R"(^\| `([^`]*)` \| `([^`]*)` \| (\d+) \|$)");
  int rows = 0;
  for (std::string line; std::getline(document, line);) {
    std::smatch match;
    if (!std::regex_match(line, match, row)) continue;
    rows += 1;
    EXPECT_EQ(bucket_of(match[1].str(), match[2].str()), std::stoi(match[3].str())) << line;
  }
  EXPECT_GE(rows, 10) << "the table of vectors is in the document";
}

}  // namespace
}  // namespace cutover::rollout
