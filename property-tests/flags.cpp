// The flag against a table and against plain arithmetic: any text, any pair of settings.
#include "core/rollout/flag.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <string>

namespace cutover::rollout {
namespace {

// Every text that means something: 2 words, and 101 numbers in two spellings.
const std::map<std::string, int>& valid_texts() {
  static const std::map<std::string, int> texts = [] {
    std::map<std::string, int> all = {{"true", 100}, {"false", 0}};
    for (int percent = 0; percent <= 100; ++percent) {
      all[std::to_string(percent)] = percent;
      all[std::to_string(percent) + "%"] = percent;
    }
    return all;
  }();
  return texts;
}

rc::Gen<std::optional<std::string>> any_text() {
  const auto near = rc::gen::map(
      rc::gen::pair(rc::gen::element<std::string>("true", "false", "0", "7", "50%", "100", "100%"),
                    rc::gen::element<std::string>("", "", " ", "\n", "%", "0", "e", "\t")),
      [](const std::pair<std::string, std::string>& parts) {
        return std::optional<std::string>(parts.first + parts.second);
      });
  const auto any = rc::gen::map(rc::gen::string<std::string>(), [](std::string text) {
    return std::optional<std::string>(std::move(text));
  });
  const auto digits = rc::gen::map(
      rc::gen::container<std::string>(rc::gen::element('0', '1', '5', '9', '%', '-', ' ')),
      [](std::string text) { return std::optional<std::string>(std::move(text)); });
  return rc::gen::oneOf(rc::gen::just(std::optional<std::string>()), near, any, digits);
}

RC_GTEST_PROP(Flags, ATextMeansWhatTheTableSaysAndNothingElseMeansAnything, ()) {
  const auto text = *any_text();
  const FlagSetting setting = parse_flag(text);
  RC_ASSERT(setting.set == text.has_value());
  const auto known = text ? valid_texts().find(*text) : valid_texts().end();
  RC_ASSERT(setting.valid == (known != valid_texts().end()));
  RC_ASSERT(setting.percent == (setting.valid ? known->second : 0));
}

TEST(Flags, EveryTextOfTheTableIsRead) {
  for (const auto& [text, percent] : valid_texts()) {
    EXPECT_EQ(parse_flag(text), (FlagSetting{true, true, percent})) << text;
  }
}

RC_GTEST_PROP(Flags, EitherPlaceCanTurnD1OffAndNeitherAloneCanTurnItOnAgainstTheOther, ()) {
  const auto environment = parse_flag(*any_text());
  const auto kv = parse_flag(*any_text());
  const FlagValue value = combine(environment, kv);
  int expected = environment.set || kv.set ? 100 : 0;
  for (const FlagSetting& setting : {environment, kv}) {
    if (setting.set) expected = std::min(expected, setting.valid ? setting.percent : 0);
  }
  RC_ASSERT(value.percent == expected);
  const bool is_invalid = (environment.set && !environment.valid) || (kv.set && !kv.valid);
  RC_ASSERT((value.reason == "flag_invalid") == is_invalid);
  RC_ASSERT((value.reason == "flag_unset") == (!environment.set && !kv.set));
  RC_ASSERT(combine(kv, environment).percent == value.percent);
}

RC_GTEST_PROP(Flags, AKeyIsInFromItsBucketOnAndStaysIn, ()) {
  const auto salt = *rc::gen::string<std::string>();
  const auto key = *rc::gen::string<std::string>();
  const int bucket = bucket_of(salt, key);
  RC_ASSERT(bucket >= 0 && bucket < 10'000);
  RC_ASSERT(bucket_of(salt, key) == bucket);
  for (int percent = 0; percent <= 100; ++percent) {
    RC_ASSERT(is_in(percent, salt, key) == (bucket < percent * 100));
  }
}

}  // namespace
}  // namespace cutover::rollout
